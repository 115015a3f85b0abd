/** Fan-out: a hundred clients in one room, each of whom hears all that is said. */
import { Effect } from "effect"
import { ratio } from "../Case.ts"
import type { Case } from "../Case.ts"
import { fanOut } from "../FanOut.ts"
import * as Peer from "../Peer.ts"

const ours = "100 clients in one room, WR2"
const theirs = "peer Colyseus, 100 clients in one room"

export const room: Case = {
  name: "fan-out",
  about: "100 clients in one room, who all speak as fast as they hear themselves; beside Colyseus",
  suites: ["full", "peers"],
  open: (settings) =>
    Effect.succeed([
      {
        name: "WR2",
        suites: ["full", "peers"],
        measure: Effect.map(
          fanOut({ url: settings.url, clients: 100, seconds: settings.seconds }),
          ({ p50, p99, perSecond }) => ({
            figures: [
              { name: ours, unit: "deliveries/s", value: perSecond },
              { name: `${ours}, p50`, unit: "ms", value: p50 },
              { name: `${ours}, p99`, unit: "ms", value: p99 }
            ],
            wrong: []
          })
        )
      },
      Peer.side(settings, {
        peer: "Colyseus",
        figure: theirs,
        unit: "deliveries/s",
        floor: { value: 78_000 }
      })
    ]),
  targets: [ratio("fan-out: WR2 / Colyseus", ours, theirs, 1)]
}
