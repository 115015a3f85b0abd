/**
 * The engine's tables, in schema wr2. Every instance-scoped table is keyed by instance_id first.
 *
 * Times are timestamptz(3): whole milliseconds, exact on both sides, and readable to whoever looks
 * into the database. Foreign keys between engine tables are left out on purpose: rows of an instance
 * are written only under its fence, and a check for each row would cost more than the row.
 */

/** What an Action is, in the queue, in the log and as a dead letter. */
const action = `
  instance_id     bigint NOT NULL,
  accept_no       bigint NOT NULL,
  action_type     text NOT NULL,
  version         integer NOT NULL,
  payload         jsonb NOT NULL,
  actor_type      text,
  actor_id        bigint,
  command_id      text,
  cause           bigint,
  idempotency_key text NOT NULL,
  seed            bigint NOT NULL,
  priority        integer NOT NULL,
  run_at          timestamptz(3) NOT NULL,
  attempts        integer NOT NULL,
  depth           integer NOT NULL`

/** Tables whose rows are short-lived or often rewritten: room on the page, and vacuum early. */
const hot = `fillfactor = 70, autovacuum_vacuum_threshold = 500,
  autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0`

/** The text. */
export const sql = `
-- Raises in the database when a write found other rows than it was made for: the COMMIT behind it
-- is already on its way then, and must not go through.
CREATE FUNCTION wr2.expect(got bigint, wanted bigint, what text) RETURNS bigint
LANGUAGE plpgsql AS $$
BEGIN
  IF got IS DISTINCT FROM wanted THEN
    RAISE EXCEPTION '%: % of % rows', what, got, wanted USING ERRCODE = 'WR001';
  END IF;
  RETURN got;
END $$;

-- Who owns an instance. The fence: every transaction of a cycle locks its row FOR SHARE.
CREATE TABLE wr2.instance_owner (
  instance_id bigint PRIMARY KEY,
  lineage     text NOT NULL,
  epoch       bigint NOT NULL DEFAULT 0,
  runner      text,
  incarnation text,
  released_at timestamptz(3),
  next_due    timestamptz(3),
  last_seq    bigint NOT NULL DEFAULT 0,
  last_now    timestamptz(3) NOT NULL DEFAULT 'epoch',
  founded_at  timestamptz(3) NOT NULL DEFAULT now()
) WITH (fillfactor = 50, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX instance_owner_asleep ON wr2.instance_owner (next_due) WHERE released_at IS NOT NULL;
CREATE INDEX instance_owner_awake ON wr2.instance_owner (incarnation) WHERE released_at IS NULL;

-- Processes that live, by the incarnation they activate instances with.
CREATE TABLE wr2.runner_heartbeat (
  incarnation text PRIMARY KEY,
  seen_at     timestamptz(3) NOT NULL
) WITH (${hot});

-- The last n accepted of each actor, and the replies its client has not settled.
CREATE TABLE wr2.command_cursor (
  instance_id bigint NOT NULL,
  actor       text NOT NULL,
  last_n      bigint NOT NULL,
  replies     jsonb NOT NULL,
  moved_to    bigint,
  PRIMARY KEY (instance_id, actor)
) WITH (${hot});

-- Pending Actions. No unique index on the idempotency key: what happens once is decided by the
-- cursor and by the acceptance number, and the index would cost as much as the row.
CREATE TABLE wr2.action_queue (${action},
  PRIMARY KEY (instance_id, accept_no)
) WITH (${hot});
CREATE INDEX action_queue_due ON wr2.action_queue (instance_id, run_at, accept_no);

-- Actions that are done or refused: never updated.
CREATE TABLE wr2.action_log (${action},
  now          timestamptz(3) NOT NULL,
  id_base      bigint,
  content_hash text NOT NULL,
  outcome      text NOT NULL,
  reason       jsonb,
  first_seq    bigint,
  position     integer NOT NULL,
  PRIMARY KEY (instance_id, accept_no)
);

-- Events, gapless per instance. action_id is the accept_no of the Action that made it.
CREATE TABLE wr2.event_log (
  instance_id bigint NOT NULL,
  seq         bigint NOT NULL,
  event_type  text NOT NULL,
  version     integer NOT NULL,
  payload     jsonb NOT NULL,
  streams     text[] NOT NULL,
  created_at  timestamptz(3) NOT NULL,
  action_id   bigint,
  command_id  text,
  actor_type  text,
  actor_id    bigint,
  CONSTRAINT event_log_pkey PRIMARY KEY (instance_id, seq)
);

-- Messages to other instances, until they are acknowledged. n is the seq of the Event that sent it.
CREATE TABLE wr2.instance_outbox (
  instance_id bigint NOT NULL,
  n           bigint NOT NULL,
  target      bigint NOT NULL,
  command     jsonb NOT NULL,
  traveller   jsonb,
  PRIMARY KEY (instance_id, n)
) WITH (${hot});

-- Rows of an instance as of a seq, in parts: [{aggregate, row, runtime?}, ...].
CREATE TABLE wr2.snapshot (
  instance_id bigint NOT NULL,
  seq         bigint NOT NULL,
  part        integer NOT NULL,
  rows        jsonb NOT NULL,
  created_at  timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (instance_id, seq, part)
);

-- Actions that failed for good, with what it takes to run them again elsewhere.
CREATE TABLE wr2.dead_letter (${action},
  reference    text NOT NULL,
  error        text NOT NULL,
  now          timestamptz(3) NOT NULL,
  id_base      bigint,
  content_hash text NOT NULL,
  PRIMARY KEY (instance_id, accept_no)
);
CREATE INDEX dead_letter_reference ON wr2.dead_letter (reference);

-- How far a consumer of Events has read.
CREATE TABLE wr2.consumer_offset (
  instance_id bigint NOT NULL,
  consumer    text NOT NULL,
  seq         bigint NOT NULL,
  PRIMARY KEY (instance_id, consumer)
) WITH (${hot});

-- The supply of ids. A row and not a sequence: a block of any size, without a gap, in one statement.
-- The first 999 are left to rows written by hand.
CREATE TABLE wr2.entity_id (
  one  boolean PRIMARY KEY DEFAULT true CHECK (one),
  next bigint NOT NULL
) WITH (fillfactor = 10);
INSERT INTO wr2.entity_id (next) VALUES (1000);

-- The gateway's own.
CREATE TABLE wr2.account (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name          text NOT NULL,
  name_key      text NOT NULL UNIQUE,
  password_hash text NOT NULL,
  created_at    timestamptz(3) NOT NULL DEFAULT now()
);
CREATE TABLE wr2.session (
  token_hash text PRIMARY KEY,
  account    bigint NOT NULL REFERENCES wr2.account ON DELETE CASCADE,
  expires_at timestamptz(3) NOT NULL
);
CREATE INDEX session_account ON wr2.session (account);
CREATE TABLE wr2.character_directory (
  id          bigint PRIMARY KEY,
  name        text NOT NULL,
  name_key    text NOT NULL UNIQUE,
  account     bigint NOT NULL REFERENCES wr2.account,
  instance_id bigint NOT NULL,
  created     boolean NOT NULL DEFAULT false
);
CREATE INDEX character_directory_account ON wr2.character_directory (account);
`

/** Names that no Aggregate may have for its table. */
export const tables: ReadonlyArray<string> = [...sql.matchAll(/CREATE TABLE wr2\.(\w+)/g)].map(
  (match) => match[1]!
)
