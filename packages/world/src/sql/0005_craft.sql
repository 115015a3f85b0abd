-- What characters make of themselves, how they hold themselves, whom they go with; and what lasts on
-- them and on mobs. Sections of content that have no table of their own are kept with the world.
ALTER TABLE wr2.character
  ADD COLUMN craft jsonb NOT NULL
    DEFAULT '{"archetype": null, "energy": 0, "energyAt": 0, "ready": {}}',
  ADD COLUMN lasting jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN stance text NOT NULL DEFAULT 'standing',
  ADD COLUMN following bigint,
  ADD COLUMN party bigint;

ALTER TABLE wr2.mob_instance
  ADD COLUMN lasting jsonb NOT NULL DEFAULT '[]';

ALTER TABLE wr2.world
  ADD COLUMN sections jsonb NOT NULL DEFAULT '{}';
