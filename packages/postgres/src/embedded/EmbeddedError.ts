/** Why the embedded PostgreSQL could not be started or stopped. */
import { Effect, Schema } from "effect"

/**
 * Why the embedded PostgreSQL could not be started or stopped. The message says what to do about it.
 *
 * - `Unsupported`: no binaries for this system, or they do not run here.
 * - `Privileges`: started as root, and no way was found to run the server as somebody else.
 * - `Data`: the data folder is not usable: another user's, another version's, its password lost.
 * - `Busy`: another process holds the folder's start lock.
 * - `Failed`: initdb or the server gave up; the message ends with what it said.
 * - `Timeout`: the server did not come up, answer or go within the time given.
 */
export class EmbeddedError extends Schema.TaggedError<EmbeddedError>()("EmbeddedError", {
  reason: Schema.Literals(["Unsupported", "Privileges", "Data", "Busy", "Failed", "Timeout"]),
  message: Schema.String
}) {}

/** A step with the file system; what goes wrong is the folder's fault and says which step it was. */
export const io = <A>(step: string, f: () => A): Effect.Effect<A, EmbeddedError> =>
  Effect.try({
    try: f,
    catch: (cause) =>
      new EmbeddedError({
        reason: "Data",
        message: `Cannot ${step}: ${cause instanceof Error ? cause.message : String(cause)}`
      })
  })
