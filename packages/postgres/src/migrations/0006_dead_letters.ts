/**
 * All that it takes to reproduce a dead letter, and what became of it: put back into the queue, as
 * often as that was tried, or dropped.
 *
 * A dropped letter stays where it is: its number is never given out again, and it says who and why.
 */
export const sql = `
ALTER TABLE wr2.dead_letter
  ADD COLUMN rows          jsonb,
  ADD COLUMN rows_left_out integer NOT NULL DEFAULT 0,
  ADD COLUMN runner        text,
  ADD COLUMN dropped_at    timestamptz(3),
  ADD COLUMN dropped_by    text,
  ADD COLUMN dropped_why   text;

-- Deaths of Actions that were put back into the queue: the letter as it was, by the count of the death.
CREATE TABLE wr2.dead_letter_past (
  instance_id bigint NOT NULL,
  accept_no   bigint NOT NULL,
  death       integer NOT NULL,
  letter      jsonb NOT NULL,
  redriven_at timestamptz(3) NOT NULL,
  redriven_by text NOT NULL,
  PRIMARY KEY (instance_id, accept_no, death)
);
`

/** Names that no Aggregate may have for its table. */
export const tables: ReadonlyArray<string> = ["dead_letter_past"]
