-- Fills a migrated PostgreSQL database with the made-up programme BENCH: 310 municipalities,
-- 3 cycles each, 70 answers per assessment. Set by set, the same rows every time but for the
-- year they are counted from. Bypasses every rule of the domain; no municipality in it exists.

\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;
-- The statements below keep every reference; checking 800,000 of them would double the time.
SET session_replication_role = replica;
BEGIN;

-- Lower bits scattered, upper bits growing with n: what UUID version 7 looks like to an index.
CREATE FUNCTION pg_temp.key(kind integer, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(1700000000000 + n), 12, '0') || '7' || lpad(to_hex(kind), 3, '0')
            || 'a' || substr(md5(kind || ':' || n), 1, 15))::uuid
$$;
CREATE FUNCTION pg_temp.words(fi text) RETURNS json LANGUAGE sql IMMUTABLE AS $$
    SELECT json_build_object('fi', fi)
$$;

-- Kinds of keys, one number a table.
\set programme 1
\set version 2
\set framework 3
\set milestone 4
\set criterion 5
\set element 6
\set rating 7
\set indicator 8
\set descriptor 9
\set municipality 10
\set municipality_code 11
\set municipality_name 12
\set population 13
\set participation 14
\set cycle 15
\set progress 16
\set assessment 17
\set item 18
\set entity 19
\set plan 20
\set objective 21
\set action 22
\set action_indicator 23
\set measurement 24
\set decision 25
\set judgement 26
\set recognition 27

-- The first day of the current cycle; two closed ones of three years each come before it.
CREATE TEMP TABLE clock AS
SELECT make_date(extract(year FROM current_date)::integer - 1, 1, 1) AS first_day,
       make_timestamptz(extract(year FROM current_date)::integer - 1, 1, 1, 8, 0, 0, 'UTC') AS at;

INSERT INTO programme
SELECT pg_temp.key(:programme, 1), 'BENCH', 'XB', pg_temp.words('Benchmark, not a real programme'),
       'Nobody', '["fi"]', 'Europe/Helsinki', 'EUR', true, at
FROM clock;

INSERT INTO framework
SELECT pg_temp.key(:framework, 1), pg_temp.key(:programme, 1), 'BENCH', 1, 'INDICATOR_SET',
       'CC0-1.0', 'Made up for the benchmark', 'FOUR', 'UP', pg_temp.words('None of the levels');

INSERT INTO programme_version
SELECT pg_temp.key(:version, 1), pg_temp.key(:programme, 1), pg_temp.key(:framework, 1), 1,
       'PUBLISHED', (first_day - interval '6 years')::date, 'TWO_PERSON', 'RECORDED_DECISION',
       'COMMITTEE', false, 5, 'AT_PLAN_APPROVAL', '[36]', '[36]', 1, 3, 10, 1, 1, true, 2, 3, false,
       md5('BENCH'), at
FROM clock;

INSERT INTO milestone
SELECT pg_temp.key(:milestone, k), pg_temp.key(:version, 1), k::text, k,
       pg_temp.words('Milestone number ' || k), CASE WHEN k = 1 THEN '[]'::json ELSE json_build_array((k - 1)::text) END,
       CASE k WHEN 3 THEN 'CONFIRMED_BASELINE' WHEN 4 THEN 'APPROVED_PLAN' ELSE 'NONE' END, json_build_array(6 * k)
FROM generate_series(1, 5) AS k;

INSERT INTO criterion
VALUES (pg_temp.key(:criterion, 1), pg_temp.key(:version, 1), '1', 1, pg_temp.words('Plan approved'),
        pg_temp.words('The action plan was approved.'), true);

INSERT INTO framework_element
SELECT pg_temp.key(:element, t), pg_temp.key(:framework, 1), NULL, 'T' || t, 'THEME', t,
       pg_temp.words('Theme number ' || t || ' of five'), true
FROM generate_series(1, 5) AS t;

INSERT INTO rating_level
SELECT pg_temp.key(:rating, l), pg_temp.key(:framework, 1), l, pg_temp.words('Level ' || l)
FROM generate_series(1, 4) AS l;

INSERT INTO indicator
SELECT pg_temp.key(:indicator, i), pg_temp.key(:framework, 1), pg_temp.key(:element, 1 + (i - 1) / 14), i,
       i::text, pg_temp.words('Indicator ' || i || ' of the benchmark, as long as a usual one'),
       'STRUCTURE', 'LEVEL', 'LOCAL', true, true, '[12]', 'Made up for the benchmark'
FROM generate_series(1, 70) AS i;

INSERT INTO level_descriptor
SELECT pg_temp.key(:descriptor, (i - 1) * 4 + l), pg_temp.key(:indicator, i), l,
       pg_temp.words('What level ' || l || ' means for indicator ' || i)
FROM generate_series(1, 70) AS i, generate_series(1, 4) AS l;

-- Municipalities and their cycles.
CREATE TEMP TABLE place AS
SELECT m, pg_temp.key(:municipality, m) AS id, lpad(m::text, 3, '0') AS digits,
       pg_temp.key(:participation, m) AS participation_id, at, first_day
FROM generate_series(1, 310) AS m, clock;

INSERT INTO municipality
SELECT id, 'XB-' || digits, 'MUNICIPALITY', 'XB', NULL, pg_temp.words('Bench ' || digits),
       'bench ' || digits, NULL, NULL, NULL, 1000 + m * 731 % 90000, 2022, at, at, 1
FROM place;

INSERT INTO municipality_code
SELECT pg_temp.key(:municipality_code, m), id, 'XB', digits FROM place;

INSERT INTO municipality_name
SELECT pg_temp.key(:municipality_name, m), id, 'bench ' || digits FROM place;

INSERT INTO population
SELECT pg_temp.key(:population, m), id, 2022, NULL, 1000 + m * 731 % 90000, 'Made up' FROM place;

INSERT INTO participation
SELECT participation_id, pg_temp.key(:programme, 1), id, 'ACTIVE', (first_day - interval '6 years')::date,
       (first_day - interval '6 years')::date, NULL, at, at, 1
FROM place;

-- Rows go in ordered, as they would come about: those of one parent side by side.
CREATE TEMP TABLE round AS
SELECT (m - 1) * 3 + c AS n, m, c, id AS municipality_id, participation_id, at,
       pg_temp.key(:cycle, (m - 1) * 3 + c) AS cycle_id,
       pg_temp.key(:assessment, (m - 1) * 3 + c) AS assessment_id,
       pg_temp.key(:plan, (m - 1) * 3 + c) AS plan_id,
       pg_temp.key(:decision, (m - 1) * 3 + c) AS decision_id,
       (first_day - make_interval(years => 3 * (3 - c)))::date AS from_on,
       (first_day - make_interval(years => 3 * (2 - c)))::date - 1 AS to_on
FROM place, generate_series(1, 3) AS c ORDER BY m, c;
ANALYZE round;

INSERT INTO cycle
SELECT cycle_id, pg_temp.key(:programme, 1), municipality_id, participation_id, pg_temp.key(:version, 1),
       c, CASE c WHEN 3 THEN 'ACTIVE' ELSE 'CLOSED' END, from_on, to_on,
       CASE WHEN c < 3 THEN to_on END, NULL, at, at, 1
FROM round;

INSERT INTO milestone_progress
SELECT pg_temp.key(:progress, (n - 1) * 5 + k), pg_temp.key(:programme, 1), municipality_id, cycle_id,
       pg_temp.key(:milestone, k), k,
       CASE WHEN c < 3 OR k <= 3 THEN 'COMPLETED' WHEN k = 4 THEN 'IN_PROGRESS' ELSE 'NOT_STARTED' END,
       from_on + 180 * k, CASE WHEN c < 3 OR k <= 3 THEN from_on + 170 * k END,
       NULL, NULL, NULL, at, at, 1
FROM round, generate_series(1, 5) AS k ORDER BY n, k;

-- One confirmed baseline a cycle, 70 answers each; and for the writes of M1 an open midterm
-- assessment in the current cycle of municipalities 101 to 116.
INSERT INTO assessment
SELECT assessment_id, pg_temp.key(:programme, 1), municipality_id, cycle_id, pg_temp.key(:version, 1),
       'BASELINE', 'CONFIRMED', from_on + 60, NULL, at, NULL, at, NULL, at, at, 3
FROM round;

INSERT INTO assessment_item
SELECT pg_temp.key(:item, (n - 1) * 70 + i), pg_temp.key(:programme, 1), municipality_id, assessment_id,
       pg_temp.key(:indicator, i), pg_temp.key(:element, 1 + (i - 1) / 14), i,
       CASE answer WHEN 'NOT_APPLICABLE' THEN 'NOT_APPLICABLE' ELSE 'ANSWERED' END, answer,
       CASE answer WHEN 'LEVEL' THEN 1 + (i * 7 + m * 3 + c) % 4 END,
       CASE answer WHEN 'NOT_APPLICABLE' THEN 'No such service here.' END,
       CASE WHEN i % 3 = 0 THEN 'Discussed by the working group in spring.' END,
       NULL, NULL, NULL, NULL, at, NULL, at, at, 2
FROM round, generate_series(1, 70) AS i,
     LATERAL (SELECT CASE WHEN (i + m) % 23 = 0 THEN 'NOT_APPLICABLE'
                          WHEN (i + m) % 17 = 0 THEN 'NONE_OF_LEVELS' ELSE 'LEVEL' END AS answer) AS given
ORDER BY n, i;

INSERT INTO assessment
SELECT pg_temp.key(:assessment, 930 + m - 100), pg_temp.key(:programme, 1), municipality_id, cycle_id,
       pg_temp.key(:version, 1), 'MIDTERM', 'OPEN', from_on + 600, NULL, NULL, NULL, NULL, NULL, at, at, 1
FROM round WHERE c = 3 AND m BETWEEN 101 AND 116;

INSERT INTO assessment_item
SELECT pg_temp.key(:item, (930 + m - 100 - 1) * 70 + i), pg_temp.key(:programme, 1), municipality_id,
       pg_temp.key(:assessment, 930 + m - 100), pg_temp.key(:indicator, i),
       pg_temp.key(:element, 1 + (i - 1) / 14), i, 'NOT_STARTED', NULL, NULL, NULL, NULL, NULL,
       assessment_id, 'LEVEL', 1 + (i * 7 + m * 3 + c) % 4, NULL, NULL, at, at, 1
FROM round, generate_series(1, 70) AS i WHERE c = 3 AND m BETWEEN 101 AND 116
ORDER BY n, i;

-- Plans: 10 objectives, 5 actions each, one action indicator an action, 4 measurements each.
INSERT INTO responsible_entity
SELECT pg_temp.key(:entity, (m - 1) * 5 + e), pg_temp.key(:programme, 1), id, 'Department ' || e,
       'department ' || e, 'DEPARTMENT', at, at, 1, 'department ' || e
FROM place, generate_series(1, 5) AS e ORDER BY m, e;

INSERT INTO action_plan
SELECT plan_id, pg_temp.key(:programme, 1), municipality_id, cycle_id, pg_temp.key(:version, 1), 1,
       CASE c WHEN 3 THEN 'APPROVED' ELSE 'COMPLETED' END, 'Every child is heard.', from_on, to_on,
       'Board', from_on + 100, 'Minutes 12', true, true, NULL, NULL, NULL, NULL, NULL, NULL, at, at, 6
FROM round;

INSERT INTO objective
SELECT pg_temp.key(:objective, (n - 1) * 10 + o), pg_temp.key(:programme, 1), municipality_id, plan_id, o,
       CASE o WHEN 10 THEN 'CHILDREN' ELSE 'INDICATOR' END, 'Objective ' || o || ' for the children of this place',
       CASE WHEN o < 10 THEN pg_temp.key(:indicator, o * 7) END,
       pg_temp.key(:element, 1 + (o * 7 - 1) / 14), CASE WHEN o < 10 THEN 'LEVEL' END,
       CASE WHEN o < 10 THEN 1 + o % 2 END, CASE WHEN o < 10 THEN 3 + o % 2 END, to_on, at, at, 1
FROM round, generate_series(1, 10) AS o ORDER BY n, o;

CREATE TEMP TABLE step AS
SELECT ((n - 1) * 10 + o - 1) * 5 + a AS s, m, o, a, municipality_id, plan_id, at, from_on, to_on,
       pg_temp.key(:objective, (n - 1) * 10 + o) AS objective_id,
       pg_temp.key(:action, ((n - 1) * 10 + o - 1) * 5 + a) AS action_id,
       pg_temp.key(:action_indicator, ((n - 1) * 10 + o - 1) * 5 + a) AS action_indicator_id
FROM round, generate_series(1, 10) AS o, generate_series(1, 5) AS a ORDER BY n, o, a;
ANALYZE step;

INSERT INTO action
SELECT action_id, pg_temp.key(:programme, 1), municipality_id, plan_id, objective_id, a,
       'Action ' || a || ' towards objective ' || o, NULL, pg_temp.key(:entity, (m - 1) * 5 + a),
       from_on + 120, to_on - 30 * a, 'DAY',
       CASE a WHEN 1 THEN 'COMPLETED' WHEN 5 THEN 'PLANNED' ELSE 'IN_PROGRESS' END, NULL,
       CASE a WHEN 1 THEN from_on + 400 END, at, at, 1
FROM step;

-- Amounts are millionths.
INSERT INTO action_indicator
SELECT action_indicator_id, pg_temp.key(:programme, 1), municipality_id, plan_id, action_id, 1,
       'Share of groups that were heard', 'PERCENT', 'NOT_PEOPLE', true, 10000000 * a, from_on,
       80000000, NULL, to_on, 'DAY', 'Yearly count', at, at, 1
FROM step;

INSERT INTO measurement
SELECT pg_temp.key(:measurement, (s - 1) * 4 + k), pg_temp.key(:programme, 1), municipality_id, plan_id,
       action_indicator_id, 10000000 * a + 5500000 * k, NULL, NULL, NULL, from_on + 150 * k, 'Count',
       NULL, NULL, NULL, at
FROM step, generate_series(1, 4) AS k ORDER BY s, k;

-- Decisions of the closed cycles; the recognition of the second one is in force.
INSERT INTO recognition_decision
SELECT decision_id, pg_temp.key(:programme, 1), municipality_id, cycle_id, pg_temp.key(:version, 1),
       assessment_id, plan_id, 'PLAN_APPROVAL', 'PUBLISHED', 'GRANTED', true, to_on - 20, 'Committee',
       5, 0, 0, to_on + 1, (to_on + interval '3 years')::date, NULL, 'All criteria are met.',
       md5('snapshot ' || n), NULL, NULL, at, at, at, 3
FROM round WHERE c < 3;

INSERT INTO criterion_judgement
SELECT pg_temp.key(:judgement, n), pg_temp.key(:programme, 1), municipality_id, decision_id,
       pg_temp.key(:criterion, 1), 1, true, NULL, at
FROM round WHERE c < 3;

INSERT INTO recognition
SELECT pg_temp.key(:recognition, n), pg_temp.key(:programme, 1), municipality_id, decision_id, cycle_id,
       CASE c WHEN 2 THEN 'ACTIVE' ELSE 'RENEWED' END, to_on + 1, (to_on + interval '3 years')::date, 0,
       NULL, NULL, NULL, NULL, NULL, at, at, 1
FROM round WHERE c < 3;

COMMIT;
VACUUM (ANALYZE);
