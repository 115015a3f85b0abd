/** `gaff rat`, `perform gaff rat`: a skill, by the verb that its content gives it. */
import { Command, Rejected } from "@wr2/core"
import type { Content } from "@wr2/core"
import { Result, Schema } from "effect"
import { UseSkill } from "../actions/UseSkill.ts"
import type { Character } from "../aggregates/Character.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import * as Lookup from "../content/Lookup.ts"
import type { Authored } from "../content/World.ts"
import { NotAttackable, NotHere, Safe, Unlearned } from "../Failures.ts"
import { me } from "../Me.ts"
import { chooseOne } from "../Selector.ts"
import * as Skills from "../Skills.ts"
import * as Things from "../Things.ts"

/** The Command of a game with this content: its skills' verbs are among the patterns. */
export const perform = (content: Content.Value) => {
  const { skills = {} } = content.value as Partial<Authored>
  const verbs = Object.values(skills).map(
    ({ verb }) => [`${verb} [<target...>]`, { skill: verb }] as const
  )
  return Command.define("perform", {
    grammar: [...verbs, "perform <skill> [<target...>]"],
    fields: { skill: Schema.String, target: Schema.NullOr(Schema.String) },
    rejects: [NotHere, NotAttackable, Safe, Unlearned, Rejected.Ambiguous],
    // What the world itself can be told is meant first.
    precedence: -1,
    from: ["Character"],
    help: "Use what you have learned: see skills.",
    plan: ({ skill: wanted, target }, planning) =>
      Result.gen(function* () {
        const user = yield* me(planning)
        const known = Skills.of(planning.content, user).find(
          ([slug, { verb }]) => verb === wanted || slug === wanted
        )
        if (known === undefined) {
          return yield* Result.fail(new Unlearned({ skill: wanted.slice(0, 40), level: null }))
        }
        const [slug, skill] = known
        const use = { character: user.id, room: user.room, skill: slug }
        if (skill.target === "foe") {
          const mob = yield* foe(target, user, planning)
          return [UseSkill.make({ ...use, mob, friend: null })]
        }
        const friend =
          skill.target === "self" || target === null
            ? user.id
            : (yield* chooseOne(target, Things.persons(planning, user.room))).row.id
        return [UseSkill.make({ ...use, mob: null, friend })]
      })
  })
}

/** The mob that is named; else the one that is fought. */
const foe = (target: string | null, user: Character, planning: Command.Planning) =>
  Result.gen(function* () {
    const { content, projection } = planning
    const here = projection.get(Room, user.room)
    if (here !== undefined && Lookup.room(content, here.template).safe) {
      return yield* Result.fail(new Safe())
    }
    if (target === null) {
      const fought = user.fighting === null ? undefined : projection.get(Mob, user.fighting)
      return fought?.id ?? (yield* Result.fail(new NotHere({ what: "foe" })))
    }
    const thing = yield* chooseOne<Things.MobThing | Things.CharacterThing>(target, [
      ...Things.mobs(planning, user.room),
      ...Things.persons(planning, user.room)
    ])
    return thing.kind === "mob"
      ? thing.row.id
      : yield* Result.fail(new NotAttackable({ what: thing.name }))
  })
