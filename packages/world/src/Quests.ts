/** Quests: what is asked of a character, how far it is, and what it gets for it. Kept among its feats. */
import type { Content } from "@wr2/core"
import { Schema } from "effect"
import type { Deed } from "./Achievements.ts"
import type { Feats } from "./aggregates/Feats.ts"
import * as Lookup from "./content/Lookup.ts"
import { World } from "./content/World.ts"
import type { Quest } from "./content/World.ts"
import type { Taken } from "./Taken.ts"

/** How far it is, to be shown. */
export const Progress = Schema.Struct({
  title: Schema.String,
  /** Who wants it, and where that is; null: it is nowhere any more. */
  giver: Schema.String,
  room: Schema.NullOr(Schema.String),
  count: Schema.Int,
  of: Schema.Int,
  done: Schema.Boolean
})
export type Progress = typeof Progress.Type

/** A quest by its slug, if content still has it. */
export const find = (content: Content.Read, slug: string): Quest | undefined => {
  const { quests } = content(World)
  return Object.hasOwn(quests, slug) ? quests[slug] : undefined
}

/** Whether a mob asks for things of a kind. */
export const isWanted = (content: Content.Read, giver: string, item: string): boolean =>
  Object.values(content(World).quests).some(
    (quest) => quest.giver === giver && quest.brings?.item === item
  )

/** How often what is asked has to be done. */
export const goal = ({ brings, kills }: Quest): number => kills?.count ?? brings?.count ?? 1

/** The feats with what a deed adds to open quests; the very same when that is nothing. */
export const after = (feats: Feats, deed: Deed, content: Content.Read): Feats => {
  const quests = feats.quests.map((taken) => {
    const quest = taken.done ? undefined : find(content, taken.quest)
    return quest !== undefined && taken.count < goal(quest) && counts(quest, deed, content)
      ? { ...taken, count: taken.count + 1 }
      : taken
  })
  return quests.some((taken, i) => taken !== feats.quests[i]) ? { ...feats, quests } : feats
}

const counts = ({ kills, sees }: Quest, deed: Deed, content: Content.Read): boolean =>
  deed.did === "killed"
    ? kills !== null && deed.mob === Lookup.mob(content, kills.mob).name
    : deed.did === "saw" && sees !== null && deed.room === sees

/** What of these feats' quests is further than it was. */
export const advanced = (
  before: Feats,
  now: Feats,
  content: Content.Read
): ReadonlyArray<Pick<Progress, "title" | "count" | "of"> & { readonly quest: string }> =>
  now.quests.flatMap((taken, i) => {
    const quest = find(content, taken.quest)
    return quest === undefined || taken.count === before.quests[i]?.count
      ? []
      : [{ quest: taken.quest, title: quest.name, count: taken.count, of: goal(quest) }]
  })

/** What a mob has to say to somebody who asks it. */
export type Answer =
  | { readonly to: "open"; readonly slug: string; readonly quest: Quest; readonly taken: Taken }
  | { readonly to: "offer"; readonly slug: string; readonly quest: Quest }

/** The quest that is under way with it; else the next that it would give. */
export const answer = (
  content: Content.Read,
  giver: string,
  feats: Feats,
  level: number
): Answer | undefined => {
  const given = Object.entries(content(World).quests)
    .filter(([, quest]) => quest.giver === giver)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  const of = (slug: string) => feats.quests.find(({ quest }) => quest === slug)
  for (const [slug, quest] of given) {
    const taken = of(slug)
    if (taken !== undefined && !taken.done) return { to: "open", slug, quest, taken }
  }
  const next = given.find(
    ([slug, { after, level: least }]) =>
      of(slug) === undefined && level >= least && (after === null || of(after)?.done === true)
  )
  return next === undefined ? undefined : { to: "offer", slug: next[0], quest: next[1] }
}
