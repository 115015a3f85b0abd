/** `put apple in bag`, `put all in chest`: one Action for each thing. */
import { Command, Rejected } from "@wr2/core"
import { Result, Schema } from "effect"
import { PutItem } from "../actions/PutItem.ts"
import * as Lookup from "../content/Lookup.ts"
import { IntoItself, NotCarried, NotContainer, NotHere } from "../Failures.ts"
import { me } from "../Me.ts"
import { atOnce, chooseOne } from "../Selector.ts"
import * as Things from "../Things.ts"

/** Plans one PutItem for each thing. */
export const put = Command.define("put", {
  grammar: [
    "put <what...> in <container...>",
    "put <what...> into <container...>",
    "put <what...> <container>"
  ],
  fields: { what: Schema.String, container: Schema.String },
  rejects: [NotHere, NotCarried, NotContainer, IntoItself, Rejected.Ambiguous],
  from: ["Character"],
  help: "Put things into others: put apple in bag, put all in chest.",
  plan: (c, planning) =>
    Result.gen(function* () {
      const self = yield* me(planning)
      const { id: character, room } = self
      const carried = Things.items(planning, "character", character)
      const container = yield* chooseOne(c.container, [
        ...Things.withInner(planning, carried),
        ...Things.withInner(planning, Things.items(planning, "room", room))
      ])
      if (!Lookup.item(planning.content, container.row.template).container) {
        return yield* Result.fail(new NotContainer({ what: container.name }))
      }
      const chosen = yield* Things.carried(c.what, self, planning)
      const others = chosen.filter(({ id }) => id !== container.id)
      if (others.length === 0) {
        return yield* Result.fail(new IntoItself({ what: container.name }))
      }
      return Things.loose(others, self)
        .slice(0, atOnce)
        .map(({ row }) => PutItem.make({ character, item: row.id, container: container.row.id }))
    })
})
