/**
 * The test projects, from fast to slow. `vitest run --project unit` runs one of them.
 *
 * What kills, floods or measures runs one file at a time, after everything before it: two of them at once would measure
 * each other.
 */
import type { TestProjectConfiguration } from "vitest/config"

/** Runs once before the projects that need a database: starts it, and migrates the template that each file clones. */
const databaseSetup: Array<string> = ["packages/testkit/src/globalSetup.ts"]

/** Files that only one kind of project may run: without it, the first project would run them all. */
const notUnit = ["**/node_modules/**", "**/dist/**", "**/*.integration.test.ts"]

/**
 * Files of one worker share what they import, which is most of their time: three times faster. So a test leaves no global
 * changed.
 */
const together = { isolate: false, maxWorkers: 2 }

/** Most of their time they wait: for rounds of a fight, for doors, for what comes back. */
const played = ["test/e2e/game/**/*.test.ts", "test/e2e/{achievements,history,journey}.test.ts"]

export const projects: Array<TestProjectConfiguration> = [
  {
    extends: true,
    test: {
      name: "unit",
      include: ["packages/*/test/**/*.test.ts", "docs/**/*.test.ts", "test/*.test.ts"],
      exclude: notUnit,
      ...together,
      sequence: { groupOrder: 0 }
    }
  },
  {
    extends: true,
    test: {
      name: "integration",
      include: ["packages/*/test/**/*.integration.test.ts", "test/integration/**/*.test.ts"],
      globalSetup: databaseSetup,
      testTimeout: 60_000,
      hookTimeout: 60_000,
      ...together,
      sequence: { groupOrder: 1 }
    }
  },
  {
    extends: true,
    test: {
      name: "simulation",
      include: ["test/simulation/**/*.test.ts"],
      testTimeout: 120_000,
      ...together,
      sequence: { groupOrder: 2 }
    }
  },
  {
    extends: true,
    test: {
      name: "cluster",
      include: ["test/cluster/**/*.test.ts"],
      globalSetup: databaseSetup,
      testTimeout: 60_000,
      hookTimeout: 60_000,
      fileParallelism: false,
      sequence: { groupOrder: 3 }
    }
  },
  {
    extends: true,
    test: {
      name: "games",
      include: played,
      globalSetup: databaseSetup,
      testTimeout: 60_000,
      hookTimeout: 60_000,
      maxWorkers: 2,
      sequence: { groupOrder: 4 }
    }
  },
  {
    extends: true,
    test: {
      name: "e2e",
      include: ["test/e2e/**/*.test.ts"],
      exclude: ["**/node_modules/**", ...played],
      globalSetup: databaseSetup,
      testTimeout: 60_000,
      hookTimeout: 60_000,
      fileParallelism: false,
      sequence: { groupOrder: 5 }
    }
  },
  {
    extends: true,
    test: {
      name: "kills",
      include: ["test/kill-matrix/**/*.test.ts"],
      globalSetup: databaseSetup,
      testTimeout: 600_000,
      fileParallelism: false,
      sequence: { groupOrder: 6 }
    }
  }
]
