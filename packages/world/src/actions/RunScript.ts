/**
 * Runs the steps of a script up to its next wait; the rest is an Action of later, so that it goes on
 * whoever owns the instance by then. Whom it was about may be gone; what needs them is left out.
 */
import { Action } from "@wr2/core"
import type { Command, Content } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { heldBy, Item } from "../aggregates/Item.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import * as Carried from "../Carried.ts"
import * as Combat from "../Combat.ts"
import type { go } from "../commands/Go.ts"
import type { summon } from "../commands/Summon.ts"
import type { swing } from "../commands/Swing.ts"
import * as Lookup from "../content/Lookup.ts"
import { Step } from "../content/Script.ts"
import { World } from "../content/World.ts"
import { ItemMade } from "../events/ItemMade.ts"
import { Performed } from "../events/Performed.ts"
import { RoomMarked } from "../events/RoomMarked.ts"
import { unlessGone } from "../Found.ts"
import * as Flow from "../Flow.ts"
import * as Hours from "../Hours.ts"
import * as Making from "../Making.ts"
import * as System from "../System.ts"

/** Wakes nobody: nothing is played to an empty house. */
export const RunScript = Action.make(
  "RunScript",
  {
    /** Where it plays; a mob's plays where that one is. */
    room: Room.Id,
    mob: Schema.NullOr(Mob.Id),
    speaker: Schema.NullOr(Schema.String),
    /** Whom it is about. */
    character: Schema.NullOr(Character.Id),
    steps: Schema.Array(Step)
  },
  { wakes: false }
)
/** Locks who plays, the room if it marks or asks for marks, and whom it is about with what that one carries. */
export const runScriptRule = RunScript.rule({
  emits: [Performed, ItemMade, RoomMarked],
  locks: (a, { projection }) => [
    ...(a.mob === null ? [] : [Mob.ref(a.mob)]),
    ...(Flow.marks(a.steps)
      ? [Room.ref((a.mob === null ? undefined : projection.get(Mob, a.mob))?.room ?? a.room)]
      : []),
    ...(a.character === null
      ? []
      : [Character.ref(a.character), ...Carried.held(projection, "character", a.character)])
  ],
  decide: (a, { content, dice, every, ids, now, the }) =>
    Result.gen(function* () {
      const mob = a.mob === null ? null : yield* unlessGone(the(Mob, a.mob))
      if (mob === undefined) return {}
      const room = mob?.room ?? a.room
      const found =
        a.character === null ? undefined : yield* unlessGone(the(Character, a.character))
      const character = found?.inside === true && found.room === room ? found : undefined
      const carried =
        character === undefined ? [] : every(Item, "holder", heldBy("character", character.id))
      const flags = Flow.marks(a.steps) ? (yield* the(Room, room)).flags : []
      const { deeds, rest, wait } = Flow.follow(
        a.steps,
        holds({ content, now, character, carried, flags })
      )
      const supplies = { content, dice, nextId: () => ids.next(Item) }
      const hands = content(World).settings.carry - carried.length
      const gifts = deeds
        .flatMap((deed) => (deed.do === "give" && character !== undefined ? [deed.item] : []))
        .slice(0, Math.max(0, hands))
        .map((template) =>
          ItemMade.make({
            character: character!.id,
            giver: a.speaker ?? "somebody",
            itemName: Lookup.item(content, template).name,
            items: Making.items(supplies, template, "character", character!.id)
          })
        )
      const shown = deeds.flatMap((deed) =>
        "text" in deed
          ? [Performed.make({ room, speaker: a.speaker, how: deed.do, text: deed.text })]
          : []
      )
      const marked = Flow.marked(flags, deeds)
      const marks = marked === flags ? [] : [RoomMarked.make({ room, flags: marked })]
      return {
        events: [...shown, ...gifts, ...marks],
        issue: deeds.flatMap((deed) => issued(deed, { room, mob, character, speaker: a.speaker })),
        next:
          rest.length === 0
            ? []
            : [RunScript.make({ ...a, room, steps: rest }, { after: wait * 1_000 })]
      }
    })
})

const holds =
  (on: {
    readonly content: Content.Read
    readonly now: number
    readonly character: Character | undefined
    readonly carried: ReadonlyArray<Item>
    readonly flags: ReadonlyArray<string>
  }) =>
  ({ test, what }: Flow.Condition): boolean => {
    switch (test) {
      case "night":
        return Hours.part(Hours.at(on.now, on.content(World).settings.day)) === "night"
      case "level":
        return on.character !== undefined && Combat.level(on.character.exp) >= Number(what)
      case "marked":
        return on.flags.includes(what)
      case "carries":
        return on.carried.some(({ template }) => template === what)
    }
  }

/** What a step wants of others. */
const issued = (
  deed: Flow.Deed,
  {
    character,
    mob,
    room,
    speaker
  }: {
    readonly room: Room["id"]
    readonly mob: Mob | null
    readonly character: Character | undefined
    readonly speaker: string | null
  }
): ReadonlyArray<Command.Issued> => {
  switch (deed.do) {
    case "open": {
      const { direction } = deed
      const who = speaker ?? "somebody"
      const command = { _tag: "swing", room, direction, who } satisfies Command.Value<typeof swing>
      return [{ actor: System.actor, command }]
    }
    case "spawn": {
      const command = { _tag: "summon", mob: deed.mob, room } satisfies Command.Value<typeof summon>
      return [{ actor: System.actor, command }]
    }
    case "move": {
      const command = { _tag: "go", direction: deed.direction } satisfies Command.Value<typeof go>
      if (mob !== null) return [{ actor: { type: Mob._tag, id: mob.id }, command }]
      return character === undefined
        ? []
        : [{ actor: { type: Character._tag, id: character.id }, command }]
    }
    default:
      return []
  }
}
