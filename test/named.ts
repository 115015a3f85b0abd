/** Tests that a page or a list names: each in the file that it says. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert } from "@effect/vitest"

const root = join(import.meta.dirname, "..")

/** The path of a file as pages name it: below `packages/` unless it begins with `test/` or `docs/`. */
export const pathOf = (name: string): string =>
  name.startsWith("Suite/")
    ? `packages/testkit/src/PortSuites/${name.slice(6)}`
    : /^(test|docs)\//.test(name)
      ? name
      : `packages/${name}`

/** The source of a file as pages name it. */
export const sourceOf = (name: string): string => {
  const path = join(root, pathOf(name))
  assert.isTrue(existsSync(path), `there is no ${pathOf(name)}`)
  return readFileSync(path, "utf8")
}

/** Fails unless that file has a test of that name. */
export const exists = (file: string, name: string): void =>
  assert.include(sourceOf(file), name, `${file} has no test "${name}"`)
