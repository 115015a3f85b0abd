/** For one test wherever it lies, also where no project of vitest.config.ts looks: `wr2 replay --as-test` says how. */
import { defineConfig } from "vitest/config"

export default defineConfig({
  test: { include: ["**/*.test.ts"], exclude: ["**/node_modules/**", "**/.*/**"] }
})
