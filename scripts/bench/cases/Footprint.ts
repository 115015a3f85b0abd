/** Sizes: how soon a large instance is awake and what it takes, what a client takes that does nothing, and a server. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Limits } from "@wr2/engine"
import { InstanceStore } from "@wr2/engine/InstanceStore"
import { Placement } from "@wr2/engine/Placement"
import * as Harness from "@wr2/testkit/Harness"
import { Effect } from "effect"
import { database, reach } from "../Case.ts"
import type { Case, Settings } from "../Case.ts"
import { large } from "../Crowd.ts"
import { onPostgres } from "../Field.ts"
import { gauge, gauged, heapUsed, resident } from "../Memory.ts"
import { inHall, serve } from "../Served.ts"

const size = { rooms: 5_000, mobs: 10_000, items: 30_000 }
const entities = 1 + size.rooms + size.mobs + size.items
const big = 1_000
const activated = "activation of 5,000 rooms, 10,000 mobs, 30,000 items"

export const activation: Case = {
  name: "activation",
  about: "An instance of 5,000 rooms, 10,000 mobs and 30,000 items is activated; bytes per entity",
  suites: ["full"],
  open: Effect.fnUntraced(function* (settings: Settings) {
    const url = yield* database(settings)
    yield* Effect.gen(function* () {
      const store = yield* InstanceStore
      const firstId = yield* store.ids(entities)
      yield* store.found({
        instance: big,
        rows: large({ instance: big, firstId, ...size }),
        queue: []
      })
    }).pipe(Effect.provide(onPostgres(url, Limits.defaults)), Effect.scoped)
    return [
      {
        name: "engine",
        suites: ["full"] as const,
        // An engine of its own each time, as after a move to another runner.
        measure: Effect.gen(function* () {
          const placement = yield* Placement
          const before = heapUsed()
          const began = performance.now()
          const response = yield* placement.call(big, { _tag: "Wake" })
          const took = performance.now() - began
          const bytes = (heapUsed() - before) / entities
          return {
            figures: [
              { name: activated, unit: "ms", value: took },
              { name: `${activated}, an entity`, unit: "bytes", value: bytes }
            ],
            wrong: response._tag === "Done" ? [] : [JSON.stringify(response)]
          }
        }).pipe(Effect.provide(onPostgres(url, Limits.defaults)), Effect.scoped)
      }
    ]
  }),
  targets: [reach(activated, 1_000, { atMost: true })]
}

/** Clients who are there when it begins: what the first ones cost is the server's own. */
const early = 200
const idle = 1_000
const perClient = "memory per connected idle client"
const perClientHeap = `${perClient}, of it in the heap`

export const clients: Case = {
  name: "idle-clients",
  about:
    "What a server's memory grows by for each client that is connected, inside the world, and silent",
  suites: ["full"],
  open: (settings) =>
    Effect.succeed([
      {
        name: "server",
        suites: ["full"],
        measure: Effect.gen(function* () {
          const server = yield* serve(settings, gauged)
          yield* inHall(server.url, { first: 0, count: early })
          yield* Effect.sleep("5 seconds")
          const before = yield* gauge(server)
          yield* inHall(server.url, { first: early, count: idle })
          // What coming in took is given back.
          yield* Effect.sleep("10 seconds")
          yield* gauge(server)
          yield* Effect.sleep("5 seconds")
          const after = yield* gauge(server)
          const grown = (of: (read: typeof after) => number) =>
            (of(after) - of(before)) / idle / 1_024
          return {
            figures: [
              { name: perClient, unit: "KB", value: grown(({ rss }) => rss) },
              {
                name: perClientHeap,
                unit: "KB",
                value: grown(({ external, heap }) => external + heap)
              }
            ],
            wrong: []
          }
        }).pipe(Effect.scoped)
      }
    ]),
  targets: [reach(perClient, 60, { atMost: true })]
}

const started = "resident memory of npm start, idle"

export const start: Case = {
  name: "idle-start",
  about: "Resident memory of npm start with nobody there, Postgres aside",
  suites: ["full"],
  open: () =>
    Effect.succeed([
      {
        name: "start",
        suites: ["full"],
        measure: Effect.gen(function* () {
          const home = yield* Effect.acquireRelease(
            Effect.sync(() => mkdtempSync(join(tmpdir(), "wr2-bench-start-"))),
            (dir) => Effect.sync(() => rmSync(dir, { recursive: true, force: true }))
          )
          const port = yield* Harness.freePort
          const server = yield* Harness.start({
            name: "npm start",
            script: Harness.wr2,
            args: ["start"],
            env: { WR2_HOME: home, PORT: `${port}`, DATABASE_URL: undefined }
          })
          yield* Harness.waitUntil(
            "npm start is ready",
            Effect.map(
              Harness.get(`http://127.0.0.1:${port}/readyz`),
              (got) => got?.status === 200
            ),
            { within: 120_000, every: 100, explain: () => server.output().slice(-2_000) }
          )
          // Until what starting took is done with.
          yield* Effect.sleep("20 seconds")
          const value = resident(server.pid) / 1_024 / 1_024
          // In order, or its database would stay.
          yield* server.stop()
          return { figures: [{ name: started, unit: "MB", value }], wrong: [] }
        }).pipe(Effect.scoped)
      }
    ]),
  targets: [reach(started, 200, { atMost: true })]
}
