-- Which spawners run in an instance, and which content is the world's now: applied, or what the servers' files said last.
ALTER TABLE wr2.instance
  ADD COLUMN spawners jsonb NOT NULL DEFAULT '[]';

CREATE TABLE wr2.world_current (
  one          boolean PRIMARY KEY DEFAULT true CHECK (one),
  content_hash text NOT NULL REFERENCES wr2.world,
  -- Of the files that a server began with last: files that changed since are applied at its next start.
  files_hash   text NOT NULL,
  applied_at   timestamptz(3) NOT NULL DEFAULT now()
);
