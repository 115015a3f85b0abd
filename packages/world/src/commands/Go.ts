/** `north`, `n`, `go north`: walk into the next room, and look at it. Mobs walk by it too. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { Look } from "../actions/Look.ts"
import { Move } from "../actions/Move.ts"
import { MoveMob } from "../actions/MoveMob.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import { Direction } from "../Direction.ts"
import { DoorShut, Fighting, NoExit, NotHere, Resting } from "../Failures.ts"
import { me } from "../Me.ts"
import * as Ways from "../Ways.ts"

/** Plans the step and, for a character, a look at where it ended. */
export const go = Command.define("go", {
  grammar: [
    ["north|n", { direction: "north" }],
    ["east|e", { direction: "east" }],
    ["south|s", { direction: "south" }],
    ["west|w", { direction: "west" }],
    ["up|u", { direction: "up" }],
    ["down|d", { direction: "down" }],
    "go <direction>"
  ],
  fields: { direction: Direction },
  rejects: [NotHere, NoExit, DoorShut, Fighting, Resting],
  from: ["Character", "Mob"],
  help: "Walk north, east, south, west, up or down.",
  plan: ({ direction }, planning) =>
    Result.gen(function* () {
      const { actor, actorType, content, projection } = planning
      const walker = actorType === Mob._tag ? projection.get(Mob, actor) : yield* me(planning)
      const here = walker && projection.get(Room, walker.room)
      if (walker === undefined || here === undefined) {
        return yield* Result.fail(new NotHere({ what: "you" }))
      }
      if (walker.fighting !== null) return yield* Result.fail(new Fighting())
      if ("stance" in walker && walker.stance === "resting") {
        return yield* Result.fail(new Resting())
      }
      const way = Ways.to(direction, here, projection, content)
      if (way === undefined) return yield* Result.fail(new NoExit({ direction }))
      if (way.door !== null && !Ways.isOpen(here, direction, content)) {
        return yield* Result.fail(new DoorShut({ door: way.door }))
      }
      const step = { from: here.id, way }
      if ("spawner" in walker) return [MoveMob.make({ mob: walker.id, ...step })]
      return [
        Move.make({ character: walker.id, ...step }),
        Look.make({ character: walker.id, unless: here.id })
      ]
    })
})
