/** A character walks into the next room. */
import { Action } from "@wr2/core"
import type { Command } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import type { tagAlong } from "../commands/TagAlong.ts"
import { CharacterMoved } from "../events/CharacterMoved.ts"
import { DoorShut, Elsewhere, Fighting, Resting } from "../Failures.ts"
import * as Fights from "../Fights.ts"
import * as Groups from "../Groups.ts"
import * as System from "../System.ts"
import * as Triggers from "../Triggers.ts"
import * as Ways from "../Ways.ts"

export const Move = Action.make("Move", {
  character: Character.Id,
  from: Room.Id,
  way: Ways.Way
})
/** Locks the room it leaves only when there is a door to it: rooms are where everybody is. */
export const moveRule = Move.rule({
  version: 2,
  emits: [CharacterMoved],
  fails: [Elsewhere, Fighting, Resting, DoorShut],
  locks: (a, { projection }) => [
    Character.ref(a.character),
    ...Fights.foes(projection, a.character),
    ...Groups.followers(projection, a.character),
    ...(a.way.door === null ? [] : [Room.ref(a.from)])
  ],
  decide: ({ character: id, from, way }, { content, every, the }) =>
    Result.gen(function* () {
      const { fighting, inside, name, room, stance } = yield* the(Character, id)
      if (!inside || room !== from) return yield* Result.fail(new Elsewhere())
      if (fighting !== null || every(Mob, "fighting", id).length > 0) {
        return yield* Result.fail(new Fighting())
      }
      if (stance === "resting") return yield* Result.fail(new Resting())
      if (way.door !== null && !Ways.isOpen(yield* the(Room, from), way.direction, content)) {
        return yield* Result.fail(new DoorShut({ door: way.door }))
      }
      const { direction, to } = way
      const along = every(Character, "following", id)
        .filter(
          (each) => each.room === from && each.fighting === null && each.stance === "standing"
        )
        .slice(0, Groups.followersMax)
      return {
        events: [CharacterMoved.make({ character: id, name, from, to, direction })],
        issue: [
          ...(way.trigger ? Triggers.passed(id, from, to) : []),
          ...along.map((each) => ({
            actor: System.actor,
            // Written out: the Command plans this very Action.
            command: {
              _tag: "tag along",
              character: each.id,
              from,
              direction
            } satisfies Command.Value<typeof tagAlong>
          }))
        ]
      }
    })
})
