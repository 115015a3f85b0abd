-- The tables of the world: authored content by its hash, and the live rows of every instance.
--
-- Live tables are keyed by instance first and written by evolve alone. Their columns are those of
-- the Aggregates in src/aggregates (the start-up check compares them). Rows change often: fillfactor
-- leaves room for the next version on the same page, where no index has to learn of it, and only
-- the primary key is an index: look-ups are the projection's. Foreign keys between live rows are
-- those of runtime rows and of items. Of a character's or mob's room there is none: evolve keeps it
-- whole, and every step through a door would otherwise lock the room row that all others step on.

-- Published content, kept: the log names the hash that an Action was decided on.
CREATE TABLE wr2.world (
  content_hash text PRIMARY KEY,
  name         text NOT NULL,
  settings     jsonb NOT NULL,
  places       jsonb NOT NULL,
  spawners     jsonb NOT NULL,
  published_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE wr2.room_template (
  content_hash text NOT NULL REFERENCES wr2.world,
  slug         text NOT NULL,
  data         jsonb NOT NULL,
  PRIMARY KEY (content_hash, slug)
);

CREATE TABLE wr2.mob_template (
  content_hash text NOT NULL REFERENCES wr2.world,
  slug         text NOT NULL,
  data         jsonb NOT NULL,
  PRIMARY KEY (content_hash, slug)
);

CREATE TABLE wr2.item_template (
  content_hash text NOT NULL REFERENCES wr2.world,
  slug         text NOT NULL,
  data         jsonb NOT NULL,
  PRIMARY KEY (content_hash, slug)
);

CREATE TABLE wr2.instance (
  instance_id bigint NOT NULL,
  id          bigint NOT NULL,
  version     bigint NOT NULL DEFAULT 0,
  place       text NOT NULL,
  start       bigint NOT NULL,
  PRIMARY KEY (instance_id, id)
) WITH (fillfactor = 70);

CREATE TABLE wr2.room_instance (
  instance_id bigint NOT NULL,
  id          bigint NOT NULL,
  version     bigint NOT NULL DEFAULT 0,
  template    text NOT NULL,
  doors       jsonb NOT NULL,
  PRIMARY KEY (instance_id, id),
  -- An authored room lives once in an instance. Deferred like every unique key here: set-based
  -- writes must not fail by luck of row order.
  UNIQUE (instance_id, template) DEFERRABLE INITIALLY DEFERRED
) WITH (fillfactor = 70);

CREATE TABLE wr2.character (
  instance_id bigint NOT NULL,
  id          bigint NOT NULL,
  version     bigint NOT NULL DEFAULT 0,
  name        text NOT NULL,
  account     bigint NOT NULL,
  description text NOT NULL,
  room        bigint NOT NULL,
  home        bigint NOT NULL,
  inside      boolean NOT NULL,
  hp          bigint NOT NULL CHECK (hp >= 0),
  hp_at       bigint NOT NULL,
  exp         bigint NOT NULL CHECK (exp >= 0),
  gold        bigint NOT NULL CHECK (gold >= 0),
  wielding    bigint,
  fighting    bigint,
  fight       bigint,
  PRIMARY KEY (instance_id, id)
) WITH (fillfactor = 70, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0.02);

CREATE TABLE wr2.mob_instance (
  instance_id bigint NOT NULL,
  id          bigint NOT NULL,
  version     bigint NOT NULL DEFAULT 0,
  template    text NOT NULL,
  spawner     text,
  room        bigint NOT NULL,
  hp          bigint NOT NULL CHECK (hp >= 0),
  hp_at       bigint NOT NULL,
  gold        bigint NOT NULL CHECK (gold >= 0),
  fighting    bigint,
  fight       bigint,
  PRIMARY KEY (instance_id, id)
) WITH (fillfactor = 70, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0.02);

CREATE TABLE wr2.item_instance (
  instance_id bigint NOT NULL,
  id          bigint NOT NULL,
  version     bigint NOT NULL DEFAULT 0,
  template    text NOT NULL,
  holder      text NOT NULL CHECK (holder IN ('room', 'character', 'mob', 'item')),
  holder_id   bigint NOT NULL,
  gold        bigint NOT NULL CHECK (gold >= 0),
  rolled      jsonb NOT NULL,
  PRIMARY KEY (instance_id, id)
) WITH (fillfactor = 70, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0.02);

-- Runtime rows: there while their owner is active, gone with it.
CREATE TABLE wr2.instance_runtime (
  instance_id bigint NOT NULL,
  id          bigint NOT NULL,
  data        jsonb NOT NULL,
  cache_dirty boolean NOT NULL DEFAULT false,
  updated_at  timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (instance_id, id),
  FOREIGN KEY (instance_id, id) REFERENCES wr2.instance ON DELETE CASCADE
    DEFERRABLE INITIALLY DEFERRED
) WITH (fillfactor = 70);

CREATE TABLE wr2.room_runtime (
  instance_id bigint NOT NULL,
  id          bigint NOT NULL,
  data        jsonb NOT NULL,
  cache_dirty boolean NOT NULL DEFAULT false,
  updated_at  timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (instance_id, id),
  FOREIGN KEY (instance_id, id) REFERENCES wr2.room_instance ON DELETE CASCADE
    DEFERRABLE INITIALLY DEFERRED
) WITH (fillfactor = 70, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0.02);

CREATE TABLE wr2.character_runtime (
  instance_id bigint NOT NULL,
  id          bigint NOT NULL,
  data        jsonb NOT NULL,
  cache_dirty boolean NOT NULL DEFAULT false,
  updated_at  timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (instance_id, id),
  FOREIGN KEY (instance_id, id) REFERENCES wr2.character ON DELETE CASCADE
    DEFERRABLE INITIALLY DEFERRED
) WITH (fillfactor = 70, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0.02);

CREATE TABLE wr2.mob_runtime (
  instance_id bigint NOT NULL,
  id          bigint NOT NULL,
  data        jsonb NOT NULL,
  cache_dirty boolean NOT NULL DEFAULT false,
  updated_at  timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (instance_id, id),
  FOREIGN KEY (instance_id, id) REFERENCES wr2.mob_instance ON DELETE CASCADE
    DEFERRABLE INITIALLY DEFERRED
) WITH (fillfactor = 70, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0.02);
