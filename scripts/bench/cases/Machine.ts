/** How fast the machine is: fixed work, so that figures of two machines can be compared. */
import { PgConnection } from "@effect/sql-pg"
import { Effect } from "effect"
import { database } from "../Case.ts"
import type { Case } from "../Case.ts"

const commits = 200

/** Single-row commits one after the other, in the server: what is timed is nearly all fsync. */
const text = `
DO $$
DECLARE
  began timestamptz;
BEGIN
  CREATE TABLE one (n bigint);
  INSERT INTO one VALUES (0);
  CREATE TABLE took (ms float);
  COMMIT;
  FOR i IN 1 .. ${commits} LOOP
    began := clock_timestamp();
    UPDATE one SET n = n + 1;
    COMMIT;
    INSERT INTO took VALUES (extract(epoch FROM clock_timestamp() - began) * 1000);
  END LOOP;
END $$`

const median = "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS ms FROM took"

/** Numbers, strings, objects and a Map, as an engine in JavaScript uses them. */
const loop = (): number => {
  const began = performance.now()
  const kept = new Map<string, { readonly n: number; readonly name: string }>()
  let sum = 0
  for (let i = 0; i < 400_000; i++) {
    const key = `row:${(i * 7_919) % 10_007}`
    const before = kept.get(key)
    kept.set(key, { n: (before?.n ?? 0) + 1, name: key })
    if (i % 64 === 0) sum += JSON.stringify({ i, before }).length
  }
  if (sum === 0) throw new Error("nothing was done")
  return performance.now() - began
}

export const speed: Case = {
  name: "machine",
  about: "The machine itself: a commit to the disk, and a fixed loop in JavaScript",
  suites: ["quick", "full", "peers"],
  open: (settings) =>
    Effect.succeed([
      {
        name: "commit",
        suites: ["quick", "full", "peers"],
        measure: Effect.gen(function* () {
          const connection = yield* PgConnection.make({ url: yield* database(settings) })
          yield* connection.query(text)
          const { rows } = yield* connection.query(median)
          const value = Number(rows[0]!.ms)
          return { figures: [{ name: "machine, commit of one row", unit: "ms", value }], wrong: [] }
        }).pipe(Effect.scoped)
      },
      {
        name: "loop",
        suites: ["quick", "full", "peers"],
        measure: Effect.sync(() => {
          loop()
          return {
            figures: [{ name: "machine, fixed loop in JavaScript", unit: "ms", value: loop() }],
            wrong: []
          }
        })
      }
    ]),
  targets: []
}
