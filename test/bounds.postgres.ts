/** Bounds of the PostgreSQL adapter, and the tests that push past them, as in bounds.ts. */
import type { Settings } from "@wr2/postgres"
import type { Bounds, Shown } from "./bounds.ts"

const settings = "postgres/test/settings.integration.test.ts"
const opened: ReadonlyArray<Shown> = [
  [
    settings,
    "there are controlConnections and asideConnections, no more; who comes later waits and is served"
  ]
]
/** Each timeout of each kind of connection: one test for all of them, which names them. */
const timed: ReadonlyArray<Shown> = [
  [settings, "on a connection of ${kind} what takes longer than ${name} is Transient (${settings})"]
]
const dialled: ReadonlyArray<Shown> = [
  [
    "postgres/test/lanes.test.ts",
    "who finds no server is told so, Transient; it is dialled after reconnectFirst, twice that ..., at most reconnectMax"
  ]
]

/** Of the PostgreSQL adapter: its connections and their timeouts. */
export const postgres: Bounds<Omit<Settings.Settings, "runner"> & Settings.Timeouts> = {
  cycle: timed,
  control: timed,
  statement: timed,
  lock: timed,
  idle: timed,
  transaction: timed,
  controlConnections: opened,
  asideConnections: opened,
  silence: [
    [
      "postgres/test/faults.integration.test.ts",
      "a network that swallows the answers: given up in time, Unknown"
    ]
  ],
  reconnectFirst: dialled,
  reconnectMax: dialled,
  unblockTries: [
    [
      settings,
      "an activation that waits asks unblockTries times who blocks it; then it is Transient"
    ]
  ],
  foundChunk: [
    [settings, "an instance is founded in parts of foundChunk rows, all of them or none"]
  ],
  confirmsMax: [
    [
      "postgres/test/together.test.ts",
      "a lone one waits for nobody; those that come meanwhile go together, at most confirmsMax of them"
    ]
  ],
  sleepingMax: [
    [
      settings,
      "one look of the Waker finds sleepingMax, released and orphaned each; the next others"
    ]
  ]
}
