-- Q1 in one statement; $1 is the name after which the page starts.
WITH page AS MATERIALIZED (
    SELECT m.id, m.code, m.name ->> 'fi' AS name, m.sort_name,
           row_number() OVER (ORDER BY m.sort_name, m.id) AS position
    FROM municipality m
    WHERE m.sort_name > coalesce($1, '')
      AND EXISTS (
          SELECT FROM participation p
          WHERE p.municipality_id = m.id
            AND p.programme_id = (SELECT id FROM programme WHERE key = 'BENCH')
            AND p.status IN ('ACTIVE', 'PAUSED'))
    ORDER BY m.sort_name, m.id
    LIMIT 51
)
SELECT json_build_object('data', json_build_object('municipalities', json_build_object(
    'nodes', coalesce(json_agg(json_build_object(
        'id', page.id, 'code', page.code, 'name', page.name,
        'currentCycle', CASE WHEN current.id IS NOT NULL THEN json_build_object(
            'ordinal', current.ordinal, 'status', current.status, 'milestones', steps.list) END,
        'currentRecognition', granted.object
    ) ORDER BY page.position) FILTER (WHERE page.position <= 50), '[]'),
    'pageInfo', json_build_object(
        'hasNextPage', count(*) > 50,
        'endCursor', max(page.sort_name) FILTER (WHERE page.position <= 50))
)))::text
FROM page
LEFT JOIN LATERAL (
    SELECT c.id, c.ordinal, c.status FROM cycle c
    WHERE c.municipality_id = page.id AND c.status IN ('ACTIVE', 'IN_EVALUATION', 'CLOSED')
    ORDER BY c.status = 'CLOSED', c.start_on DESC LIMIT 1
) AS current ON true
LEFT JOIN LATERAL (
    SELECT json_agg(json_build_object(
        'milestone', json_build_object('code', s.code, 'name', s.name ->> 'fi'),
        'status', CASE WHEN g.status IN ('SUBMITTED', 'RETURNED') THEN 'IN_PROGRESS' ELSE g.status END
    ) ORDER BY g.ordinal) AS list
    FROM milestone_progress g JOIN milestone s ON s.id = g.milestone_id
    WHERE g.cycle_id = current.id
) AS steps ON true
LEFT JOIN LATERAL (
    SELECT json_build_object(
        'status', CASE WHEN r.valid_until < current_date THEN 'EXPIRED' ELSE r.status END,
        'validUntil', r.valid_until) AS object
    FROM recognition r WHERE r.municipality_id = page.id
    ORDER BY r.valid_from DESC LIMIT 1
) AS granted ON true
