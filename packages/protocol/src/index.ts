/** The wire contract, shared by gateway and clients. */
export * as Codec from "./Codec.ts"
export * as Errors from "./Errors.ts"
export * as GatewayRpcs from "./GatewayRpcs.ts"
