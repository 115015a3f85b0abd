-- Auctions: what is up for auction is held by its lot, and so is the gold that was bid. Who gives an item
-- a lot to be held by makes the lot, or locks it.
CREATE TABLE wr2.lot (
  instance_id bigint NOT NULL,
  id          bigint NOT NULL,
  version     bigint NOT NULL DEFAULT 0,
  item        bigint NOT NULL,
  item_name   text NOT NULL,
  seller      bigint NOT NULL,
  seller_name text NOT NULL,
  least       bigint NOT NULL CHECK (least > 0),
  bid         bigint NOT NULL CHECK (bid >= 0),
  bidder      bigint,
  bidder_name text,
  ends        bigint NOT NULL,
  open        boolean NOT NULL,
  owed        jsonb NOT NULL,
  filled        boolean NOT NULL,
  PRIMARY KEY (instance_id, id)
) WITH (fillfactor = 70);

ALTER TABLE wr2.item_instance
  DROP CONSTRAINT item_instance_holder_check,
  ADD CONSTRAINT item_instance_holder_check
    CHECK (holder IN ('room', 'character', 'mob', 'item', 'lot')),
  ADD COLUMN lot_id bigint
    GENERATED ALWAYS AS (CASE holder WHEN 'lot' THEN holder_id END) STORED,
  ADD FOREIGN KEY (instance_id, lot_id) REFERENCES wr2.lot
    DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX item_instance_lot ON wr2.item_instance (instance_id, lot_id)
  WHERE lot_id IS NOT NULL;
