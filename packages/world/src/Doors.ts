/** The doors of a room, as players name them: by direction or by a word of their name. */
import type { Command } from "@wr2/core"
import { Result } from "effect"
import { LockDoor } from "./actions/LockDoor.ts"
import { SetDoor } from "./actions/SetDoor.ts"
import type { Character } from "./aggregates/Character.ts"
import { Room } from "./aggregates/Room.ts"
import type { Standing } from "./aggregates/Room.ts"
import * as Lookup from "./content/Lookup.ts"
import {
  DoorAlready,
  DoorOpen,
  Locked,
  LockAlready,
  NoDoor,
  NoKey,
  NoLock,
  NotHere
} from "./Failures.ts"
import { me } from "./Me.ts"
import { said } from "./Names.ts"
import { choose, chooseOne } from "./Selector.ts"
import * as Things from "./Things.ts"
import * as Ways from "./Ways.ts"

/** A door, on this side. */
interface Door {
  readonly way: Ways.Way
  readonly name: string
  readonly standing: Standing
  /** The slug of its key; null: it has no lock. */
  readonly key: string | null
}

/** The door that a text names: by a direction, also short, or by a word of its own. */
export const find = (
  text: string,
  room: Room["id"],
  { content, projection }: Things.Look
): Result.Result<Door, NotHere> => {
  const here = projection.get(Room, room)
  const words = said(text)
  const way =
    here &&
    Ways.from(here, projection, content).find(({ direction, door }) => {
      const names = door === null ? [] : [direction, ...door.toLowerCase().split(/\s+/)]
      return words.every(
        (word) =>
          names.includes(word) || (word.length === 1 && door !== null && direction.startsWith(word))
      )
    })
  if (here === undefined || way === undefined || way.door === null) {
    return Result.fail(new NotHere({ what: text }))
  }
  const key = Lookup.room(content, here.template).exits[way.direction]?.key ?? null
  const standing = Ways.standing(here, way.direction, content)
  return Result.succeed({ way, name: way.door, standing, key })
}

/** Why there is no such door: something else is called so, perhaps. */
const instead = (
  text: string,
  character: Character["id"],
  room: Room["id"],
  look: Things.Look
): NoDoor | NotHere => {
  const thing = chooseOne<Things.ItemThing | Things.MobThing>(text, [
    ...Things.items(look, "room", room),
    ...Things.items(look, "character", character),
    ...Things.mobs(look, room)
  ])
  if (Result.isFailure(thing)) return new NotHere({ what: text })
  const { kind, name, row } = thing.success
  const isContainer = kind === "item" && Lookup.item(look.content, row.template).container
  return new NoDoor({ what: name, isContainer })
}

/** Plans that the door which a text names is opened, or closed. */
export const set = (text: string, open: boolean, planning: Command.Planning) =>
  Result.gen(function* () {
    const { id: character, room } = yield* me(planning)
    const door = find(text, room, planning)
    if (Result.isFailure(door)) return yield* Result.fail(instead(text, character, room, planning))
    const { name, standing, way } = door.success
    if ((standing === "open") === open) {
      return yield* Result.fail(new DoorAlready({ door: name, open }))
    }
    if (standing === "locked") return yield* Result.fail(new Locked({ door: name }))
    return [SetDoor.make({ character, room, way, open })]
  })

/** Plans that a door is locked, or unlocked, with the key that fits: it is carried, and called so if it was named. */
export const lock = (
  { door, key: named }: { readonly door: string; readonly key: string | null },
  locked: boolean,
  planning: Command.Planning
) =>
  Result.gen(function* () {
    const { id: character, room } = yield* me(planning)
    const { key, name, standing, way } = yield* find(door, room, planning)
    if (key === null) return yield* Result.fail(new NoLock({ door: name }))
    if (standing === "open") return yield* Result.fail(new DoorOpen({ door: name }))
    if ((standing === "locked") === locked) {
      return yield* Result.fail(new LockAlready({ door: name, locked }))
    }
    const all = Things.items(planning, "character", character)
    const carried = named === null ? all : yield* choose(named, all)
    const fits = carried.find(({ row }) => row.template === key)
    if (fits === undefined) return yield* Result.fail(new NoKey({ door: name }))
    return [LockDoor.make({ character, room, way, key: fits.row.id, locked })]
  })
