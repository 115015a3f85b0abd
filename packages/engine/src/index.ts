/** The pipeline: ports, services, and the layer that puts them together. */
export * as Accounts from "./Accounts.ts"
export * as ActionQueue from "./ActionQueue.ts"
export * as EventLog from "./EventLog.ts"
export * as InstanceStore from "./InstanceStore.ts"
export * as Limits from "./Limits.ts"
export * as Messages from "./Messages.ts"
export * as Placement from "./Placement.ts"
export type * as Records from "./Records.ts"
