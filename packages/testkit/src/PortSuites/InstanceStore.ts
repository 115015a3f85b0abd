/** The suite of the port to instances' state. */
import { layer as withLayer } from "@effect/vitest"
import type { Layer } from "effect"
import { births } from "./Births.ts"
import { failures } from "./Failures.ts"
import { locks } from "./Locks.ts"
import { ownership } from "./Ownership.ts"
import type { Stores, StoreTools } from "./Tools.ts"
import { contents } from "./Writes.ts"

/**
 * Registers the tests of InstanceStore. The layer gives the stores on one database; every test makes
 * instances of its own, numbered from 1001, so the database may be shared, but must begin without.
 */
export const instanceStoreSuite = <R, E>(
  name: string,
  layer: Layer.Layer<Stores | R, E>,
  tools: StoreTools<R>
): void =>
  withLayer(layer, { excludeTestServices: tools.live })(`${name}: InstanceStore`, (it) => {
    births(it, tools)
    ownership(it, tools)
    locks(it, tools)
    contents(it, tools)
    failures(it, tools)
  })
