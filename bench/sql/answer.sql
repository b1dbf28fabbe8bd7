-- M1 in one statement: version check, change, audit row, outbox row, and the item as it now is.
-- $1 item, $2 answer, $3 level, $4 comment, $5 expected version.
WITH previous AS MATERIALIZED (
    SELECT i.* FROM assessment_item i
    JOIN assessment a ON a.id = i.assessment_id AND a.status IN ('OPEN', 'RETURNED')
    WHERE i.id = $1::uuid AND i.version = $5
    FOR UPDATE OF i
), changed AS (
    UPDATE assessment_item i
    SET answer = $2, level = $3, comment = coalesce($4, i.comment), status = 'ANSWERED',
        answered_at = now(), updated_at = now(), version = i.version + 1
    FROM previous WHERE i.id = previous.id
    RETURNING i.*
), head AS (
    UPDATE chain_head
    SET sequence = sequence + 1,
        hash = encode(sha256(convert_to(chain_head.hash || c::text, 'UTF8')), 'hex')
    FROM changed c
    RETURNING chain_head.sequence, chain_head.hash
), audited AS (
    INSERT INTO audit_event (sequence, hash, id, at, role, programme_id, municipality_id, action,
                             target_type, target_id, changes, before_hash, after_hash, request_id)
    SELECT head.sequence, head.hash, gen_random_uuid(), now(), 'COORDINATOR', c.programme_id, c.municipality_id,
           'answerIndicator', 'AssessmentItem', c.id, '["answer","level","comment"]',
           encode(sha256(convert_to(previous::text, 'UTF8')), 'hex'),
           encode(sha256(convert_to(c::text, 'UTF8')), 'hex'), gen_random_uuid()::text
    FROM changed c, previous, head
), sent AS (
    INSERT INTO outbox_event (id, at, kind, audience, programme_id, municipality_id, target_type, target_id)
    SELECT gen_random_uuid(), now(), 'assessment_item.changed', 'MUNICIPALITY', c.programme_id,
           c.municipality_id, 'AssessmentItem', c.id
    FROM changed c
)
SELECT json_build_object('data', json_build_object('answerIndicator', json_build_object(
    'item', json_build_object(
        'id', c.id, 'status', c.status, 'answer', c.answer, 'level', c.level, 'comment', c.comment,
        'version', c.version, 'indicator', json_build_object('code', n.code)),
    'userErrors', '[]'::json)))::text
FROM changed c JOIN indicator n ON n.id = c.indicator_id
