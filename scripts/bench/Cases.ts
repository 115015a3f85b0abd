/** All cases, in the order in which they are run and told. */
import type { Case } from "./Case.ts"
import { contention } from "./cases/Contention.ts"
import { durable } from "./cases/Durable.ts"
import { inMemory, one, thousands } from "./cases/Engine.ts"
import { activation, clients, start } from "./cases/Footprint.ts"
import { history, waiting } from "./cases/Laden.ts"
import { speed } from "./cases/Machine.ts"
import { openTransaction } from "./cases/OpenTransaction.ts"
import { path } from "./cases/Path.ts"
import { room } from "./cases/Room.ts"
import { keystrokes, websocket } from "./cases/Websocket.ts"

export const cases: ReadonlyArray<Case> = [
  speed,
  durable,
  one,
  inMemory,
  path,
  thousands,
  contention,
  keystrokes,
  websocket,
  room,
  openTransaction,
  waiting,
  history,
  activation,
  clients,
  start
]
