import { assert, it } from "@effect/vitest"
import { explain, Problem } from "@wr2/server/Problem"

it("what went wrong is told without the wrappers around it", () => {
  assert.strictEqual(explain(new Problem({ message: "no such folder" })), "no such folder")
  const refused = new Error("connect ECONNREFUSED 127.0.0.1:1")
  const wrapped = { message: "failed", cause: new Error("failed to connect", { cause: refused }) }
  assert.strictEqual(
    explain({ ...wrapped, _tag: "SqlError" }),
    "the database cannot be used: connect ECONNREFUSED 127.0.0.1:1"
  )
  assert.strictEqual(explain("words"), "words")
})
