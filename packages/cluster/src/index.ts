/** Placement of instances on several processes. */
export * as ClusterConfig from "./ClusterConfig.ts"
export * as ClusterPlacement from "./ClusterPlacement.ts"
export * as InstanceActor from "./InstanceActor.ts"
export * as RunnerHealth from "./RunnerHealth.ts"
export * as Waker from "./Waker.ts"
