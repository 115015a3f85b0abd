/** `npm run arena`: how each archetype fares against each mob of the shipped world, by many seeded bouts. */
import { readdirSync, readFileSync } from "node:fs"
import { parseArgs } from "node:util"
import { parse } from "@wr2/testkit/SmallWorld"
import type { Authored } from "../packages/world/src/content/World.ts"
import { against, tally } from "./arena/Bouts.ts"
import type { Tally } from "./arena/Bouts.ts"

const levels = [1, 2, 4, 7]
const seedsMax = 100_000

const help = `npm run arena -- [options]

  --seeds N   bouts of each pairing (10)
  --json      one line of JSON for each pairing, instead of a table
  --help      this

For each mob of packages/world/content that can be attacked: of bouts that a character fights alone and bare-handed, how many
of a hundred it wins, and the median of the seconds that it then takes. Characters: those who have become
nothing, and each archetype, at levels ${levels.join(", ")}. They use each skill as soon as they can. What is
neither won nor lost is a mob that got away, or 300 seconds without an end.`

const cannot = (why: string): never => {
  console.error(`npm run arena: ${why} (--help)`)
  process.exit(2)
}

const options = () => {
  try {
    const { values } = parseArgs({
      options: {
        seeds: { type: "string", default: "10" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false }
      }
    })
    return values
  } catch (error) {
    return cannot((error as Error).message)
  }
}

const { help: wantsHelp, json, seeds: given } = options()
if (wantsHelp) {
  console.info(help)
  process.exit(0)
}
const seeds = /^[1-9]\d{0,5}$/.test(given) && Number(given) <= seedsMax ? Number(given) : 0
if (seeds === 0) cannot(`--seeds: "${given}" is no number from 1 to ${seedsMax}`)

const folder = new URL("../packages/world/content/", import.meta.url)
const content = parse(
  readdirSync(folder)
    .sort()
    .map((name) => ({ name, text: readFileSync(new URL(name, folder), "utf8") }))
)
const { archetypes, mobs } = content.value as Authored
const kinds = [null, ...Object.keys(archetypes).sort()]

const cell = ({ seconds, won }: Tally): string =>
  `${won} %${seconds === null ? "" : ` ${seconds.toFixed(0)} s`}`.padStart(11)

if (!json) {
  const heads = kinds.flatMap((kind) =>
    levels.map((level) => `${(kind ?? "-").slice(0, 6)} ${level}`)
  )
  console.info("".padEnd(20) + heads.map((head) => head.padStart(11)).join(""))
}
// Who is friendly is attacked by nobody.
const fierce = Object.keys(mobs).filter((slug) => !mobs[slug]!.friendly)
for (const mob of fierce.sort()) {
  const fights = against(content, mob)
  const tallies = kinds.flatMap((archetype) =>
    levels.map((level) => {
      const bouts = Array.from({ length: seeds }, (_, seed) => fights({ archetype, level }, seed))
      return tally({ archetype, level, mob }, bouts)
    })
  )
  if (json) for (const each of tallies) console.info(JSON.stringify(each))
  else console.info(mob.padEnd(20) + tallies.map(cell).join(""))
}
