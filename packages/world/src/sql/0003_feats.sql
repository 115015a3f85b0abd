-- What characters have done and gained by it, apart from their own rows, which every blow writes.
CREATE TABLE wr2.feats (
  instance_id bigint NOT NULL,
  id          bigint NOT NULL,
  version     bigint NOT NULL DEFAULT 0,
  kills       bigint NOT NULL CHECK (kills >= 0),
  seen        jsonb NOT NULL,
  gained      jsonb NOT NULL,
  PRIMARY KEY (instance_id, id)
) WITH (fillfactor = 70, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0.02);
