/** What characters can do, and whether they can do it now. */
import type { Content } from "@wr2/core"
import { Result } from "effect"
import type { Character } from "./aggregates/Character.ts"
import * as Combat from "./Combat.ts"
import * as Lookup from "./content/Lookup.ts"
import type { Skill } from "./content/World.ts"
import * as Energy from "./Energy.ts"
import { Exhausted, NotReady, Stunned, Unlearned } from "./Failures.ts"
import * as Lasting from "./Lasting.ts"

/** The skills of a character's archetype, by slug; also those that it will learn. */
export const of = (
  content: Content.Read,
  { craft }: Character
): ReadonlyArray<readonly [slug: string, skill: Skill]> =>
  (Lookup.archetype(content, craft.archetype)?.skills ?? []).flatMap((slug) => {
    const skill = Lookup.skill(content, slug)
    return skill === undefined ? [] : [[slug, skill] as const]
  })

/** What a skill costs and when: the reason why not, or what is left of the energy, and when it is ready again. */
export const paid = (content: Content.Read, character: Character, slug: string, now: number) =>
  Result.gen(function* () {
    const { craft, exp, lasting } = character
    const known = of(content, character).find(([each]) => each === slug)
    const skill = known?.[1]
    if (skill === undefined || skill.level > Combat.level(exp)) {
      return yield* Result.fail(
        new Unlearned({ skill: skill?.name ?? slug, level: skill?.level ?? null })
      )
    }
    if (Lasting.isStunned(lasting, now)) return yield* Result.fail(new Stunned())
    const wait = secondsLeft(character, slug, now)
    if (wait > 0) return yield* Result.fail(new NotReady({ skill: skill.name, seconds: wait }))
    const has = Energy.at(character, now)
    if (has < skill.cost) {
      const what = Lookup.archetype(content, craft.archetype)!.energy
      return yield* Result.fail(new Exhausted({ has, needs: skill.cost, what }))
    }
    return { skill, energy: has - skill.cost, ready: now + skill.cooldown * 1_000 }
  })

/** Seconds until a skill can be used again. */
export const secondsLeft = ({ craft }: Character, slug: string, now: number): number => {
  const ready = Object.hasOwn(craft.ready, slug) ? craft.ready[slug]! : 0
  return Math.max(0, Math.ceil((ready - now) / 1_000))
}
