-- The measures once more, from the events alone and in another way: as sets instead of one ticket
-- after another. The tables param (a, b, now, pending_out), hours (calendar, x, y) and goal (kind,
-- priority, micros) are filled before. What is inserted into answers is run for each window, the rest
-- once. The calendar of a priority is always for 1, else office.

CREATE TEMP TABLE ev AS
  SELECT CAST(object_id AS INTEGER) AS t, seq, at, actor, verb, data FROM main.event WHERE object = 'ticket';
CREATE INDEX temp.ev_ticket ON ev (t, seq);
CREATE INDEX temp.ev_verb ON ev (verb, t, seq);

CREATE TEMP TABLE tk AS
  SELECT t, seq, at AS c, data ->> 'requester' AS requester, data ->> 'bypass' AS bypass, data ->> 'priority' AS priority,
    data ->> 'group' AS grp FROM ev WHERE verb = 'created' AND t NOT IN (SELECT t FROM ev WHERE verb = 'merged');
CREATE UNIQUE INDEX temp.tk_ticket ON tk (t);

-- Resolutions, with the reopening that took each back.
CREATE TEMP TABLE res AS
  SELECT t, seq, at, data ->> 'code' IN ('withdrawn', 'duplicate') AS cancelled,
    (SELECT r.at FROM ev r WHERE r.verb = 'reopened' AND r.t = ev.t AND r.seq > ev.seq ORDER BY r.seq LIMIT 1) AS back
    FROM ev WHERE verb = 'resolved';
CREATE INDEX temp.res_ticket ON res (t, seq);
CREATE TEMP TABLE first_res AS SELECT r.* FROM res r WHERE seq = (SELECT min(seq) FROM res x WHERE x.t = r.t);
CREATE TEMP TABLE standing AS
  SELECT r.* FROM res r WHERE back IS NULL AND seq = (SELECT max(seq) FROM res x WHERE x.t = r.t);
CREATE UNIQUE INDEX temp.standing_ticket ON standing (t);

-- Public replies of people of the desk.
CREATE TEMP TABLE reply AS
  SELECT t, seq, at FROM ev WHERE verb = 'message_added' AND data ->> 'visibility' = 'public'
    AND data ->> 'from' = 'desk' AND data ->> 'automatic' IS NULL;
CREATE INDEX temp.reply_ticket ON reply (t, seq);

-- Every change of status, group, supplier or priority. A requester's answer ends a wait for it.
CREATE TEMP TABLE change AS
  SELECT t, seq, at,
    CASE verb WHEN 'created' THEN 'new' WHEN 'resolved' THEN 'resolved' WHEN 'reopened' THEN 'open' WHEN 'merged' THEN 'closed'
      WHEN 'updated' THEN data ->> '$.status[1]' END AS status,
    CASE WHEN verb = 'updated' AND data ->> '$.status[1]' = 'on_hold' THEN data ->> 'supplier' END AS supplier,
    CASE verb WHEN 'created' THEN data ->> 'group' WHEN 'escalated' THEN data ->> 'to'
      WHEN 'updated' THEN data ->> '$.group[1]' END AS grp,
    CASE verb WHEN 'created' THEN data ->> 'priority' WHEN 'updated' THEN data ->> '$.priority[1]' END AS priority
    FROM ev WHERE verb IN ('created', 'updated', 'resolved', 'reopened', 'merged', 'escalated');
CREATE INDEX temp.change_ticket ON change (t, seq);
CREATE TEMP TABLE answer AS
  SELECT t, seq, at FROM ev WHERE verb = 'message_added' AND data ->> 'from' = 'requester'
    AND data ->> 'visibility' = 'public' AND 'pending' = (SELECT status FROM change x
      WHERE x.t = ev.t AND x.seq < ev.seq AND x.status IS NOT NULL ORDER BY x.seq DESC LIMIT 1);
INSERT INTO change SELECT t, seq, at, 'open', NULL, NULL, NULL FROM answer;

-- Between two changes, a ticket is as the last ones left it.
CREATE TEMP TABLE seg AS
  SELECT t, seq, at AS a, coalesce(lead(at) OVER w, (SELECT now FROM param)) AS b, lead(seq) OVER w AS next,
    (SELECT x.status FROM change x WHERE x.t = s.t AND x.seq <= s.seq AND x.status IS NOT NULL ORDER BY x.seq DESC LIMIT 1) AS status,
    (SELECT x.supplier FROM change x WHERE x.t = s.t AND x.seq <= s.seq AND x.status IS NOT NULL ORDER BY x.seq DESC LIMIT 1) AS supplier,
    (SELECT x.grp FROM change x WHERE x.t = s.t AND x.seq <= s.seq AND x.grp IS NOT NULL ORDER BY x.seq DESC LIMIT 1) AS grp,
    (SELECT x.priority FROM change x WHERE x.t = s.t AND x.seq <= s.seq AND x.priority IS NOT NULL ORDER BY x.seq DESC LIMIT 1) AS priority
    FROM change s WHERE t IN (SELECT t FROM tk) WINDOW w AS (PARTITION BY t ORDER BY seq);
CREATE INDEX temp.seg_ticket ON seg (t, seq);
CREATE TEMP TABLE wait AS SELECT t, a, b FROM seg WHERE status = 'pending';
CREATE INDEX temp.wait_ticket ON wait (t);

-- Durations: the moment by which a ticket counts, and the time until then.
CREATE TEMP TABLE duration AS
  SELECT 'first_response' AS name, t, min(at) AS at FROM reply GROUP BY t
  UNION ALL SELECT 'mttr', t, at FROM standing
  UNION ALL SELECT 'mtta', e.t, min(e.at) FROM ev e JOIN tk ON tk.t = e.t
    WHERE e.verb = 'message_added' AND e.data ->> 'from' = 'desk' AND e.data ->> 'automatic' IS NULL
      OR e.verb IN ('updated', 'escalated', 'article_linked', 'resolved', 'reopened', 'merged')
        AND e.actor NOT IN ('', 'system', tk.requester) GROUP BY e.t;
CREATE TEMP TABLE answers (name TEXT, n INTEGER, total REAL);
INSERT INTO answers SELECT name, count(*), sum(at - c - pending_out * (SELECT coalesce(sum(max(0, min(w.b, d.at) - w.a)), 0)
      FROM wait w WHERE w.t = d.t)) / 1e6
  FROM duration d JOIN tk USING (t), param WHERE at >= a AND at < b GROUP BY name;
INSERT INTO answers SELECT 'mttr_business', (SELECT count(*) FROM standing JOIN tk USING (t), param WHERE at >= a AND at < b),
    sum(min(g.b, s.at, h.y) - max(g.a, h.x)) / 1e6 FROM standing s JOIN param p JOIN seg g ON g.t = s.t JOIN hours h
    ON h.calendar = iif(g.priority = 1, 'always', 'office') AND h.y > g.a AND h.x < min(g.b, s.at)
  WHERE g.a < s.at AND s.at >= p.a AND s.at < p.b AND NOT (pending_out AND g.status = 'pending');

INSERT INTO answers SELECT 'volume', count(*), count(*) FROM tk, param WHERE c >= a AND c < b;
INSERT INTO answers SELECT 'bypass_rate', count(*), sum(bypass) FROM tk, param WHERE c >= a AND c < b;
INSERT INTO answers SELECT 'backlog', count(*), count(*) FROM tk, param WHERE c <= b AND NOT EXISTS (
  SELECT 1 FROM res WHERE res.t = tk.t AND at <= b AND (back IS NULL OR back > b));
INSERT INTO answers SELECT 'reopen_rate', count(*), sum(coalesce(back <= at + 7 * 86400000000, 0))
  FROM first_res JOIN tk USING (t), param WHERE at >= a AND at < b;
INSERT INTO answers SELECT 'first_touch', count(*), sum(coalesce(back > at + 7 * 86400000000, 1)
    AND 1 = (SELECT count(*) FROM reply r WHERE r.t = f.t AND r.seq < f.seq)
    AND NOT EXISTS (SELECT 1 FROM ev WHERE ev.t = f.t AND ev.verb = 'escalated' AND ev.seq < f.seq))
  FROM first_res f JOIN tk USING (t), param WHERE at >= a AND at < b;

-- Links: by hand, from a resolution, or written from one; an article of a ticket counts once.
CREATE TEMP TABLE linked AS
  SELECT t, article, min(at) AS at FROM (
    SELECT t, data ->> 'article' AS article, at FROM ev WHERE verb IN ('article_linked', 'knowledge_published')
    UNION ALL SELECT t, value, at FROM ev, json_each(ev.data, '$.articles') WHERE verb = 'resolved')
  WHERE article IS NOT NULL AND t IN (SELECT t FROM tk) GROUP BY t, article;
INSERT INTO answers SELECT 'reuse', count(DISTINCT article), count(*) FROM linked, param WHERE at >= a AND at < b;
INSERT INTO answers SELECT 'link_rate', count(*), sum(s.t IN (SELECT t FROM linked))
  FROM standing s JOIN tk USING (t), param WHERE at >= a AND at < b;

-- Clocks: one row a run, with the event that ended it, if one did.
CREATE TEMP TABLE ending AS
  SELECT t, seq, at, cancelled, 0 AS answered FROM res WHERE t IN (SELECT t FROM tk)
  UNION ALL SELECT t, seq, at, 0, 1 FROM reply WHERE t IN (SELECT t FROM tk) AND (SELECT status FROM seg
    WHERE seg.t = reply.t AND seg.seq < reply.seq ORDER BY seg.seq DESC LIMIT 1) NOT IN ('resolved', 'closed');
CREATE INDEX temp.ending_ticket ON ending (t, seq);
CREATE TEMP TABLE run (id INTEGER PRIMARY KEY, kind TEXT, name TEXT, t INTEGER, a INTEGER, first INTEGER, last INTEGER);
INSERT INTO run (kind, t, a, first, last)
  SELECT 'first_response', t, c, seq, (SELECT min(e.seq) FROM ending e WHERE e.t = tk.t) FROM tk;
INSERT INTO run (kind, t, a, first, last) SELECT 'resolution', t, c, seq, (SELECT seq FROM standing s WHERE s.t = tk.t) FROM tk;
INSERT INTO run (kind, t, a, first, last)
  SELECT 'update', t, at, seq, (SELECT min(e.seq) FROM ending e WHERE e.t = s.t AND e.seq > s.seq) FROM (
    SELECT t, c AS at, seq FROM tk UNION ALL SELECT t, at, seq FROM ending WHERE answered
    UNION ALL SELECT t, at, seq FROM ev WHERE verb = 'reopened' AND t IN (SELECT t FROM tk)) s;
INSERT INTO run (kind, name, t, a, first, last) SELECT 'ola', grp, t, min(a), min(seq),
    max(coalesce(next, 9e18)) FROM seg WHERE status NOT IN ('resolved', 'closed') GROUP BY t, grp;
INSERT INTO run (kind, name, t, a, first, last) SELECT 'supplier', supplier, t, min(a), min(seq),
    max(coalesce(next, 9e18)) FROM seg WHERE status = 'on_hold' AND supplier IS NOT NULL GROUP BY t, supplier;
UPDATE run SET last = NULL WHERE last > 8e18;

CREATE TEMP TABLE clock AS
  SELECT r.*, e.at AS ended, coalesce((SELECT cancelled FROM res WHERE res.t = r.t AND res.seq = r.last), 0) AS cancelled,
    (SELECT micros FROM goal g WHERE g.kind = r.kind AND (r.kind <> 'ola' OR r.name <> 'service-desk') AND g.priority = (
      SELECT s.priority FROM seg s WHERE s.t = r.t AND s.seq < coalesce(r.last, 9e18)
        AND (r.kind <> 'ola' OR s.grp = r.name AND s.status NOT IN ('resolved', 'closed'))
        AND (r.kind <> 'supplier' OR s.supplier = r.name) ORDER BY s.seq DESC LIMIT 1)) AS goal
  FROM run r LEFT JOIN ev e ON e.t = r.t AND e.seq = r.last;

-- The business time in which each ran, in pieces, added up.
CREATE TEMP TABLE piece AS
  SELECT c.id, c.goal, c.ended, min(s.b, coalesce(c.ended, s.b)) AS b, max(s.a, c.a, h.x) AS x,
    min(s.b, h.y, coalesce(c.ended, s.b)) AS y
  FROM clock c JOIN seg s ON s.t = c.t AND s.b > c.a AND s.a < coalesce(c.ended, 9e18) JOIN hours h
    ON h.calendar = iif(c.kind NOT IN ('ola', 'supplier') AND s.priority = 1, 'always', 'office') AND h.y > s.a AND h.x < s.b
  WHERE c.goal IS NOT NULL AND (c.kind IN ('first_response', 'update')
    OR c.kind = 'resolution' AND s.status IN ('new', 'open')
    OR c.kind = 'ola' AND s.grp = c.name AND s.status IN ('new', 'open')
    OR c.kind = 'supplier' AND s.supplier = c.name AND s.status = 'on_hold');
DELETE FROM piece WHERE x >= y;
CREATE TEMP TABLE missed AS
  SELECT id, min(y - (spent - goal)) AS due FROM (
    SELECT id, goal, y, sum(y - x) OVER (PARTITION BY id ORDER BY x) AS spent FROM piece)
  WHERE spent > goal GROUP BY id;
CREATE TEMP TABLE decided AS
  SELECT c.kind, c.t, coalesce(m.due, c.ended) AS at, m.due IS NULL AS met FROM clock c LEFT JOIN missed m USING (id)
  WHERE c.goal IS NOT NULL AND NOT c.cancelled AND coalesce(m.due, c.ended) IS NOT NULL;
INSERT INTO answers SELECT 'compliance_' || kind, count(*), sum(met) FROM decided, param
  WHERE kind <> 'update' AND at >= a AND at < b GROUP BY kind;
INSERT INTO answers SELECT 'updates_kept', count(*), sum(kept) FROM (
  SELECT t, min(met) AS kept FROM decided, param WHERE kind = 'update' AND at >= a AND at < b GROUP BY t);
