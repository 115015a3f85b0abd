/** `get sword`, `get all`, `get gold from corpse`, `get all from corpse`: one Action for each thing. */
import { Command, Rejected } from "@wr2/core"
import { Result, Schema } from "effect"
import { GetGold } from "../actions/GetGold.ts"
import { GetItem } from "../actions/GetItem.ts"
import * as Lookup from "../content/Lookup.ts"
import { World } from "../content/World.ts"
import { NotContainer, NotHere, NotTakeable } from "../Failures.ts"
import { me } from "../Me.ts"
import { atOnce, choose, chooseOne } from "../Selector.ts"
import * as Things from "../Things.ts"

/** Plans one GetItem for each thing, GetGold for coins. */
export const get = Command.define("get", {
  grammar: ["get|take <what...> from <container...>", "get|take <what...>"],
  fields: { what: Schema.String, container: Schema.NullOr(Schema.String) },
  rejects: [NotHere, NotContainer, NotTakeable, Rejected.Ambiguous],
  precedence: 10,
  from: ["Character"],
  help: "Take things: get sword, get 2.apple, get all, get all from corpse.",
  plan: (c, planning) =>
    Result.gen(function* () {
      const { content } = planning
      const { id: character, room } = yield* me(planning)
      const around = Things.items(planning, "room", room)
      const container =
        c.container === null
          ? null
          : yield* chooseOne(c.container, [
              // Of several corpses the one that fell last is meant.
              ...Things.withInner(planning, around.toReversed()),
              ...Things.withInner(planning, Things.items(planning, "character", character))
            ])
      if (container !== null && !Lookup.item(content, container.row.template).container) {
        return yield* Result.fail(new NotContainer({ what: container.name }))
      }
      const there =
        container === null
          ? around
          : [...coinsIn(container, planning), ...Things.items(planning, "item", container.id)]
      const chosen = yield* choose(c.what, there)
      const takeable = chosen.filter(
        (thing) => thing.id === container?.id || Lookup.item(content, thing.row.template).takeable
      )
      if (takeable.length === 0) {
        return yield* Result.fail(new NotTakeable({ what: chosen[0]!.name }))
      }
      const { coins } = content(World).settings
      return takeable.slice(0, atOnce).map((thing) =>
        thing.id === container?.id || thing.row.template === coins
          ? GetGold.make({ character, source: thing.row.id })
          : GetItem.make({
              character,
              item: thing.row.id,
              container: container === null ? null : container.row.id
            })
      )
    })
})

/** The coins in a container, to be named like any thing in it. They bear the container's id. */
const coinsIn = (
  container: Things.ItemThing,
  { content }: Things.Look
): ReadonlyArray<Things.ItemThing> => {
  if (container.row.gold === 0) return []
  const { keywords, name } = Lookup.item(content, content(World).settings.coins)
  return [{ ...container, name, keywords }]
}
