/** The world that is shipped, packages/world/content, for tests that play it. */
import { readFileSync, readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { world } from "@wr2/world"
import { parse } from "./SmallWorld.ts"

/** Its folder: WR2_CONTENT of a process that plays it. */
export const folder = fileURLToPath(new URL("../../world/content/", import.meta.url))

/** The authored files, in order of their names. */
export const files = readdirSync(folder)
  .sort()
  .map((name) => ({ name, text: readFileSync(`${folder}${name}`, "utf8") }))

/** The game that is played with it. */
export const game = world(parse(files))
