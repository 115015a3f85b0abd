/**
 * What usable history needs of the logs, and of snapshots taken later than birth.
 *
 * `rule`: the version of the rule that ran an Action; all were of version 1 before, and what a process
 * of before this migration still writes is, too: hence the default. `as_of`: the seq of
 * the instance's last Event when it ran, unknown of what ran before. It puts Actions without Events in
 * their place among the others; those with Events have theirs by first_seq, and need no index.
 */
export const sql = `
ALTER TABLE wr2.action_log ADD COLUMN rule integer NOT NULL DEFAULT 1, ADD COLUMN as_of bigint;
ALTER TABLE wr2.dead_letter ADD COLUMN rule integer NOT NULL DEFAULT 1, ADD COLUMN as_of bigint;
CREATE INDEX action_log_silent ON wr2.action_log (instance_id, as_of, accept_no)
  WHERE first_seq IS NULL;

-- What was true when the parts of wr2.snapshot at this seq were written. Birth has none.
CREATE TABLE wr2.snapshot_head (
  instance_id  bigint NOT NULL,
  seq          bigint NOT NULL,
  format       integer NOT NULL,
  lineage      text NOT NULL,
  last_now     timestamptz(3) NOT NULL,
  last_no      bigint NOT NULL,
  next_id      bigint NOT NULL,
  content_hash text,
  parts        integer NOT NULL,
  row_count    bigint NOT NULL,
  cursors      jsonb NOT NULL,
  taken_at     timestamptz(3) NOT NULL,
  PRIMARY KEY (instance_id, seq)
);
`

/** Names that no Aggregate may have for its table. */
export const tables: ReadonlyArray<string> = ["snapshot_head"]
