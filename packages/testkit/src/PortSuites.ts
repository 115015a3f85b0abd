/**
 * One suite for each port, run against every adapter: memory, Postgres, and what may come.
 *
 *     instanceStoreSuite("postgres", PgFixture.layer, tools)
 *
 * **Details** `layer` gives the ports and whatever `tools` need; it is built once per suite. The
 * database holds the tables of `TestGame.testGame`, made from the declarations, and no instances.
 * `tools` is what differs between adapters past the port: see {@link StoreTools}.
 *
 * **Gotchas** The tests wait for no guessed time: where time must pass they ask `tools.pass` for at
 * most a tenth of a second of the database's clock.
 */
export { accountsSuite } from "./PortSuites/Accounts.ts"
export { actionQueueSuite } from "./PortSuites/ActionQueue.ts"
export { consumerOffsetsSuite } from "./PortSuites/ConsumerOffsets.ts"
export { eventLogSuite } from "./PortSuites/EventLog.ts"
export { instanceStoreSuite } from "./PortSuites/InstanceStore.ts"
export type { SnapshotRow, Stores, StoreTools, Tools } from "./PortSuites/Tools.ts"
