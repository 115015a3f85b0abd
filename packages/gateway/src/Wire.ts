/**
 * JSON on the wire, checked before anything looks at it: the envelope of a message must be one that
 * RPC knows. (RPC itself reads envelopes as they come, and a message that is `null` would break the
 * fiber of its socket.) What is inside is checked by the protocol's schemas.
 */
import { RpcSerialization } from "effect/rpc"

const malformed = new Error("malformed message")

const isId = (value: unknown): boolean =>
  (typeof value === "string" && value.length <= 64) || typeof value === "number"

const isHeaders = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length <= 32 &&
  value.every(
    (pair) =>
      Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === "string")
  )

const isMessage = (value: unknown): boolean => {
  if (typeof value !== "object" || value === null) return false
  const message = value as Readonly<Record<string, unknown>>
  switch (message["_tag"]) {
    case "Request":
      return (
        typeof message["tag"] === "string" && isId(message["id"]) && isHeaders(message["headers"])
      )
    case "Ack":
    case "Interrupt":
      return isId(message["requestId"])
    case "Ping":
    case "Eof":
      return true
    default:
      return false
  }
}

/**
 * A client's trace goes on here if it is one; whatever else it may be called stays out of ours. (What
 * collects them would refuse it, and all that is sent along with it.)
 */
const traced = (message: any): any => {
  const { sampled, spanId, traceId, ...rest } = message
  if (!isHex(traceId, 32) || !isHex(spanId, 16)) return rest
  return { ...rest, traceId, spanId, sampled: sampled === true }
}

/** Text, and nothing that only looks like it: `["ab"]` would pass a pattern. */
const isHex = (value: unknown, digits: number): boolean =>
  typeof value === "string" && value.length === digits && /^[0-9a-f]+$/.test(value)

/** What is sent to who does not speak the protocol: nothing comes after it. */
export const isLastWord = (sent: unknown): boolean =>
  typeof sent === "string" && sent.startsWith('{"_tag":"Defect"')

/**
 * The serialization of a gateway: frames of so many bytes (or characters) at most, each of one
 * message, so that to count frames is to count messages.
 */
export const serialization = (
  frameBytesMax: number
): RpcSerialization.RpcSerialization["Service"] => ({
  ...RpcSerialization.json,
  makeUnsafe: () => {
    const parser = RpcSerialization.json.makeUnsafe()
    return {
      encode: parser.encode,
      decode: (bytes) => {
        if (bytes.length > frameBytesMax) {
          throw new RpcSerialization.MaxBufferSizeExceeded({ maxBufferSize: frameBytesMax })
        }
        const messages = parser.decode(bytes)
        const [message] = messages
        if (messages.length !== 1 || !isMessage(message)) throw malformed
        return [traced(message)]
      }
    }
  }
})
