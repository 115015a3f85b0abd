/** `look`, `look north`, `look at sword`, `look in bag`: the room, a way out of it, what is in it or carried, or what is in that. */
import { Command, Rejected } from "@wr2/core"
import { Result, Schema } from "effect"
import { Examine } from "../actions/Examine.ts"
import { Exits } from "../actions/Exits.ts"
import { Look } from "../actions/Look.ts"
import { LookDetail } from "../actions/LookDetail.ts"
import { Room } from "../aggregates/Room.ts"
import * as Lookup from "../content/Lookup.ts"
import * as Direction from "../Direction.ts"
import * as Doors from "../Doors.ts"
import { NotContainer, NotHere, Unremarkable } from "../Failures.ts"
import { me } from "../Me.ts"
import * as Names from "../Names.ts"
import { chooseOne } from "../Selector.ts"
import * as Things from "../Things.ts"

/** Plans one of the views Look, Exits, Examine and LookDetail. */
export const look = Command.define("look", {
  grammar: ["look|l in <inside...>", "look|l [at] [<target...>]", "examine|x <target...>"],
  fields: { target: Schema.NullOr(Schema.String), inside: Schema.NullOr(Schema.String) },
  rejects: [NotHere, NotContainer, Unremarkable, Rejected.Ambiguous],
  precedence: 10,
  from: ["Character"],
  help: "Look around, or at something: look rat, look at sword, look in bag, look north.",
  plan: ({ inside, target }, planning) =>
    Result.gen(function* () {
      const { id, room } = yield* me(planning)
      if (inside !== null) {
        const thing = yield* chooseOne(inside, [
          ...Things.withInner(planning, Things.items(planning, "room", room).toReversed()),
          ...Things.withInner(planning, Things.items(planning, "character", id))
        ])
        return Lookup.item(planning.content, thing.row.template).container
          ? [Examine.make({ character: id, kind: "item", id: thing.id })]
          : yield* Result.fail(new NotContainer({ what: thing.name }))
      }
      if (target === null) return [Look.make({ character: id, unless: null })]
      const direction = Direction.named(target)
      if (direction !== undefined) return [Exits.make({ character: id, direction })]
      if (target === "me" || target === "self") {
        return [Examine.make({ character: id, kind: "character", id })]
      }
      const found = chooseOne<Things.ItemThing | Things.MobThing | Things.CharacterThing>(target, [
        ...Things.mobs(planning, room),
        ...Things.persons(planning, room),
        ...Things.items(planning, "room", room),
        ...Things.items(planning, "character", id)
      ])
      if (Result.isFailure(found) && found.failure._tag === "NotHere") {
        const detail = detailOf(target, room, planning)
        if (detail >= 0) return [LookDetail.make({ character: id, room, detail })]
        const door = Doors.find(target, room, planning)
        if (Result.isSuccess(door)) {
          return [Exits.make({ character: id, direction: door.success.way.direction })]
        }
        if (isScenery(target, room, planning)) return yield* Result.fail(new Unremarkable())
      }
      const thing = yield* found
      return [Examine.make({ character: id, kind: thing.kind, id: thing.id })]
    })
})

/** Which detail of the room a text names; -1: none. */
const detailOf = (text: string, room: Room["id"], { content, projection }: Things.Look): number => {
  const here = projection.get(Room, room)
  const details = here === undefined ? [] : Lookup.details(content, here.template)
  return details.findIndex(({ keywords }) => Names.fits(text, keywords))
}

/** Whether the room's description speaks of it, and nobody wrote more. */
const isScenery = (
  text: string,
  room: Room["id"],
  { content, projection }: Things.Look
): boolean => {
  const here = projection.get(Room, room)
  if (here === undefined) return false
  return Names.fits(text, Names.words(Lookup.room(content, here.template).description))
}
