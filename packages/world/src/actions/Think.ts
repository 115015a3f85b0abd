/** A mob looks around and decides. What it does are Commands like anybody's, so it can do nothing that they cannot. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import * as Mind from "../brains/Mind.ts"
import * as Lookup from "../content/Lookup.ts"
import * as Fights from "../Fights.ts"
import { unlessGone } from "../Found.ts"

/** Wakes nobody: mobs do not think where no one is; they go on when somebody comes. */
export const Think = Action.make("Think", { mob: Mob.Id }, { wakes: false })
/** Locks what it looks at: its room, and the persons and mobs in it. */
export const thinkRule = Think.rule({
  version: 2,
  emits: [],
  locks: (a, { projection }) => {
    const mob = projection.get(Mob, a.mob)
    if (mob === undefined) return [Mob.ref(a.mob)]
    const persons = projection.by(Character, "here", mob.room).map(({ id }) => Character.ref(id))
    const mobs = projection.by(Mob, "room", mob.room).map(({ id }) => Mob.ref(id))
    return [Room.ref(mob.room), ...persons, ...mobs]
  },
  decide: (a, { content, dice, every, now, runtime, the }) =>
    Result.gen(function* () {
      const mob = yield* unlessGone(the(Mob, a.mob))
      if (mob === undefined) return {}
      const template = Lookup.mob(content, mob.template)
      const command = Mind.think({
        mob,
        template,
        memory: Fights.memory(runtime, mob.id),
        room: yield* the(Room, mob.room),
        persons: every(Character, "here", mob.room),
        mobs: every(Mob, "room", mob.room),
        content,
        now,
        dice
      })
      return {
        next: template.thinks === 0 ? [] : [Think.make(a, { every: template.thinks * 1_000 })],
        issue: command === undefined ? [] : [{ actor: { type: Mob._tag, id: mob.id }, command }]
      }
    })
})
