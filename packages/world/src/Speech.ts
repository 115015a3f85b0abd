/** What can be said at once. */
import { Schema } from "effect"

/** In characters. */
const textMax = 400

export const Speech = Schema.String.check(Schema.isMaxLength(textMax))
