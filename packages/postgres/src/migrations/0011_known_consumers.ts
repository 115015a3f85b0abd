/**
 * Since when a consumer is known: instances that are founded later are heard from their birth, also by
 * one that begins with what is new, and however late its offset there comes to be.
 */
export const sql = `
CREATE TABLE wr2.known_consumer (
  name     text PRIMARY KEY,
  -- As precise as instance_owner.founded_at, with which it is compared.
  known_at timestamptz(3) NOT NULL DEFAULT now()
);
INSERT INTO wr2.known_consumer (name) SELECT DISTINCT consumer FROM wr2.consumer_offset;
`

/** Names that no Aggregate may have for its table. */
export const tables: ReadonlyArray<string> = ["known_consumer"]
