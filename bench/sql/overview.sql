-- Q3 in one statement; $1 is the name after which the page starts.
WITH page AS MATERIALIZED (
    SELECT m.id, m.name ->> 'fi' AS name, m.sort_name,
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
        'id', page.id, 'name', page.name,
        'currentCycle', CASE WHEN current.id IS NOT NULL THEN json_build_object(
            'assessment', CASE WHEN latest.id IS NOT NULL THEN json_build_object(
                'asOf', latest.as_of, 'themeAverages', themes.list) END) END
    ) ORDER BY page.position) FILTER (WHERE page.position <= 50), '[]'),
    'pageInfo', json_build_object(
        'hasNextPage', count(*) > 50,
        'endCursor', max(page.sort_name) FILTER (WHERE page.position <= 50))
)))::text
FROM page
LEFT JOIN LATERAL (
    SELECT c.id FROM cycle c
    WHERE c.municipality_id = page.id AND c.status IN ('ACTIVE', 'IN_EVALUATION', 'CLOSED')
    ORDER BY c.status = 'CLOSED', c.start_on DESC LIMIT 1
) AS current ON true
LEFT JOIN LATERAL (
    SELECT a.id, a.as_of FROM assessment a
    WHERE a.cycle_id = current.id AND a.status = 'CONFIRMED' AND a.kind NOT IN ('CHILD_LED', 'INDEPENDENT')
    ORDER BY a.as_of DESC LIMIT 1
) AS latest ON true
LEFT JOIN LATERAL (
    SELECT json_agg(json_build_object(
        'theme', json_build_object('code', e.code, 'name', e.name ->> 'fi'),
        'average', round(t.average, 2)::text, 'answered', t.answered, 'total', t.total
    ) ORDER BY e.ordinal) AS list
    FROM (
        SELECT i.theme_id, avg(i.level) AS average,
               count(*) FILTER (WHERE i.answer IN ('LEVEL', 'NONE_OF_LEVELS')) AS answered,
               count(*) FILTER (WHERE i.answer IS DISTINCT FROM 'NOT_APPLICABLE') AS total
        FROM assessment_item i WHERE i.assessment_id = latest.id GROUP BY i.theme_id
    ) AS t JOIN framework_element e ON e.id = t.theme_id
) AS themes ON true
