/**
 * What the ports fail with. Each port exports its own; they are made here so that an adapter can
 * make them without importing the port that offers the adapter.
 */
import { Schema } from "effect"

/**
 * Why a transaction failed, whole.
 *
 * - `Transient`: nothing was written; try again.
 * - `Unusable`: the database refuses the statement itself, whatever it carries: a table, a column or a
 *   right is not there. Nothing was written; try again, for it goes on as soon as that is mended.
 * - `Contents`: what was to be written breaks a rule of the database; nothing was written.
 * - `Wrong`: a write did not find its row, or found it twice: the projection is wrong; re-activate.
 * - `Fenced`: an Event with this seq exists: another owner has written; drop the instance.
 * - `Unknown`: COMMIT was sent and no answer came. Forget everything and re-activate.
 */
export class StoreError extends Schema.TaggedError<StoreError>()("StoreError", {
  reason: Schema.Literals(["Transient", "Unusable", "Contents", "Wrong", "Fenced", "Unknown"]),
  message: Schema.String
}) {}

/** There is no such instance. */
export class NoInstance extends Schema.TaggedError<NoInstance>()("NoInstance", {
  instance: Schema.Int
}) {}

/** There is one already. */
export class InstanceExists extends Schema.TaggedError<InstanceExists>()("InstanceExists", {
  instance: Schema.Int
}) {}

/** The name is in use (names are compared without regard to case). */
export class NameTaken extends Schema.TaggedError<NameTaken>()("NameTaken", {
  name: Schema.String
}) {}
