/** Why a consumer does not go on in an instance, and when its offset last moved. */

/** The text. */
export const sql = `
ALTER TABLE wr2.consumer_offset
  ADD COLUMN parked_at  timestamptz(3),
  ADD COLUMN parked_seq bigint,
  ADD COLUMN error      text,
  ADD COLUMN moved_at   timestamptz(3) NOT NULL DEFAULT now(),
  ADD CONSTRAINT consumer_offset_parked
    CHECK ((parked_at IS NULL) = (parked_seq IS NULL) AND (parked_at IS NULL) = (error IS NULL));
`
