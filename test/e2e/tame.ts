/** The world's content, in which nobody is attacked: who fights does not walk away, and does not travel. */
import * as Fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Harness from "@wr2/testkit/Harness"
import { Effect } from "effect"

/** A folder with it, for WR2_CONTENT. */
export const tame = Effect.acquireRelease(
  Effect.sync(() => {
    const dir = Fs.mkdtempSync(join(tmpdir(), "wr2-tame-"))
    for (const file of Fs.readdirSync(Harness.smallWorld)) {
      const text = Fs.readFileSync(join(Harness.smallWorld, file), "utf8")
      Fs.writeFileSync(join(dir, file), text.replaceAll("aggressive: true", "aggressive: false"))
    }
    return dir
  }),
  (dir) => Effect.sync(() => Fs.rmSync(dir, { recursive: true }))
)
