/**
 * How each type of Action is made to happen: what is made ready first, and what is done then. While
 * that is going on the process may be killed anywhere; whoever acts goes on as a client would.
 */
import { PgClient } from "@effect/sql-pg"
import { Effect } from "effect"
import type { Scope } from "effect"
import type { Violation } from "../chaos/History.ts"
import { game } from "./Ground.ts"
import type { Place } from "./Ground.ts"
import type { Hero, Stage } from "./Stage.ts"

type Step<A, R = Scope.Scope> = Effect.Effect<A, unknown, R>

export interface Scenario {
  /** A type of Action, or a circumstance in brackets. */
  readonly name: string
  readonly place: Place
  /** Makes ready; answers what to do. */
  readonly play: (stage: Stage) => Step<() => Step<unknown>>
  /**
   * How it begins: its instance is released (and activated again by whoever listens), so that all of
   * activation and release is passed with it; its process is killed; or neither.
   */
  readonly begins: "released" | "killed" | "as it is"
  /** Which instance that is, if it is not that of its place. */
  readonly released?: Place
  /** What the judge is to overlook. */
  readonly overlooks?: (violation: Violation) => boolean
}

/** One who is inside, and has done something before. */
const inside = (...before: ReadonlyArray<string>) =>
  Effect.fnUntraced(function* (stage: Stage) {
    const hero = yield* stage.hero
    yield* hero.does(...before)
    return hero
  })

interface More {
  readonly place?: Place
  readonly before?: ReadonlyArray<string>
}

/** Somebody types something. */
const typed = (
  name: string,
  line: string,
  { before = [], place = "yard" }: More = {}
): Scenario => ({
  name,
  place,
  begins: "released",
  play: (stage) => Effect.map(inside(...before)(stage), (hero) => () => hero.does(line))
})

/** Somebody is there when its time comes. */
const timed = (name: string, { before = [], place = "yard" }: More = {}): Scenario => ({
  name,
  place,
  begins: "released",
  play: (stage) => Effect.as(inside(...before)(stage), () => stage.another(place, name))
})

/** Two who stand together; what the first one does names the second. */
const together = (
  name: string,
  line: (other: string) => string,
  before: ReadonlyArray<string> = []
): Scenario => ({
  name,
  place: "yard",
  begins: "released",
  play: (stage) =>
    Effect.gen(function* () {
      const hero = yield* inside(...before)(stage)
      const other = yield* stage.hero
      return () => hero.does(line(other.name))
    })
})

/** Through the portal, which leads to an instance that nobody has woken. */
const through = (name: string, released: Place): Scenario => ({
  name,
  place: "yard",
  begins: "released",
  released,
  play: (stage) =>
    Effect.gen(function* () {
      yield* stage.found("far")
      const hero = yield* inside("get lantern")(stage)
      return () => Effect.andThen(hero.does("enter arch"), stage.some("far", "Admit"))
    })
})

/** Strikes until there is nothing to strike. */
const slay = (hero: Hero, stage: Stage, place: Place, what: string) =>
  Effect.andThen(hero.does("n", `kill ${what}`), died(stage, place))

const died = (stage: Stage, place: Place) =>
  Effect.gen(function* () {
    while (true) {
      const rows = yield* stage.lane.sql(
        Effect.flatMap(
          PgClient.PgClient,
          (sql) =>
            sql`SELECT 1 FROM wr2.event_log WHERE instance_id = ${stage.instance(place)} AND event_type = 'MobDied'`
        )
      )
      if (rows.length > 0) return
      yield* Effect.sleep(20)
    }
  })

const fighting = ["n", "kill sheep"]

/** One for each type of Action: a test sees that none is missing. */
const actions: ReadonlyArray<Scenario> = [
  through("Admit", "far"),
  typed("Attack", "kill sheep", { before: ["n"] }),
  timed("AttackRound", { before: fighting }),
  {
    name: "Create",
    place: "yard",
    begins: "released",
    play: (stage) =>
      Effect.gen(function* () {
        yield* stage.hero
        const player = yield* stage.account
        const name = stage.name()
        return () => Effect.flatMap(stage.create(player, name), ({ enter }) => enter)
      })
  },
  {
    name: "Decay",
    place: "yard",
    begins: "released",
    play: (stage) =>
      Effect.gen(function* () {
        yield* slay(yield* stage.hero, stage, "yard", "lamb")
        return () => stage.another("yard", "Decay")
      })
  },
  through("Depart", "yard"),
  typed("DropGold", "drop 3 gold"),
  typed("DropItem", "drop lantern", { before: ["get lantern"] }),
  {
    name: "Enter",
    place: "yard",
    begins: "released",
    play: (stage) =>
      Effect.map(
        Effect.flatMap(stage.account, (player) => stage.create(player, stage.name())),
        ({ enter }) =>
          () =>
            enter
      )
  },
  typed("Examine", "look knife"),
  typed("Flee", "flee", { before: fighting }),
  timed("ForgetGreeting", { before: ["open east", "e"] }),
  typed("GetGold", "get gold from chest"),
  typed("GetItem", "get knife"),
  together("GiveGold", (other) => `give 2 gold to ${other}`),
  together("GiveItem", (other) => `give knife to ${other}`, ["get knife"]),
  typed("GreetCharacter", "e", { before: ["open east"] }),
  {
    name: "GrantAchievement",
    place: "yard",
    begins: "released",
    play: (stage) =>
      Effect.map(
        stage.hero,
        (hero) => () => stage.until("yard", "GrantAchievement", hero.does("n"))
      )
  },
  typed("Help", "help"),
  typed("Inventory", "inventory"),
  {
    name: "KeepFeats",
    place: "yard",
    begins: "released",
    released: "far",
    play: (stage) =>
      Effect.gen(function* () {
        yield* stage.found("far")
        const hero = yield* stage.hero
        yield* stage.until("yard", "GrantAchievement", hero.does("n", "s"))
        return () =>
          Effect.andThen(
            stage.until("far", "KeepFeats", hero.does("enter arch")),
            stage.some("far", "Admit")
          )
      })
  },
  {
    name: "Leave",
    place: "yard",
    begins: "released",
    play: (stage) =>
      Effect.gen(function* () {
        yield* stage.hero
        const hero = yield* stage.hero
        return () => {
          hero.gone = true
          // Whoever was cut off meanwhile is not inside any more, and need not leave.
          return Effect.ignore(hero.client.leave)
        }
      })
  },
  typed("Look", "look"),
  typed("Move", "n"),
  timed("MoveMob", { place: "walks" }),
  {
    name: "PassDeedOn",
    place: "yard",
    begins: "released",
    play: (stage) =>
      Effect.gen(function* () {
        yield* stage.found("far")
        yield* stage.hero
        const hero = yield* stage.hero
        yield* stage.until("far", "Admit", hero.does("enter arch"))
        const deed = JSON.stringify({
          character: hero.character,
          deed: { did: "killed", room: null }
        })
        yield* stage.lane.sql(queued(stage.instance("yard"), "GrantAchievement", deed))
        return () => stage.some("yard", "PassDeedOn")
      })
  },
  typed("Say", "say what is to be said"),
  typed("Score", "score"),
  typed("SetDoor", "open east"),
  timed("Spawn", { place: "births" }),
  {
    name: "SpawnMobs",
    place: "births",
    begins: "released",
    play: (stage) =>
      Effect.gen(function* () {
        yield* slay(yield* stage.hero, stage, "births", "calf")
        return () => stage.another("births", "SpawnMobs")
      })
  },
  timed("Think", { place: "thoughts" }),
  typed("Who", "who"),
  typed("Wield", "wield knife", { before: ["get knife"] })
]

/** A session of somebody else that holds rows for a while. */
const holding = (stage: Stage, place: Place, text: string, millis: number) =>
  stage.lane.sql(
    Effect.gen(function* () {
      const sql = yield* PgClient.PgClient
      yield* sql.withTransaction(
        Effect.andThen(sql.unsafe(text, [stage.instance(place)]), Effect.sleep(millis))
      )
    })
  )

const ownerRow = "SELECT 1 FROM wr2.instance_owner WHERE instance_id = $1"

/** What else may be going on: paths that no Action takes by itself. */
const circumstances: ReadonlyArray<Scenario> = [
  {
    name: "(founding)",
    place: "yard",
    begins: "as it is",
    play: (stage) => Effect.as(stage.hero, () => stage.found("far"))
  },
  {
    name: "(first login)",
    place: "yard",
    begins: "as it is",
    play: (stage) => Effect.as(stage.hero, () => stage.hero)
  },
  {
    name: "(refused creation)",
    place: "yard",
    begins: "as it is",
    play: (stage) =>
      Effect.map(stage.account, (player) => () => Effect.ignore(stage.create(player, "Lantern")))
  },
  {
    name: "(logout)",
    place: "yard",
    begins: "as it is",
    play: (stage) =>
      Effect.map(stage.hero, (hero) => () => {
        hero.gone = true
        return Effect.ignore(hero.client.logout)
      })
  },
  {
    name: "(nobody there)",
    place: "yard",
    begins: "released",
    play: (stage) =>
      Effect.gen(function* () {
        const hero = yield* stage.hero
        hero.gone = true
        yield* hero.client.leave
        return () => stage.lane.insist({ do: "released", instance: stage.instance("yard") })
      })
  },
  {
    name: "(held row)",
    place: "yard",
    begins: "as it is",
    play: (stage) =>
      Effect.map(
        stage.hero,
        (hero) => () =>
          Effect.all(
            [
              holding(
                stage,
                "yard",
                "SELECT 1 FROM wr2.character WHERE instance_id = $1 FOR UPDATE",
                200
              ),
              Effect.andThen(Effect.sleep(50), hero.does("say held"))
            ],
            { concurrency: "unbounded" }
          )
      )
  },
  {
    name: "(held owner)",
    place: "yard",
    begins: "as it is",
    play: (stage) =>
      Effect.map(
        stage.hero,
        (hero) => () =>
          Effect.all(
            [
              holding(stage, "yard", `${ownerRow} FOR UPDATE`, 900),
              // First a cycle meets the held row, then the next activation.
              Effect.andThen(Effect.sleep(50), hero.does("say held")),
              Effect.andThen(
                Effect.sleep(120),
                stage.lane.insist({ do: "release", instance: stage.instance("yard") })
              )
            ],
            { concurrency: "unbounded" }
          )
      )
  },
  {
    name: "(held activation)",
    place: "yard",
    begins: "as it is",
    play: (stage) =>
      Effect.gen(function* () {
        yield* stage.found("far")
        const hero = yield* stage.hero
        return () =>
          Effect.all(
            [
              holding(stage, "far", `${ownerRow} FOR UPDATE`, 1_500),
              Effect.andThen(Effect.sleep(50), hero.does("enter arch")),
              stage.some("far", "Admit")
            ],
            { concurrency: "unbounded" }
          )
      })
  },
  {
    name: "(stale read)",
    place: "yard",
    begins: "as it is",
    play: (stage) =>
      Effect.map(stage.hero, (hero) => () => Effect.andThen(Effect.sleep(300), hero.does("look")))
  },
  {
    // Long enough for timers to be read again.
    name: "(time goes by)",
    place: "walks",
    begins: "as it is",
    play: (stage) => Effect.as(stage.hero, () => Effect.sleep(3_500))
  },
  {
    name: "(a look for sleepers)",
    place: "yard",
    begins: "as it is",
    play: (stage) => Effect.as(stage.hero, () => stage.lane.insist({ do: "survey" }))
  },
  {
    name: "(after a kill)",
    place: "yard",
    begins: "killed",
    play: (stage) =>
      Effect.map(inside(...fighting)(stage), (hero) => () => hero.does("say still here"))
  },
  {
    name: "(caution)",
    place: "yard",
    begins: "killed",
    play: (stage) =>
      Effect.as(inside(...fighting)(stage), () => stage.another("yard", "AttackRound"))
  },
  {
    name: "(poison)",
    place: "yard",
    begins: "released",
    overlooks: ({ rule, what }) => rule === "nothing is left over" && what.includes("Nonsense"),
    play: (stage) =>
      Effect.gen(function* () {
        const hero = yield* stage.hero
        yield* stage.lane.sql(queued(stage.instance("yard"), "Nonsense", "{}"))
        return () => hero.does("say I am well")
      })
  }
]

/** An Action that is pending, as it would be after a while, or as a careless hand may leave it. */
const queued = Effect.fnUntraced(function* (instance: number, type: string, payload: string) {
  const sql = yield* PgClient.PgClient
  yield* sql`
    INSERT INTO wr2.action_queue (instance_id, accept_no, action_type, version, payload,
      idempotency_key, seed, priority, run_at, attempts, depth)
    VALUES (${instance}, 1000000, ${type}, 1, ${payload}::text::jsonb, 'queued', 1, 0, now(), 0, 0)`
})

export const scenarios: ReadonlyArray<Scenario> = [...actions, ...circumstances]

/** Types of Actions that have none. */
export const missing: ReadonlyArray<string> = game.actions.flatMap(({ _tag }) =>
  actions.some(({ name }) => name === _tag) ? [] : [_tag]
)
