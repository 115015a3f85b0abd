/** `WR2_RETENTION`: how long history is kept, as operators say it. */
import * as RetentionPolicy from "@wr2/postgres/RetentionPolicy"
import { Schema } from "effect"

const day = 86_400_000
const names = ["days", "gigabytes", "consumersDays", "deadLetterDays"] as const

type Keeping = Partial<Record<(typeof names)[number], number>>

/** The variable. */
export const Keeping = Schema.fromJsonString(
  Schema.Record(Schema.String, Schema.Finite.check(Schema.isGreaterThan(0))).check(
    Schema.makeFilter((some) => {
      const unknown = Object.keys(some).find((name) => !names.some((known) => known === name))
      return unknown === undefined ? true : `one of ${names.join(", ")}, not "${unknown}"`
    })
  )
)

/** The policy that it means. */
export const policyOf = (keeping: Keeping | undefined): RetentionPolicy.RetentionPolicy => {
  const { consumersDays, days, deadLetterDays, gigabytes } = keeping ?? {}
  return {
    ...RetentionPolicy.defaults,
    age: days === undefined ? undefined : days * day,
    bytes: gigabytes === undefined ? undefined : gigabytes * 2 ** 30,
    ...(consumersDays === undefined ? {} : { hold: consumersDays * day }),
    deadLetters: deadLetterDays === undefined ? undefined : deadLetterDays * day
  }
}
