/** `enter arch`: go through the room's portal, to another instance. */
import { Command } from "@wr2/core"
import { Result, Schema } from "effect"
import { Delve } from "../actions/Delve.ts"
import { Depart } from "../actions/Depart.ts"
import { Room } from "../aggregates/Room.ts"
import * as Lookup from "../content/Lookup.ts"
import { World } from "../content/World.ts"
import { Fighting, NotHere } from "../Failures.ts"
import { me } from "../Me.ts"
import * as Names from "../Names.ts"

/** Plans Depart, or Delve where each group has a copy of its own. */
export const enter = Command.define("enter", {
  grammar: "enter <portal...>",
  fields: { portal: Schema.String },
  rejects: [NotHere, Fighting],
  from: ["Character"],
  help: "Go through a portal.",
  plan: (c, planning) =>
    Result.gen(function* () {
      const { content, projection } = planning
      const { fighting, id: character, room } = yield* me(planning)
      const here = projection.get(Room, room)
      const portal = here && Lookup.room(content, here.template).portal
      const place = portal && content(World).places[portal.place]
      if (!portal || !place || !Names.fits(c.portal, Lookup.portalWords(portal))) {
        return yield* Result.fail(new NotHere({ what: c.portal }))
      }
      if (fighting !== null) return yield* Result.fail(new Fighting())
      const from = { character, room, portal: portal.name }
      const arrival = portal.room
      if (place.copies) {
        return [Delve.make({ ...from, place: portal.place, number: place.number, arrival })]
      }
      const to = { target: place.number, arrival }
      return [Depart.make({ ...from, ...to })]
    })
})
