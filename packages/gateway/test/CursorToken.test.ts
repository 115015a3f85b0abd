import { assert, describe, it } from "@effect/vitest"
import { CursorToken } from "@wr2/gateway"
import { secrets } from "./fixture/Fixture.ts"

const sealed: CursorToken.Sealed = {
  account: 1,
  character: 7,
  session: "s",
  instance: 3,
  lineage: "line",
  seq: 40,
  streams: ["character:7", "room:1"],
  departed: null
}
const token = CursorToken.seal(secrets, sealed)
const cursor = { instance: 3, lineage: "line", seq: 41, token }

describe("CursorToken", () => {
  it("gives back what was sealed", () => {
    assert.deepStrictEqual(CursorToken.open(secrets, token, 1_000), sealed)
    assert.deepStrictEqual(CursorToken.ofCursor(secrets, cursor, 1_000), sealed)
  })

  it("opens nothing that was changed, in any character", () => {
    for (let at = 0; at < token.length; at++) {
      const char = token[at] === "7" ? "8" : "7"
      const changed = `${token.slice(0, at)}${char}${token.slice(at + 1)}`
      assert.isUndefined(CursorToken.open(secrets, changed, 1_000), `changed at ${at}`)
    }
  })

  it("opens nothing that another secret sealed, and no nonsense", () => {
    const other = { ...secrets, mac: (text: string) => secrets.mac(`other ${text}`) }
    assert.isUndefined(CursorToken.open(secrets, CursorToken.seal(other, sealed), 1_000))
    const { body } = { body: JSON.stringify(sealed) }
    for (const nonsense of ["", ".", body, `.${body}`, `${body}.`, "a.b.c", "\u0000.\u0000"]) {
      assert.isUndefined(CursorToken.open(secrets, nonsense, 1_000))
    }
  })

  it("is not read at all when it is too long", () => {
    assert.isUndefined(CursorToken.open(secrets, token, token.length - 1))
  })

  it("does not serve another cursor than its own", () => {
    assert.isUndefined(CursorToken.ofCursor(secrets, { ...cursor, instance: 4 }, 1_000))
    assert.isUndefined(CursorToken.ofCursor(secrets, { ...cursor, lineage: "restored" }, 1_000))
    // Below the token's seq other streams may have held.
    assert.isUndefined(CursorToken.ofCursor(secrets, { ...cursor, seq: 39 }, 1_000))
  })
})
