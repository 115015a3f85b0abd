/** `list`: what is for sale here. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { ListGoods } from "../actions/ListGoods.ts"
import { NoShop, NotHere } from "../Failures.ts"
import { me } from "../Me.ts"
import * as Shops from "../Shops.ts"

/** Plans the view. */
export const list = Command.define("list", {
  grammar: "list",
  fields: {},
  rejects: [NotHere, NoShop],
  from: ["Character"],
  help: "Show what is for sale here.",
  plan: (_, planning) =>
    Result.gen(function* () {
      const { id: character, room } = yield* me(planning)
      yield* Shops.keeper(planning, room)
      return [ListGoods.make({ character })]
    })
})
