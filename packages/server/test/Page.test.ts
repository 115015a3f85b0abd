import { assert, it } from "@effect/vitest"
import * as Page from "@wr2/server/Page"

it("the page says how to play, at the address by which it was found", () => {
  assert.include(Page.html("Saltmere", "localhost:8080"), "npm run play<")
  const elsewhere = Page.html("Saltmere", "10.0.0.7:9000")
  assert.include(elsewhere, "npm run play -- --url 10.0.0.7:9000")
  assert.include(elsewhere, "ws://10.0.0.7:9000/rpc")
})

it("the page takes nobody's words for markup", () => {
  const page = Page.html("<b>World</b>", `"><script>alert(1)</script>`)
  assert.notInclude(page, "<script>")
  assert.notInclude(page, "<b>World</b>")
})
