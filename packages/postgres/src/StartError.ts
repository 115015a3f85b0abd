/** Why a process does not start on this database: told in one place, with what to do about it. */
import { Schema } from "effect"

/** One way in which the database is not what the game declares. */
export class Difference extends Schema.Class<Difference>("Difference")({
  /** `purse.gold is integer, not bigint`. */
  what: Schema.String,
  /** SQL, or advice. */
  mend: Schema.String
}) {}

/**
 * - `Unreachable`: no connection, or it was refused.
 * - `TooOld`: the server is older than PostgreSQL 17.
 * - `Migration`: a migration failed, or the applied ones are not those of this program.
 * - `Schema`: the game's tables are not as its Aggregates declare.
 */
export class StartError extends Schema.TaggedError<StartError>()("StartError", {
  reason: Schema.Literals(["Unreachable", "TooOld", "Migration", "Schema"]),
  message: Schema.String,
  differences: Schema.Array(Difference)
}) {}
