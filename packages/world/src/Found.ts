/** For rules that have nothing to do once their subject is gone: that is no failure to tell anybody. */
import type { Action } from "@wr2/core"
import { Result } from "effect"

/** The row, or undefined when it is gone. */
export const unlessGone = <A>(
  result: Result.Result<A, Action.Gone | Action.Corrupt>
): Result.Result<A | undefined, Action.Corrupt> =>
  Result.isSuccess(result)
    ? Result.succeed(result.success)
    : result.failure._tag === "Gone"
      ? Result.succeed(undefined)
      : Result.fail(result.failure)
