-- What scripts have marked a room with.
ALTER TABLE wr2.room_instance
  ADD COLUMN flags jsonb NOT NULL DEFAULT '[]';
