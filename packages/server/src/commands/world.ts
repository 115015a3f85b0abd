/** `wr2 world`: what authors do with content, before and while it is played. */
import * as Fs from "node:fs"
import { Changes, Content as Files } from "@wr2/world"
import { Console, Effect, Option } from "effect"
import * as Authored from "../Authored.ts"
import * as Config from "../Config.ts"
import { Problem } from "../Problem.ts"
import * as Reach from "../Reach.ts"
import * as World from "../World.ts"

type Folder = Option.Option<string>

/** The content of a folder: of the one that is given, of WR2_CONTENT, or the sample world's. */
const loaded = Effect.fnUntraced(function* (folder: Folder) {
  const given = Option.getOrUndefined(folder)
  return yield* World.load(given ?? (yield* Config.load).content)
})

const count = (world: World.Loaded): string =>
  Object.entries(world.content.value as Readonly<Record<string, object>>)
    .filter(([section]) => section !== "settings")
    .map(([section, entries]) => `${Object.keys(entries).length} ${section}`)
    .join(", ")

/** `wr2 world validate` */
export const validate = Effect.fnUntraced(function* (folder: Folder) {
  const world = yield* loaded(folder)
  yield* Console.log(`${world.name}: ${count(world)}. No mistakes.`)
})

const signs = { added: "+", removed: "-", changed: "~" } as const

const line = ({ fields, how, section, slug }: Changes.Change): string =>
  `${signs[how]} ${slug === null ? section : `${section}.${slug}`}${fields.length === 0 ? "" : `: ${fields.join(", ")}`}`

/** What would change in the world that is played. */
const planned = Effect.fnUntraced(function* (world: World.Loaded) {
  const hash = yield* Authored.current
  const played = hash === undefined ? undefined : yield* Authored.contentOf(hash)
  if (hash === undefined || played === undefined) {
    return yield* new Problem({
      message:
        "nothing that this program reads is played in this database yet: start the world once"
    })
  }
  return Changes.between(played.value as Changes.Of, world.content.value as Changes.Of)
})

const told = (changes: ReadonlyArray<Changes.Change>, json: boolean) =>
  json
    ? Console.log(JSON.stringify(changes, null, 2))
    : Console.log(changes.length === 0 ? "Nothing changes." : changes.map(line).join("\n"))

/** `wr2 world plan` */
export const plan = (flags: { readonly folder: Folder; readonly json: boolean }) =>
  Effect.gen(function* () {
    const changes = yield* planned(yield* loaded(flags.folder))
    yield* told(changes, flags.json)
    const lost = changes.filter(({ how, section }) => how === "removed" && section === "rooms")
    if (lost.length > 0 && !flags.json)
      yield* Console.log("Who stands in a room that goes is brought to where its place begins.")
  }).pipe(Effect.provide(Reach.layer))

/** `wr2 world apply` */
export const apply = (flags: { readonly folder: Folder; readonly json: boolean }) =>
  Effect.gen(function* () {
    const world = yield* loaded(flags.folder)
    const changes = yield* planned(world)
    yield* told(changes, flags.json)
    if (changes.length === 0) return
    yield* Authored.apply(world.content)
    if (flags.json) return
    yield* Console.log(
      "Applied. Words hold within a second, new rooms and mobs within ten where somebody is; nobody is thrown out."
    )
  }).pipe(Effect.provide(Reach.layer))

/** `wr2 world schema` */
export const schema = Effect.fnUntraced(function* (file: Option.Option<string>) {
  const text = `${JSON.stringify(Files.jsonSchema, null, 2)}\n`
  if (Option.isNone(file)) return yield* Console.log(text.trimEnd())
  const path = file.value
  yield* Effect.try({
    try: () => Fs.writeFileSync(path, text),
    catch: (error) => new Problem({ message: `cannot write ${path}: ${(error as Error).message}` })
  })
  yield* Console.log(
    `${path} is written. In a YAML file's first line: # yaml-language-server: $schema=${path}`
  )
})
