/** What else may be going on: paths that no Action takes by itself. */
import { PgClient } from "@effect/sql-pg"
import { Effect } from "effect"
import type { Place } from "./Ground.ts"
import { fighting, inside, queued } from "./Scenario.ts"
import type { Scenario } from "./Scenario.ts"
import type { Stage } from "./Stage.ts"

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

const offset = "SELECT 1 FROM wr2.consumer_offset WHERE instance_id = $1"
const ownerRow = "SELECT 1 FROM wr2.instance_owner WHERE instance_id = $1"

/** By what they are, in brackets. */
export const circumstances: ReadonlyArray<Scenario> = [
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
    name: "(held offset)",
    place: "yard",
    begins: "as it is",
    play: (stage) =>
      Effect.map(
        stage.hero,
        (hero) => () =>
          Effect.all(
            [
              holding(stage, "yard", `${offset} FOR UPDATE`, 1_500),
              Effect.andThen(Effect.sleep(50), hero.does("n", "s", "n"))
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
