-- Items are where their foreign keys say: one column for each kind of holder, filled from holder and
-- holder_id. Deferred, since a cycle moves items and removes their holders in any order. Each check is
-- a lock on the holder, and would wait for whoever has it: so who gives an item a holder locks that
-- (or makes it), in its lock set, which never waits. The indexes
-- are for the holders that come and go: without one, each would be looked for in all items.
ALTER TABLE wr2.item_instance
  ADD COLUMN room_id bigint
    GENERATED ALWAYS AS (CASE holder WHEN 'room' THEN holder_id END) STORED,
  ADD COLUMN character_id bigint
    GENERATED ALWAYS AS (CASE holder WHEN 'character' THEN holder_id END) STORED,
  ADD COLUMN mob_id bigint
    GENERATED ALWAYS AS (CASE holder WHEN 'mob' THEN holder_id END) STORED,
  ADD COLUMN container_id bigint
    GENERATED ALWAYS AS (CASE holder WHEN 'item' THEN holder_id END) STORED,
  ADD FOREIGN KEY (instance_id, room_id) REFERENCES wr2.room_instance
    DEFERRABLE INITIALLY DEFERRED,
  ADD FOREIGN KEY (instance_id, character_id) REFERENCES wr2.character
    DEFERRABLE INITIALLY DEFERRED,
  ADD FOREIGN KEY (instance_id, mob_id) REFERENCES wr2.mob_instance
    DEFERRABLE INITIALLY DEFERRED,
  ADD FOREIGN KEY (instance_id, container_id) REFERENCES wr2.item_instance
    DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX item_instance_character ON wr2.item_instance (instance_id, character_id)
  WHERE character_id IS NOT NULL;
CREATE INDEX item_instance_mob ON wr2.item_instance (instance_id, mob_id)
  WHERE mob_id IS NOT NULL;
CREATE INDEX item_instance_container ON wr2.item_instance (instance_id, container_id)
  WHERE container_id IS NOT NULL;
