/** The answer to a copy that all have left: nobody comes any more. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { TearDown } from "../actions/TearDown.ts"
import { Instance } from "../aggregates/Instance.ts"

/** Never rejected: it plans TearDown, which looks who is there. */
export const tearDown = Command.define("tear down", {
  fields: {},
  from: ["instance"],
  plan: (_, { instance }) =>
    Result.succeed([TearDown.make({ instance: Instance.Id.make(instance) })])
})
