-- Q2 in one statement, without `viewerActions`; $1 is the code of the municipality.
SELECT json_build_object('data', json_build_object('municipality', json_build_object(
    'id', m.id, 'name', m.name ->> 'fi',
    'currentCycle', json_build_object(
        'ordinal', c.ordinal, 'status', c.status,
        'milestones', (
            SELECT json_agg(json_build_object(
                'milestone', json_build_object('code', s.code, 'name', s.name ->> 'fi'),
                'status', g.status, 'dueOn', g.due_on) ORDER BY g.ordinal)
            FROM milestone_progress g JOIN milestone s ON s.id = g.milestone_id
            WHERE g.cycle_id = c.id),
        'assessment', (
            SELECT json_build_object(
                'id', a.id, 'kind', a.kind, 'status', a.status, 'version', a.version,
                'items', (
                    SELECT json_agg(json_build_object(
                        'id', i.id, 'status', i.status, 'answer', i.answer, 'level', i.level,
                        'comment', i.comment, 'version', i.version,
                        'indicator', json_build_object(
                            'code', n.code, 'name', n.name ->> 'fi',
                            'theme', json_build_object('code', e.code, 'name', e.name ->> 'fi'))
                    ) ORDER BY i.ordinal)
                    FROM assessment_item i
                    JOIN indicator n ON n.id = i.indicator_id
                    JOIN framework_element e ON e.id = i.theme_id
                    WHERE i.assessment_id = a.id))
            FROM assessment a
            WHERE a.cycle_id = c.id AND a.status <> 'SUPERSEDED' AND a.kind NOT IN ('CHILD_LED', 'INDEPENDENT')
            ORDER BY a.as_of DESC LIMIT 1),
        'actionPlan', (
            SELECT json_build_object(
                'id', p.id, 'status', CASE WHEN p.status = 'APPROVED' AND p.period_from <= current_date THEN 'IN_FORCE' ELSE p.status END,
                'objectives', (
                    SELECT json_agg(json_build_object(
                        'title', o.title,
                        'indicator', CASE WHEN n.id IS NOT NULL THEN json_build_object('code', n.code) END,
                        'baselineLevel', o.baseline_level, 'targetLevel', o.target_level,
                        'actions', steps.list) ORDER BY o.ordinal)
                    FROM objective o
                    LEFT JOIN indicator n ON n.id = o.indicator_id
                    LEFT JOIN (
                        SELECT x.objective_id, json_agg(json_build_object(
                            'title', x.title, 'status', x.status, 'dueOn', x.due_on,
                            'responsibleEntity', (
                                SELECT json_build_object('name', r.name)
                                FROM responsible_entity r WHERE r.id = x.responsible_entity_id),
                            'indicators', measured.list) ORDER BY x.ordinal) AS list
                        FROM action x
                        LEFT JOIN (
                            SELECT y.action_id, json_agg(json_build_object(
                                'label', y.label, 'unit', y.unit,
                                'baseline', trim_scale(y.baseline * 0.000001)::text,
                                'target', trim_scale(y.target * 0.000001)::text,
                                'latestMeasurement', z.object) ORDER BY y.ordinal) AS list
                            FROM action_indicator y
                            LEFT JOIN LATERAL (
                                SELECT json_build_object(
                                    'value', trim_scale(v.value * 0.000001)::text, 'text', v.text,
                                    'measuredOn', v.measured_on) AS object
                                FROM measurement v WHERE v.action_indicator_id = y.id
                                ORDER BY v.measured_on DESC, v.created_at DESC, v.id DESC LIMIT 1
                            ) AS z ON true
                            WHERE y.plan_id = p.id GROUP BY y.action_id
                        ) AS measured ON measured.action_id = x.id
                        WHERE x.plan_id = p.id GROUP BY x.objective_id
                    ) AS steps ON steps.objective_id = o.id
                    WHERE o.plan_id = p.id))
            FROM action_plan p WHERE p.cycle_id = c.id ORDER BY p.number DESC LIMIT 1))
)))::text
FROM municipality m
JOIN LATERAL (
    SELECT c.id, c.ordinal, c.status FROM cycle c
    WHERE c.municipality_id = m.id AND c.status IN ('ACTIVE', 'IN_EVALUATION', 'CLOSED')
    ORDER BY c.status = 'CLOSED', c.start_on DESC LIMIT 1
) AS c ON true
WHERE m.code = $1
