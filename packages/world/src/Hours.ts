/** The hours of the world: what its clock shows follows from the time, so that nobody has to wind it. */
import { Schema } from "effect"

/** The parts of a day, as they follow each other from midnight on. */
export const Part = Schema.Literals(["night", "dawn", "day", "dusk"])
export type Part = typeof Part.Type

/** An hour of the world lasts so long, in milliseconds, when a day lasts so many seconds. */
export const millis = (day: number): number => Math.max(1, Math.floor((day * 1_000) / 24))

/** The hour at `now`, from 0 to 23, when a day lasts so many seconds. */
export const at = (now: number, day: number): number => Math.floor(now / millis(day)) % 24

/** The part of the day to which an hour belongs. */
export const part = (hour: number): Part => {
  if (hour < 5 || hour >= 21) return "night"
  if (hour < 8) return "dawn"
  return hour < 18 ? "day" : "dusk"
}
