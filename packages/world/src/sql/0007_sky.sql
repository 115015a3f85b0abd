-- What was last told of the sky over an instance.
CREATE TABLE wr2.sky (
  instance_id bigint NOT NULL,
  id          bigint NOT NULL,
  version     bigint NOT NULL DEFAULT 0,
  part        text NOT NULL,
  weather     text NOT NULL,
  PRIMARY KEY (instance_id, id)
) WITH (fillfactor = 70);
