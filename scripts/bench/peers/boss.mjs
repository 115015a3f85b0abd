/** pg-boss: jobs inserted in bulk, fetched in batches by several workers. */
import { PgBoss } from "pg-boss"
import { measure, waiting } from "./measure.mjs"
import { move, open, some } from "./move.mjs"

export const boss = async ({ seconds, url }) => {
  const pool = await open(url, 16)
  const jobs = waiting()
  const worker = new PgBoss({ connectionString: url, max: 16, schedule: false, supervise: false })
  worker.on("error", console.error)
  await worker.start()
  await worker.createQueue("move")
  const options = { batchSize: 250, pollingIntervalSeconds: 0.5 }
  for (let i = 0; i < 4; i++) {
    await worker.work("move", options, async (batch) => {
      await Promise.all(batch.map(({ data: { no, ...to } }) => move(pool, to)))
      // Done for it when the handler is.
      setImmediate(() => batch.forEach(({ data }) => jobs.done(data.no)))
    })
  }
  const measured = await measure({
    seconds,
    inFlight: 8,
    many: 500,
    submit: async (many) => {
      const asked = Array.from({ length: many }, () => jobs.ask())
      const data = asked.map(({ no }) => ({ data: { no, ...some() } }))
      await worker.insert("move", data)
      await Promise.all(asked.map(({ done }) => done))
    }
  })
  await worker.stop({ graceful: false })
  return measured
}
