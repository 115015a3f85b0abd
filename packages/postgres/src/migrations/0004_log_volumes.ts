/**
 * The logs in volumes: event_log and action_log are partitioned by the number of the volume that was
 * current when a row was written, and history goes by whole volumes (see Retention).
 *
 * A number that is counted up, and not a time: rows are written to the volume that `log_turn` names,
 * which is there before it is named. So no clock and no absence of retention can leave a row without
 * a partition. An instance's volumes rise with its seqs, as its cycles follow each other.
 *
 * (instance_id, seq) is unique in a volume by its key; a later volume takes only seqs above those of
 * the volumes before it (`seqs_follow`). What was there before is volume 1, as it lies on the disk.
 */

const volumes = (log: string, key: string) => `
ALTER TABLE wr2.${log} RENAME TO ${log}_1;
ALTER TABLE wr2.${log}_1 RENAME CONSTRAINT ${log}_pkey TO ${log}_1_pkey;
ALTER TABLE wr2.${log}_1 ADD COLUMN volume integer NOT NULL DEFAULT 1;
CREATE TABLE wr2.${log} (LIKE wr2.${log}_1) PARTITION BY LIST (volume);
ALTER TABLE wr2.${log} ALTER COLUMN volume SET DEFAULT wr2.volume();
ALTER TABLE wr2.${log} ATTACH PARTITION wr2.${log}_1 FOR VALUES IN (1);
CREATE TRIGGER immutable BEFORE UPDATE OR DELETE ON wr2.${log}
  FOR EACH ROW EXECUTE FUNCTION wr2.immutable();
CREATE TRIGGER immutable_whole BEFORE TRUNCATE ON wr2.${log}
  FOR EACH STATEMENT EXECUTE FUNCTION wr2.immutable();
CREATE TRIGGER immutable_whole BEFORE TRUNCATE ON wr2.${log}_1
  FOR EACH STATEMENT EXECUTE FUNCTION wr2.immutable();
COMMENT ON TABLE wr2.${log} IS 'unique in each volume: (instance_id, ${key})';
`

/** The text. */
export const sql = `
-- A session that has read the logs and lies open would make this wait, and everybody behind it.
SET LOCAL lock_timeout = '10s';

-- Where rows of both logs go now; and the volume before, as long as somebody may still write to it.
CREATE TABLE wr2.log_turn (
  one    boolean PRIMARY KEY DEFAULT true CHECK (one),
  volume integer NOT NULL,
  before integer
) WITH (fillfactor = 10);
INSERT INTO wr2.log_turn (volume) VALUES (1);

-- The volumes there are. Sealed: nobody writes to it any more, and its spans are written down.
CREATE TABLE wr2.log_volume (
  volume    integer PRIMARY KEY,
  opened_at timestamptz(3) NOT NULL,
  closed_at timestamptz(3),
  sealed_at timestamptz(3)
);
INSERT INTO wr2.log_volume (volume, opened_at)
  SELECT 1, coalesce(min(founded_at), now()) FROM wr2.instance_owner;

-- What a sealed volume has of an instance; the numbers as far as they had come by then. The last one
-- of an instance stays when its volume is dropped (first_seq null): numbers never begin again.
CREATE TABLE wr2.log_span (
  instance_id bigint NOT NULL,
  volume      integer NOT NULL,
  first_seq   bigint,
  last_seq    bigint NOT NULL,
  last_no     bigint NOT NULL,
  last_now    timestamptz(3) NOT NULL,
  PRIMARY KEY (instance_id, volume)
);

-- What was dropped before a consumer had read it.
CREATE TABLE wr2.consumer_gap (
  instance_id bigint NOT NULL,
  consumer    text NOT NULL,
  after_seq   bigint NOT NULL,
  through_seq bigint NOT NULL,
  at          timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (instance_id, consumer, through_seq)
);

CREATE FUNCTION wr2.volume() RETURNS integer LANGUAGE sql STABLE AS 'SELECT volume FROM wr2.log_turn';

CREATE FUNCTION wr2.immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: what happened is not changed', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'WR002', HINT = 'History goes by whole volumes: wr2 retain.';
END $$;

-- The key of a volume refuses a seq that is in the volume; this one what is in those before it.
CREATE FUNCTION wr2.seqs_follow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  found_instance bigint;
  found_seq bigint;
  prior integer;
BEGIN
  SELECT f.instance_id, f.first INTO found_instance, found_seq
    FROM (SELECT n.instance_id, min(n.seq) AS first FROM fresh AS n GROUP BY n.instance_id) AS f
    WHERE f.first <= (SELECT s.last_seq FROM wr2.log_span AS s
      WHERE s.instance_id = f.instance_id ORDER BY s.volume DESC LIMIT 1) LIMIT 1;
  IF found_seq IS NULL THEN
    SELECT t.before INTO prior FROM wr2.log_turn AS t;
    IF prior IS NOT NULL THEN
      SELECT f.instance_id, f.first INTO found_instance, found_seq
        FROM (SELECT n.instance_id, min(n.seq) AS first FROM fresh AS n WHERE n.volume > prior
          GROUP BY n.instance_id) AS f
        WHERE f.first <= (SELECT e.seq FROM wr2.event_log AS e WHERE e.volume = prior
          AND e.instance_id = f.instance_id ORDER BY e.seq DESC LIMIT 1) LIMIT 1;
    END IF;
  END IF;
  IF found_seq IS NOT NULL THEN
    RAISE EXCEPTION 'seq % of instance % is in the log already', found_seq, found_instance
      USING ERRCODE = 'unique_violation', CONSTRAINT = 'event_log_pkey', TABLE = 'event_log';
  END IF;
  RETURN NULL;
END $$;
${volumes("event_log", "seq")}${volumes("action_log", "accept_no")}
ALTER TABLE wr2.action_log ALTER COLUMN rule SET DEFAULT 1;
ALTER INDEX wr2.action_log_silent RENAME TO action_log_1_silent;
CREATE INDEX action_log_silent ON wr2.action_log (instance_id, as_of, accept_no)
  WHERE first_seq IS NULL;
CREATE TRIGGER seqs_follow AFTER INSERT ON wr2.event_log REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION wr2.seqs_follow();

-- Makes an empty volume and puts it to the others: no lock that a cycle, or a reader, would wait for.
CREATE FUNCTION wr2.make_volume(log text, number integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  name text := format('%s_%s', log, number);
BEGIN
  EXECUTE format('CREATE TABLE wr2.%I (LIKE wr2.%I, PRIMARY KEY (instance_id, %s), CHECK (volume = %s))',
    name, log, CASE log WHEN 'event_log' THEN 'seq' ELSE 'accept_no' END, number);
  EXECUTE format('CREATE TRIGGER immutable_whole BEFORE TRUNCATE ON wr2.%I '
    'FOR EACH STATEMENT EXECUTE FUNCTION wr2.immutable()', name);
  EXECUTE format('ALTER TABLE wr2.%I ATTACH PARTITION wr2.%I FOR VALUES IN (%s)', log, name, number);
END $$;
SET LOCAL lock_timeout = DEFAULT;
`

/** Names that no Aggregate may have for its table. */
export const tables: ReadonlyArray<string> = ["log_turn", "log_volume", "log_span", "consumer_gap"]
