-- The quests of characters, among their feats.
ALTER TABLE wr2.feats
  ADD COLUMN quests jsonb NOT NULL DEFAULT '[]';
