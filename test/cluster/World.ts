/**
 * A world of many instances run by real processes, and players who talk all the time: what tests of
 * faults are made of. The test's own process is a gateway: it reaches owners by Placement alone.
 */
import { PgClient } from "@effect/sql-pg"
import { ClusterPlacement } from "@wr2/cluster"
import { Founding, InstanceStore, type Messages, Placement } from "@wr2/engine"
import { Postgres } from "@wr2/postgres"
import * as Authored from "@wr2/server/Authored"
import * as ClusterSocket from "@wr2/server/ClusterSocket"
import * as Roles from "@wr2/server/Roles"
import * as ServedWorld from "@wr2/server/World"
import * as Harness from "@wr2/testkit/Harness"
import * as PgFixture from "@wr2/testkit/PgFixture"
import { Clock, Context, Effect, Fiber, Layer, Redacted, type Scope, Stream } from "effect"

/** The database, the world in it, and this process's way to its owners. */
export interface World {
  readonly url: string
  readonly instances: ReadonlyArray<number>
}
export class TestWorld extends Context.Service<TestWorld, World>()("wr2/test/World") {}

/** Instances besides the sample world's own: copies of its first place. */
const copies = 12

const member = (url: Redacted.Redacted, world: ServedWorld.Loaded) =>
  Layer.unwrap(
    Effect.gen(function* () {
      yield* Authored.begin(world.content)
      const store = yield* InstanceStore.InstanceStore
      const instances = Array.from({ length: copies }, (_, i) => 100 + i)
      yield* Effect.forEach(instances, (instance) => Founding.found(world.game, instance))
      yield* ServedWorld.found(world, store)
      return Layer.succeed(TestWorld, { url: Redacted.value(url), instances })
    })
  ).pipe(
    Layer.merge(ClusterPlacement.layer),
    Layer.provide(ClusterSocket.layerClient),
    Layer.provideMerge(Postgres.layerPorts(world.game)),
    Layer.provide(Layer.effectDiscard(Roles.migrate())),
    Layer.provideMerge(Postgres.client({ url, runner: "test", maxConnections: 4 }))
  )

/** On a database of the test run. */
export const layer = Layer.unwrap(
  Effect.gen(function* () {
    const world = yield* ServedWorld.load(Harness.smallWorld)
    const migrations = yield* ServedWorld.migrations
    const database = yield* PgFixture.database({ aggregates: world.game.aggregates, migrations })
    return member(database.url, world)
  })
)

/** On a database given by URL, which is empty. */
export const layerOn = (url: Redacted.Redacted) =>
  Layer.unwrap(Effect.map(ServedWorld.load(Harness.smallWorld), (world) => member(url, world)))

/** A runner on the test's database. How soon it starts is not what is asked, and depends on what else goes on. */
export const runner = (
  name: string
): Effect.Effect<Harness.Server, Harness.HarnessError, TestWorld | Scope.Scope> =>
  Effect.flatMap(TestWorld, ({ url }) =>
    Harness.serve({ role: "runner", database: url, name, within: 60_000 })
  )

/** Who owns what, as the database says: instance to the owner's process. */
export const owners = Effect.gen(function* () {
  const sql = yield* PgClient.PgClient
  const { instances } = yield* TestWorld
  const rows = yield* sql<{ readonly instance_id: bigint; readonly runner: string | null }>`
    SELECT instance_id, runner FROM wr2.instance_owner WHERE ${sql.in("instance_id", instances)}`
  return new Map(rows.map((row) => [Number(row.instance_id), Number(row.runner?.split("-").pop())]))
})

/** The instances that a process owns. */
export const ownedBy = (process: Harness.Process) =>
  Effect.map(owners, (all) => [...all].filter(([, pid]) => pid === process.pid).map(([id]) => id))

/** Waits until every one of the processes owns something. */
export const settled = (...processes: ReadonlyArray<Harness.Process>) =>
  Harness.waitUntil(
    "every runner has a share",
    Effect.map(owners, (all) => processes.every(({ pid }) => [...all.values()].includes(pid))),
    {
      within: 20_000,
      explain: () => processes.map((each) => each.output().slice(-1500)).join("\n--\n")
    }
  )

const transient = new Set(["Unavailable", "Overloaded", "Moved", "OutOfOrder"])
const tagOf = (reason: unknown): string =>
  typeof reason === "object" && reason !== null && "_tag" in reason ? String(reason._tag) : "?"

/** What a player has to say for itself. */
export interface Talk {
  readonly instance: number
  readonly character: number
  /** Commands acknowledged, in order of n. */
  readonly acknowledged: () => number
  /** Milliseconds from this moment until the first acknowledgement after it. */
  readonly answersAgain: Effect.Effect<number, Harness.HarnessError>
  /** The longest that it ever waited for an answer. */
  readonly longest: () => number
  /** Answers that were neither acceptance nor "try again". */
  readonly strange: () => ReadonlyArray<string>
  readonly stop: Effect.Effect<void>
}

/** A new character in an instance, that says something, waits for the answer, and says the next thing. */
export const talker = Effect.fnUntraced(function* (instance: number) {
  const placement = yield* Placement.Placement
  const store = yield* InstanceStore.InstanceStore
  const character = yield* store.ids(1)
  const session = `session-${character}`
  const strange: Array<string> = []
  const again = Effect.sleep(50)

  const ask = (request: Messages.Request): Effect.Effect<Messages.Response> =>
    Effect.gen(function* () {
      while (true) {
        const response = yield* Effect.option(placement.call(instance, request))
        if (response._tag === "Some") {
          const { value } = response
          if (value._tag !== "Denied" || !transient.has(tagOf(value.reason))) return value
        }
        yield* again
      }
    })

  const created = yield* ask({
    _tag: "Create",
    id: character,
    name: `Talker${character}`,
    account: 1,
    fresh: { description: "" }
  })
  if (created._tag !== "Done") strange.push(`create: ${JSON.stringify(created)}`)
  const entered = yield* ask({ _tag: "Enter", id: character, session })
  if (entered._tag !== "Inside") strange.push(`enter: ${JSON.stringify(entered)}`)

  let n = entered._tag === "Inside" ? entered.nextN - 1 : 0
  const first = n
  let longest = 0
  let answeredAt = yield* Clock.currentTimeMillis
  const talking = yield* Effect.gen(function* () {
    while (true) {
      const asked = yield* Clock.currentTimeMillis
      const intent = { n: n + 1, settled: n, text: `say ${n + 1}`, command: null }
      const answer = yield* ask({
        _tag: "Submit",
        actor: { type: "Character", id: character },
        session,
        intents: [intent],
        trace: null
      })
      const reply = answer._tag === "Replies" ? answer.replies[0] : undefined
      if (reply?._tag === "Rejected" && transient.has(tagOf(reply.reason))) {
        yield* again
        longest = Math.max(longest, (yield* Clock.currentTimeMillis) - asked)
        continue
      }
      if (reply?._tag !== "Accepted") strange.push(JSON.stringify(answer))
      n++
      answeredAt = yield* Clock.currentTimeMillis
      longest = Math.max(longest, answeredAt - asked)
      yield* Effect.sleep(20)
    }
  }).pipe(Effect.forkScoped)

  return {
    instance,
    character,
    acknowledged: () => n - first,
    answersAgain: Effect.gen(function* () {
      const from = yield* Clock.currentTimeMillis
      const answered = yield* Harness.waitUntil(
        `instance ${instance} answers`,
        // What was on its way when this began may still come: the one after that counts.
        Effect.sync(() => answeredAt > from + 30 && answeredAt),
        { within: 30_000, every: 10 }
      )
      return answered.value - from
    }),
    longest: () => longest,
    strange: () => strange,
    stop: Fiber.interrupt(talking)
  } satisfies Talk
})

/** What somebody heard who listens to an instance, one feed after the other. */
export interface Listening {
  readonly instance: number
  /** The seq up to which everything was told. */
  readonly upTo: () => number
  readonly wrong: () => ReadonlyArray<string>
}

/** Listens: within a feed nothing comes twice or backwards, whatever happens to its runner. */
export const listener = Effect.fnUntraced(function* (instance: number) {
  const placement = yield* Placement.Placement
  const wrong: Array<string> = []
  let upTo = 0
  yield* Effect.suspend(() =>
    placement.feed(instance, upTo).pipe(
      Stream.runForEach((chunk) =>
        Effect.sync(() => {
          for (const { seq } of chunk.events) {
            if (seq <= upTo || seq > chunk.upTo)
              wrong.push(`${instance}: ${seq} after ${upTo}, in a chunk up to ${chunk.upTo}`)
            upTo = Math.max(upTo, seq)
          }
          if (chunk.upTo < upTo) wrong.push(`${instance}: up to ${chunk.upTo} after ${upTo}`)
          upTo = chunk.upTo
        })
      ),
      Effect.ignoreCause,
      Effect.andThen(Effect.sleep(50))
    )
  ).pipe(Effect.forever, Effect.forkScoped)
  return { instance, upTo: () => upTo, wrong: () => wrong } satisfies Listening
})

/** A talker in every instance. */
export const talkers = Effect.gen(function* () {
  const { instances } = yield* TestWorld
  return yield* Effect.forEach(instances, talker, { concurrency: "unbounded" })
})

/** A listener in every instance. */
export const listeners = Effect.gen(function* () {
  const { instances } = yield* TestWorld
  return yield* Effect.forEach(instances, listener, { concurrency: "unbounded" })
})

/** The slowest of those instances to answer again, in milliseconds. */
export const back = (talks: ReadonlyArray<Talk>, instances: ReadonlyArray<number>) =>
  Effect.map(
    Effect.forEach(
      talks.filter(({ instance }) => instances.includes(instance)),
      ({ answersAgain }) => answersAgain,
      { concurrency: "unbounded" }
    ),
    (all) => Math.max(...all)
  )

/**
 * What must hold whatever was killed: every acknowledged Command was executed exactly once, and the
 * Events of every instance are numbered 1, 2, 3 ... Answers what does not.
 */
export const broken = Effect.fnUntraced(function* (talks: ReadonlyArray<Talk>) {
  const sql = yield* PgClient.PgClient
  const wrong: Array<string> = talks.flatMap((talk) => talk.strange())
  // Acknowledged is what is accepted; after a crash it may be executed a transaction later.
  yield* Harness.waitUntil(
    "what was accepted is executed",
    Effect.map(
      sql`SELECT 1 FROM wr2.action_queue WHERE action_type = 'Say'`,
      (rows) => rows.length === 0
    )
  )
  const dead = yield* sql`SELECT error FROM wr2.dead_letter`
  wrong.push(...dead.map((row) => `a dead letter: ${JSON.stringify(row)}`))
  for (const talk of talks) {
    const said = yield* sql<{ readonly command_id: string; readonly times: bigint }>`
      SELECT command_id, count(*) AS times FROM wr2.action_log
      WHERE instance_id = ${talk.instance} AND action_type = 'Say' AND actor_id = ${talk.character}
      GROUP BY command_id`
    const twice = said.filter(({ times }) => Number(times) !== 1)
    if (twice.length > 0)
      wrong.push(`${talk.instance}: executed twice: ${twice.map((row) => row.command_id).join()}`)
    // The last one may have been executed without its answer having arrived.
    if (said.length < talk.acknowledged() || said.length > talk.acknowledged() + 1) {
      wrong.push(`${talk.instance}: ${talk.acknowledged()} acknowledged, ${said.length} executed`)
    }
  }
  const gaps = yield* sql<{ readonly instance_id: bigint }>`
    SELECT instance_id FROM wr2.event_log GROUP BY instance_id
    HAVING min(seq) <> 1 OR max(seq) <> count(*)`
  wrong.push(...gaps.map(({ instance_id }) => `${instance_id}: its Events have gaps`))
  return wrong
})
