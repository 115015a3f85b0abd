/**
 * `npm run bench:peers`: the same durable move by WR2 and by what people would use instead, side by
 * side on the same PostgreSQL, each in turn and several times; and fan-out beside Colyseus.
 *
 *     npm run bench:peers -- [--runs 3] [--seconds 3] [--only NAME] [--side NAME] [--json FILE]
 *
 * The peers live in scripts/bench/peers with a package.json of their own: they are installed here and
 * nowhere else.
 */
import { main } from "./Cli.ts"
import { install } from "./Peer.ts"

await main("peers", () => {
  if (install()) return true
  console.error("npm ci failed in scripts/bench/peers: the registry is needed for this once")
  return false
})
