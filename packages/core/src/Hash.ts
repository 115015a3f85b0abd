/**
 * Small, pure hashing for keys and seeds. Not cryptographic: what must be secret is derived by the
 * server with HMAC before it gets here.
 */

/** Two 32-bit lanes of text, mixed as in cyrb53 (public domain, bryc/code). */
const lanes = (text: string, seed: number): readonly [number, number] => {
  let a = 0xdeadbeef ^ seed
  let b = 0x41c6ce57 ^ seed
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    a = Math.imul(a ^ char, 2654435761)
    b = Math.imul(b ^ char, 1597334677)
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909)
  return [a >>> 0, b >>> 0]
}

/** A 53-bit integer from a text and a seed. */
export const int53 = (text: string, seed = 0): number => {
  const [a, b] = lanes(text, seed)
  return (b & 0x1fffff) * 0x100000000 + a
}

/** 128 bits of a text as 32 hex digits: content hashes, follow-up keys. */
export const hex = (text: string): string => {
  const [a, b] = lanes(text, 0)
  const [c, d] = lanes(text, 0x9e3779b9)
  return [a, b, c, d].map((lane) => lane.toString(16).padStart(8, "0")).join("")
}

/** The seed of the index-th follow-up of an Action with the given seed. */
export const mix = (seed: number, index: number): number => int53(`${seed}/${index}`)

/** The idempotency key of the index-th follow-up: fixed length, however long the chain. */
export const childKey = (key: string, index: number): string => hex(`${key}/${index}`)
