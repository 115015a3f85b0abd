-- Ways from an instance into copies of a place, each open to one group.
CREATE TABLE wr2.passage (
  instance_id bigint NOT NULL,
  id          bigint NOT NULL,
  version     bigint NOT NULL DEFAULT 0,
  place       text NOT NULL,
  owner       bigint NOT NULL,
  copy        bigint NOT NULL,
  PRIMARY KEY (instance_id, id)
) WITH (fillfactor = 70);
