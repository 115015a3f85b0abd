/** graphile-worker: jobs added one by one at its plain settings, or in bulk at its fastest. */
import { Logger, makeWorkerUtils, run } from "graphile-worker"
import { measure, waiting } from "./measure.mjs"
import { move, open, some } from "./move.mjs"

const quiet = { error: console.error, warning() {}, info() {}, debug() {} }
const logger = new Logger(() => (level, message) => quiet[level]?.(message))

export const graphile =
  (fastest) =>
  async ({ seconds, url }) => {
    const pool = await open(url, 24)
    pool.on("error", console.error)
    pool.on("connect", (client) => client.on("error", console.error))
    const jobs = waiting()
    const finished = fastest ? { localQueue: { size: 500 }, completeJobBatchDelay: 0 } : {}
    const worker = await run({
      pgPool: pool,
      concurrency: fastest ? 24 : 20,
      noHandleSignals: true,
      logger,
      preset: { worker: finished },
      taskList: {
        move: async ({ no, ...to }, { withPgClient }) => {
          await withPgClient((client) => move(client, to))
          jobs.done(no)
        }
      }
    })
    const utils = await makeWorkerUtils({ pgPool: pool, logger })
    const one = () => {
      const { done, no } = jobs.ask()
      return { done, payload: { no, ...some() } }
    }
    const measured = await measure({
      seconds,
      inFlight: fastest ? 4 : 64,
      many: fastest ? 500 : 1,
      submit: async (many) => {
        const asked = Array.from({ length: many }, one)
        if (fastest) {
          await utils.addJobs(asked.map(({ payload }) => ({ identifier: "move", payload })))
        } else await worker.addJob("move", asked[0].payload)
        await Promise.all(asked.map(({ done }) => done))
      }
    })
    await worker.stop()
    await utils.release()
    return measured
  }
