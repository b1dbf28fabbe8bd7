-- What a user of PostGraphile writes in SQL, as its manual advises: averages as a computed
-- field, the write of M1 with its audit and outbox rows as a mutation.
CREATE FUNCTION assessment_theme_averages(a assessment)
RETURNS TABLE (code text, name json, average numeric, answered bigint, total bigint)
LANGUAGE sql STABLE AS $$
    SELECT e.code, e.name, round(t.average, 2), t.answered, t.total
    FROM (
        SELECT i.theme_id, avg(i.level) AS average,
               count(*) FILTER (WHERE i.answer IN ('LEVEL', 'NONE_OF_LEVELS')) AS answered,
               count(*) FILTER (WHERE i.answer IS DISTINCT FROM 'NOT_APPLICABLE') AS total
        FROM assessment_item i WHERE i.assessment_id = a.id GROUP BY i.theme_id
    ) AS t JOIN framework_element e ON e.id = t.theme_id
    ORDER BY e.ordinal
$$;

CREATE FUNCTION answer_item(item_id uuid, answer text, level integer, comment text, expected_version integer)
RETURNS assessment_item LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    previous assessment_item;
    changed assessment_item;
    head chain_head;
BEGIN
    SELECT i.* INTO previous FROM assessment_item i
    JOIN assessment a ON a.id = i.assessment_id AND a.status IN ('OPEN', 'RETURNED')
    WHERE i.id = item_id AND i.version = expected_version FOR UPDATE OF i;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'VERSION_CONFLICT';
    END IF;
    UPDATE assessment_item i
    SET answer = answer_item.answer, level = answer_item.level,
        comment = coalesce(answer_item.comment, i.comment), status = 'ANSWERED',
        answered_at = now(), updated_at = now(), version = i.version + 1
    WHERE i.id = item_id RETURNING i.* INTO changed;
    UPDATE chain_head
    SET sequence = sequence + 1,
        hash = encode(sha256(convert_to(hash || changed::text, 'UTF8')), 'hex')
    RETURNING * INTO head;
    INSERT INTO audit_event (sequence, hash, id, at, role, programme_id, municipality_id, action,
                             target_type, target_id, changes, before_hash, after_hash, request_id)
    VALUES (head.sequence, head.hash, gen_random_uuid(), now(), 'COORDINATOR', changed.programme_id, changed.municipality_id,
            'answerIndicator', 'AssessmentItem', item_id, '["answer","level","comment"]',
            encode(sha256(convert_to(previous::text, 'UTF8')), 'hex'),
            encode(sha256(convert_to(changed::text, 'UTF8')), 'hex'), gen_random_uuid()::text);
    INSERT INTO outbox_event (id, at, kind, audience, programme_id, municipality_id, target_type, target_id)
    VALUES (gen_random_uuid(), now(), 'assessment_item.changed', 'MUNICIPALITY', changed.programme_id,
            changed.municipality_id, 'AssessmentItem', item_id);
    RETURN changed;
END
$$;

-- A reference the schema leaves undeclared, and a type name that PostGraphile would make twice.
COMMENT ON TABLE action IS '@foreignKey (responsible_entity_id) references responsible_entity (id)';
COMMENT ON TABLE recognition_condition IS '@behavior -*';
