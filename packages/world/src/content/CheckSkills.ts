/** What archetypes and skills refer to, and that a skill does something to whom it is done. */
import { nearest } from "./Problem.ts"
import type { Problem } from "./Problem.ts"
import type { Authored, Skill } from "./World.ts"

type At = (
  section: string,
  slug: string | null,
  path: ReadonlyArray<PropertyKey>
) => { readonly file: string; readonly line: number }

/** All that does not hold. */
export const check = ({ archetypes, skills }: Authored, at: At): ReadonlyArray<Problem> => [
  ...Object.entries(archetypes).flatMap(([slug, archetype]) =>
    archetype.skills.flatMap((skill, i): ReadonlyArray<Problem> =>
      Object.hasOwn(skills, skill)
        ? []
        : [
            {
              ...at("archetypes", slug, ["skills", i]),
              reason: `archetypes.${slug}.skills.${i}: there is no skill "${skill}"`,
              suggestion: nearest(skill, Object.keys(skills))
            }
          ]
    )
  ),
  ...Object.entries(skills).flatMap(([slug, skill]) =>
    [...wrong(skill), ...taken(slug, skills)].map(([field, reason]) => ({
      ...at("skills", slug, [field]),
      reason: `skills.${slug}.${field}: ${reason}`,
      suggestion: null
    }))
  )
]

type Wrong = ReadonlyArray<readonly [field: string, reason: string]>

/** What harms is done to foes, what helps to friends: nobody burns who only meant to be healed. */
const wrong = ({ damage, heals, lasting, target }: Skill): Wrong => {
  const harms = [
    ...(damage === null ? [] : ["damage"]),
    ...(lasting?.does === "damage" || lasting?.does === "stun" ? ["lasting"] : [])
  ]
  const helps = [
    ...(heals === null ? [] : ["heals"]),
    ...(lasting?.does === "healing" || lasting?.does === "shield" ? ["lasting"] : [])
  ]
  const odd = (target === "foe" ? helps : harms).map(
    (field) => [field, `is not for a ${target === "foe" ? "foe" : "friend"}`] as const
  )
  const spans = [
    ["damage", damage],
    ["heals", heals]
  ] as const
  const uneven =
    lasting !== null &&
    (lasting.does === "damage" || lasting.does === "healing") &&
    lasting.seconds % lasting.every !== 0
  return [
    ...odd,
    ...(uneven
      ? [["lasting", `${lasting.seconds} seconds are no times ${lasting.every}`] as const]
      : []),
    ...spans.flatMap(([field, span]) =>
      span !== null && span.low > span.high
        ? [[field, `low ${span.low} is above high ${span.high}`] as const]
        : []
    ),
    ...(harms.length + helps.length === 0 ? [["target", "it does nothing"] as const] : [])
  ]
}

const taken = (slug: string, skills: Authored["skills"]): Wrong => {
  const other = Object.keys(skills).find((each) => skills[each]!.verb === skills[slug]!.verb)
  return other === slug ? [] : [["verb", `${other} is typed so`]]
}
