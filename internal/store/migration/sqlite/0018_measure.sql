-- +goose Up
-- Measures read events alone. What the events of earlier versions left out is added: how a
-- ticket was sorted when it was opened, and who wrote a message.
UPDATE event SET data = json_set(event.data,
    '$.service', coalesce((SELECT json_extract(u.data, '$.service[0]') FROM event u
      WHERE u.object = 'ticket' AND u.object_id = event.object_id AND json_type(u.data, '$.service') = 'array'
      ORDER BY u.seq LIMIT 1), t.service),
    '$.category', coalesce((SELECT json_extract(u.data, '$.category[0]') FROM event u
      WHERE u.object = 'ticket' AND u.object_id = event.object_id AND json_type(u.data, '$.category') = 'array'
      ORDER BY u.seq LIMIT 1), t.category),
    '$.impact', coalesce((SELECT json_extract(u.data, '$.impact[0]') FROM event u
      WHERE u.object = 'ticket' AND u.object_id = event.object_id AND json_type(u.data, '$.impact') = 'array'
      ORDER BY u.seq LIMIT 1), t.impact),
    '$.urgency', coalesce((SELECT json_extract(u.data, '$.urgency[0]') FROM event u
      WHERE u.object = 'ticket' AND u.object_id = event.object_id AND json_type(u.data, '$.urgency') = 'array'
      ORDER BY u.seq LIMIT 1), t.urgency),
    '$.requester', t.requester,
    '$.from', (SELECT CASE WHEN m.from_desk THEN 'desk' ELSE 'requester' END FROM ticket_message m
      WHERE m.ticket = t.number AND m.n = 1))
  FROM ticket t
  WHERE event.object = 'ticket' AND event.verb = 'created' AND t.number = CAST(event.object_id AS INTEGER);
UPDATE event SET data = CASE WHEN m.automatic
    THEN json_set(event.data, '$.automatic', json('true'), '$.from', CASE WHEN m.from_desk THEN 'desk' ELSE 'requester' END)
    ELSE json_set(event.data, '$.from', CASE WHEN m.from_desk THEN 'desk' ELSE 'requester' END) END
  FROM ticket_message m
  WHERE event.object = 'ticket' AND event.verb = 'message_added'
    AND m.ticket = CAST(event.object_id AS INTEGER) AND m.n = json_extract(event.data, '$.n');

-- The facts of a ticket that measures are computed from: derived from its events, and
-- rebuilt from them at any time.
CREATE TABLE ticket_fact (
  number     INTEGER PRIMARY KEY,
  created_at INTEGER NOT NULL,
  until      INTEGER NOT NULL, -- the last moment that a measure may count, or far away while it is open
  facts      TEXT NOT NULL
) STRICT;
CREATE INDEX ticket_fact_life ON ticket_fact (until, created_at);

-- Visits of articles, each by a random id that belongs to no account: derived from events too.
CREATE TABLE visit_fact (
  id         TEXT PRIMARY KEY,
  reader     TEXT NOT NULL, -- a random id of the browser, to see who comes back within days
  created_at INTEGER NOT NULL,
  helped     INTEGER NOT NULL, -- said so
  asked      INTEGER NOT NULL  -- opened a ticket
) STRICT;
CREATE INDEX visit_fact_created ON visit_fact (created_at);
CREATE INDEX visit_fact_reader ON visit_fact (reader, created_at);

-- The last event that the facts know: one row.
CREATE TABLE fact_position (
  id  INTEGER PRIMARY KEY CHECK (id = 1),
  seq INTEGER NOT NULL
) STRICT;
INSERT INTO fact_position (id, seq) VALUES (1, 0);
