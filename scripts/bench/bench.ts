/**
 * `npm run bench`: what WR2 does, through the real engine on a real Postgres with fsync on, beside one
 * transaction per Action and beside SQL alone; several runs in turn, medians and ratios.
 *
 *     npm run bench                       in about a minute
 *     npm run bench -- --full             everything there is a target for
 *     npm run bench -- --json FILE        {machine, results, ratios} as well
 *     npm run bench -- --only NAME        one case; --help lists them
 */
import { main } from "./Cli.ts"

await main("bench")
