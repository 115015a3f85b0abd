/**
 * What is known of Actions that are kept nowhere any more, so that whoever looks for lost ones does not
 * take them for lost.
 *
 * `done_no`: the greatest number of an Action that was done by the end of a volume: of those in dropped
 * volumes, what may be gone with them. `last_no` counts those that wait, too. Unknown of volumes that
 * were sealed before.
 */
export const sql = `
-- Cycles read it: nobody is to wait long behind this, where a session lies open that has read it too.
SET LOCAL lock_timeout = '10s';
ALTER TABLE wr2.log_span ADD COLUMN done_no bigint;

-- Dead letters that went by age while the volumes of their time were kept.
CREATE TABLE wr2.dead_letter_forgotten (
  instance_id bigint NOT NULL,
  accept_no   bigint NOT NULL,
  PRIMARY KEY (instance_id, accept_no)
);

-- Of volumes that were dropped before, no span stayed where a later one had come: what the oldest one
-- says stands for it, which is more than is gone.
INSERT INTO wr2.log_span (instance_id, volume, first_seq, last_seq, last_no, last_now)
  SELECT s.instance_id, v.oldest - 1, NULL, greatest(s.first_seq - 1, 0), s.last_no, s.last_now
  FROM (SELECT min(volume) AS oldest FROM wr2.log_volume) AS v
  CROSS JOIN LATERAL (SELECT DISTINCT ON (x.instance_id) x.* FROM wr2.log_span AS x
    ORDER BY x.instance_id, x.volume) AS s
  JOIN wr2.instance_owner AS o ON o.instance_id = s.instance_id
  JOIN wr2.log_volume AS l ON l.volume = v.oldest
  WHERE v.oldest > 1 AND s.volume >= v.oldest AND s.first_seq > 1 AND o.founded_at < l.opened_at;
SET LOCAL lock_timeout = DEFAULT;
`

/** Names that no Aggregate may have for its table. */
export const tables: ReadonlyArray<string> = ["dead_letter_forgotten"]
