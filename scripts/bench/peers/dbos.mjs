/** DBOS Transact: a durable workflow of one step a move, started and waited for. */
import { DBOS } from "@dbos-inc/dbos-sdk"
import { measure } from "./measure.mjs"
import { move, open, some } from "./move.mjs"

export const dbos = async ({ seconds, url }) => {
  const pool = await open(url, 16)
  DBOS.setConfig({
    name: "peer",
    systemDatabaseUrl: url,
    systemDatabasePoolSize: 20,
    logLevel: "error",
    runAdminServer: false
  })
  const walk = DBOS.registerWorkflow(
    async (to) => {
      await DBOS.runStep(() => move(pool, to).then(() => true), { name: "move" })
      return true
    },
    { name: "walk" }
  )
  await DBOS.launch()
  return measure({ seconds, inFlight: 64, submit: () => walk(some()) })
}
