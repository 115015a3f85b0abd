/**
 * A world with room: the small one, and a hall of many rooms where players begin. Who speaks is
 * heard by a few, as in a world that is played, and not by all.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as SmallWorld from "@wr2/testkit/SmallWorld"
import { Effect } from "effect"

const ways = ["north", "east", "south", "west"] as const
const depth = 3

/** The ways from the first room to each, first of all to itself. */
const paths: ReadonlyArray<ReadonlyArray<string>> = (() => {
  let level: ReadonlyArray<ReadonlyArray<string>> = [[]]
  const all = [...level]
  for (let i = 0; i < depth; i++) {
    level = level.flatMap((path) => ways.map((way) => [...path, way]))
    all.push(...level)
  }
  return all
})()

/** How the i-th player walks to where it stays: evenly spread over all rooms. */
export const pathOf = (i: number): ReadonlyArray<string> => paths[i % paths.length]!

const slug = (path: ReadonlyArray<string>): string => ["hall", ...path].join("-")

const room = (path: ReadonlyArray<string>): string => {
  const down = path.length < depth ? ways.map((way) => `${way}: ${slug([...path, way])}`) : []
  const up = path.length > 0 ? [`up: ${slug(path.slice(0, -1))}`] : []
  return `  ${slug(path)}:
    place: hall
    name: A hall
    description: One of many.
    exits: { ${[...down, ...up].join(", ")} }
`
}

const hall = `rooms:\n${paths.map(room).join("")}`
const place = `  hall:\n    name: the Hall\n    number: 3\n    start: hall\n`

/** The world's files in a folder, gone with the scope: for WR2_CONTENT. */
export const folder = Effect.acquireRelease(
  Effect.sync(() => {
    const dir = mkdtempSync(join(tmpdir(), "wr2-bench-hall-"))
    for (const { name, text } of SmallWorld.files) {
      const begins = text.replace("place: saltmere\n", "place: hall\n").trimEnd()
      writeFileSync(join(dir, name), name === "world.yaml" ? `${begins}\n${place}` : text)
    }
    writeFileSync(join(dir, "hall.yaml"), hall)
    return dir
  }),
  (dir) => Effect.sync(() => rmSync(dir, { recursive: true, force: true }))
)
