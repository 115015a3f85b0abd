/**
 * The work that all sides do: a character of an instance steps into a room. Durably asked for, done under
 * locks of room and character, its Event kept. One statement, so that none pays for round trips that it
 * would not have to make.
 */
import { Pool } from "pg"

const instances = 20
const characters = 200
const rooms = 50

const tables = `
  CREATE SCHEMA peer;
  CREATE TABLE peer.room (instance_id bigint, id bigint, version bigint NOT NULL DEFAULT 0, PRIMARY KEY (instance_id, id));
  CREATE TABLE peer.character (
    instance_id bigint, id bigint, room bigint NOT NULL, version bigint NOT NULL DEFAULT 0, PRIMARY KEY (instance_id, id)
  ) WITH (fillfactor = 70);
  CREATE TABLE peer.event_log (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, instance_id bigint NOT NULL, type text NOT NULL,
    payload jsonb NOT NULL, at timestamptz NOT NULL DEFAULT now()
  );
  INSERT INTO peer.room SELECT i, r FROM generate_series(1, ${instances}) i, generate_series(1, ${rooms}) r;
  INSERT INTO peer.character SELECT i, c, 1 + c % ${rooms}
    FROM generate_series(1, ${instances}) i, generate_series(1, ${characters}) c;
`

const statement = {
  name: "move",
  text: `
    WITH target AS (SELECT id FROM peer.room WHERE instance_id = $1 AND id = $3 FOR NO KEY UPDATE),
    moved AS (
      UPDATE peer.character AS c SET room = t.id, version = c.version + 1
      FROM target AS t WHERE c.instance_id = $1 AND c.id = $2 RETURNING c.id, c.room
    )
    INSERT INTO peer.event_log (instance_id, type, payload)
    SELECT $1, 'CharacterMoved', jsonb_build_object('character', id, 'to', room) FROM moved`
}

/** Makes the tables; answers a pool. */
export const open = async (url, max) => {
  const pool = new Pool({ connectionString: url, max })
  await pool.query(tables)
  return pool
}

/** Does one move, with a pool or a client. */
export const move = (client, { character, instance, room }) =>
  client.query({ ...statement, values: [instance, character, room] })

const upTo = (n) => 1 + Math.floor(Math.random() * n)

/** A move at random. */
export const some = () => ({
  instance: upTo(instances),
  character: upTo(characters),
  room: upTo(rooms)
})

/** How many Events there are. */
export const events = async (pool) =>
  Number((await pool.query("SELECT count(*) FROM peer.event_log")).rows[0].count)
