-- What characters wear, to whom they reply, and what they call long lines.
ALTER TABLE wr2.character
  ADD COLUMN worn jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN reply_to bigint,
  ADD COLUMN aliases jsonb NOT NULL DEFAULT '{}';
