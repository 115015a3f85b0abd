/** An hour of the world goes by. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Instance } from "../aggregates/Instance.ts"
import { turnSky } from "../commands/TurnSky.ts"
import { World } from "../content/World.ts"
import * as Hours from "../Hours.ts"
import * as System from "../System.ts"

/** Wakes nobody: where no one is, no one looks up. */
export const PassHour = Action.make("PassHour", { instance: Instance.Id }, { wakes: false })
/** Locks nothing: what it asks for looks for itself which rooms are outdoors by now. */
export const passHourRule = PassHour.rule({
  emits: [],
  locks: () => [],
  decide: (a, { content }) =>
    Result.succeed({
      next: [PassHour.make(a, { every: Hours.millis(content(World).settings.day) })],
      issue: [{ actor: System.actor, command: turnSky.make(a) }]
    })
})
