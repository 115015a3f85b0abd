/**
 * Bounds that an operator sets: some of them by name, as JSON. A name that is none, a value that is
 * none, and values that do not go together are mistakes that are told before anything starts.
 */
import * as ClusterConfig from "@wr2/cluster/ClusterConfig"
import type { Limits } from "@wr2/engine"
import type { GatewayLimits } from "@wr2/gateway"
import * as Settings from "@wr2/postgres/Settings"
import { Schema } from "effect"

const AtLeastOne = Schema.Int.check(Schema.isGreaterThan(0))
const Rate = Schema.Struct({ burst: AtLeastOne, everyMillis: AtLeastOne })

const schemaOf = (value: unknown): Schema.Top =>
  typeof value === "boolean" ? Schema.Boolean : typeof value === "object" ? Rate : AtLeastOne

/** Some of these bounds, as JSON text. */
export const some = <L extends object>(defaults: L): Schema.Codec<Partial<L>, string> =>
  Schema.fromJsonString(
    Schema.Record(Schema.String, Schema.Unknown)
      .check(
        Schema.makeFilter((given) => {
          const unknown = Object.keys(given).find((name) => !Object.hasOwn(defaults, name))
          return unknown === undefined ? true : `a bound that exists, not "${unknown}"`
        })
      )
      .pipe(
        Schema.decodeTo(
          Schema.Struct(
            Object.fromEntries(
              Object.entries(defaults).map(([name, value]) => [
                name,
                Schema.optionalKey(schemaOf(value))
              ])
            )
          )
        )
      )
  ) as unknown as Schema.Codec<Partial<L>, string>

const most = (name: string, value: number, bound: number, why: string) =>
  value > bound ? `${name} is ${value}, and may be ${bound} at most: ${why}` : undefined

const least = (name: string, value: number, bound: number, why: string) =>
  value < bound ? `${name} is ${value}, and must be ${bound} at least: ${why}` : undefined

const first = (...found: ReadonlyArray<string | undefined>): string | undefined =>
  found.find((wrong) => wrong !== undefined)

/** What is wrong with the engine's bounds as they go together, if anything is. */
export const wrongLimits = (limits: Limits.Limits): string | undefined =>
  first(
    most("retryFirst", limits.retryFirst, limits.retryMax, "that is retryMax"),
    most("relayRetryFirst", limits.relayRetryFirst, limits.relayRetryMax, "that is relayRetryMax"),
    most(
      "decideWithin",
      limits.decideWithin,
      Settings.defaults.cycle.idle - 1_000,
      "the database ends a transaction that is silent for longer"
    ),
    most(
      "headEvery",
      limits.headEvery,
      Math.min(ClusterConfig.defaults.deadAfter, ClusterConfig.defaults.feedSilence) / 2,
      "a runner that is silent for twice as long counts as dead"
    ),
    most(
      "releaseWithin",
      limits.releaseWithin,
      ClusterConfig.defaults.releaseWithin - 1_000,
      "the cluster waits no longer for it"
    )
  )

/** The same of the gateway's, beside the engine's. */
export const wrongGatewayLimits = (
  gateway: GatewayLimits.GatewayLimits,
  limits: Limits.Limits
): string | undefined =>
  first(
    most("retryFirst", gateway.retryFirst, gateway.retryMax, "that is retryMax"),
    most("passwordMin", gateway.passwordMin, gateway.passwordMax, "that is passwordMax"),
    most(
      "intentsPerFrame",
      gateway.intentsPerFrame,
      gateway.intentsWaiting,
      "more may not wait (intentsWaiting)"
    ),
    most(
      "intentsWaiting",
      gateway.intentsWaiting,
      limits.commandsWaitingPerActor,
      "the engine takes no more of one (commandsWaitingPerActor)"
    ),
    most(
      "claimEvery",
      gateway.claimEvery,
      Math.floor(limits.linklessAfter / 3),
      "who is not claimed is disconnected (linklessAfter)"
    ),
    least(
      "feedSilence",
      gateway.feedSilence,
      2 * limits.headEvery,
      "an owner speaks every headEvery"
    ),
    least("frameBytesMax", gateway.frameBytesMax, 4_096, "a cursor and a Command have to fit in"),
    least("tokenMax", gateway.tokenMax, 1_024, "it holds the streams that a character hears")
  )
