/**
 * What was accepted to be done at once, and waits all the same (for a row, or for its turn): an owner
 * whose database's clock is behind (set back, or another server's) must not take it for a timer, or the
 * next Command of its actor would overtake it.
 */
export const sql = `
-- Cycles write it: nobody is to wait long behind this.
SET LOCAL lock_timeout = '10s';
ALTER TABLE wr2.action_queue ADD COLUMN at_once boolean NOT NULL DEFAULT false;
CREATE INDEX action_queue_at_once ON wr2.action_queue (instance_id, run_at) WHERE at_once;
`
