/** What else may be going on: paths that no Action takes by itself. */
import { Effect, Exit, Scope } from "effect"
import { retaining } from "./Retaining.ts"
import { fighting, holding, inside, queued } from "./Scenario.ts"
import type { Scenario } from "./Scenario.ts"

const offset = "SELECT 1 FROM wr2.consumer_offset WHERE instance_id = $1"
const nonsense = "dance on the table"
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
                Effect.sleep(200)
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
              holding(stage, "yard", `${ownerRow} FOR UPDATE`, Effect.sleep(900)),
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
              holding(stage, "yard", `${offset} FOR UPDATE`, Effect.sleep(1_500)),
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
              holding(stage, "far", `${ownerRow} FOR UPDATE`, Effect.sleep(1_500)),
              Effect.andThen(Effect.sleep(50), hero.does("enter arch")),
              stage.some("far", "Admit")
            ],
            { concurrency: "unbounded" }
          )
      })
  },
  {
    // Let go of before it is known whether it was taken.
    name: "(given up)",
    place: "yard",
    begins: "as it is",
    play: (stage) =>
      Effect.gen(function* () {
        yield* stage.found("far")
        const instance = stage.instance("far")
        const hero = yield* stage.hero
        return () =>
          Effect.all(
            [
              holding(stage, "far", `${ownerRow} FOR UPDATE`, Effect.sleep(1_500)),
              Effect.andThen(
                Effect.sleep(50),
                Effect.ignore(stage.lane.order({ do: "rouse", instance }))
              ),
              Effect.andThen(Effect.sleep(200), stage.lane.insist({ do: "released", instance })),
              hero.does("say it is gone")
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
    // Long enough for timers that were past the horizon to be read: each is followed by the next.
    name: "(time goes by)",
    place: "walks",
    begins: "as it is",
    play: (stage) =>
      Effect.as(stage.hero, () => {
        const step = stage.another("walks", "MoveMob")
        return Effect.andThen(step, step)
      })
  },
  {
    // What is turned down is turned down for good, by whoever serves then.
    name: "(rejected)",
    place: "yard",
    begins: "released",
    judges: ({ histories }) =>
      histories.flatMap(({ answers, name, sent }) =>
        [...sent].flatMap(([n, [text]]) =>
          text === nonsense && answers.get(n)?._tag === "Accepted"
            ? [`${name}#${n} "${text}" was accepted`]
            : []
        )
      ),
    play: (stage) =>
      Effect.map(stage.hero, (hero) => () => hero.does(nonsense, "say I cannot dance"))
  },
  {
    // Accepted, and turned down when its turn came.
    name: "(refused)",
    place: "yard",
    begins: "released",
    play: (stage) =>
      Effect.map(inside("get lantern")(stage), (hero) => () => hero.does("wield lantern"))
  },
  {
    // The next is sent before the one before it is answered.
    name: "(in a row)",
    place: "yard",
    begins: "released",
    play: (stage) =>
      Effect.map(
        stage.hero,
        (hero) => () =>
          Effect.forEach(
            ["say one", "n", "say two", "s", "get lantern"],
            (line) => hero.does(line),
            {
              concurrency: "unbounded"
            }
          )
      )
  },
  {
    // One Command, several Actions.
    name: "(all at once)",
    place: "yard",
    begins: "released",
    play: (stage) =>
      Effect.map(inside("get lantern", "get knife")(stage), (hero) => () => hero.does("drop all"))
  },
  {
    // Nobody is connected, somebody is inside: the Waker is to see that the fight goes on.
    name: "(left in a fight)",
    place: "yard",
    begins: "as it is",
    play: (stage) =>
      Effect.gen(function* () {
        const connected = yield* Scope.make()
        const hero = yield* inside(...fighting)(stage).pipe(Scope.provide(connected))
        hero.gone = true
        yield* Scope.close(connected, Exit.void)
        const instance = stage.instance("yard")
        const woken = Effect.forever(
          Effect.andThen(
            Effect.sleep(100),
            stage.lane.insist({ do: "wake", instances: [instance] })
          )
        )
        return () =>
          Effect.andThen(
            stage.lane.insist({ do: "released", instance }),
            Effect.raceFirst(stage.another("yard", "AttackRound"), woken)
          )
      })
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
  },
  ...retaining
]
