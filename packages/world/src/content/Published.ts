/**
 * Content as rows of its tables, and back. Published versions are kept by their hash, so that a
 * logged Action can be replayed on what it was decided on.
 */
import type { Content } from "@wr2/core"
import { completed } from "./Load.ts"
import { sections, World } from "./World.ts"
import type { Authored } from "./World.ts"

/** A template: slug and plain data. */
export interface TemplateRow {
  readonly slug: string
  readonly data: unknown
}

/** One version of content, by table. */
export interface Published {
  readonly world: {
    readonly content_hash: string
    readonly name: string
    readonly settings: unknown
    readonly places: unknown
    readonly spawners: unknown
    /** The sections that have no table of their own. */
    readonly sections: unknown
  }
  readonly room_template: ReadonlyArray<TemplateRow>
  readonly mob_template: ReadonlyArray<TemplateRow>
  readonly item_template: ReadonlyArray<TemplateRow>
}

const toRows = (record: Readonly<Record<string, unknown>>): ReadonlyArray<TemplateRow> =>
  Object.entries(record).map(([slug, data]) => ({ slug, data }))
const fromRows = (rows: ReadonlyArray<TemplateRow>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(rows.map(({ data, slug }) => [slug, data]))

/** The rows to keep. */
export const rows = (content: Content.Value): Published => {
  const { items, mobs, places, rooms, settings, spawners, ...rest } = content.value as Authored
  return {
    world: {
      content_hash: content.hash,
      name: settings.name,
      settings,
      places,
      spawners,
      sections: rest
    },
    room_template: toRows(rooms),
    mob_template: toRows(mobs),
    item_template: toRows(items)
  }
}

/**
 * The content that was kept; throws when it does not have its shape. What a field made since would say
 * is its default; the hash is as it was.
 */
export const read = (published: Published): Content.Value => {
  const { content_hash: hash, places, settings, spawners } = published.world
  const kept = published.world.sections as Readonly<Record<string, unknown>>
  const each = (section: string, entries: unknown) =>
    Object.fromEntries(
      Object.entries(entries as object).map(([slug, data]) => [slug, completed(section, data)])
    )
  // A section that was made since has nothing in it.
  const rest = Object.keys(sections).map((name) => [name, each(name, kept[name] ?? {})])
  const value = World.make({
    ...Object.fromEntries(rest),
    settings: completed("settings", settings),
    places: each("places", places),
    spawners: each("spawners", spawners),
    rooms: each("rooms", fromRows(published.room_template)),
    mobs: each("mobs", fromRows(published.mob_template)),
    items: each("items", fromRows(published.item_template))
  } as Authored)
  return { ...value, hash }
}
