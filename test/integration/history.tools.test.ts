/** One recorded Action as a test, and Commands explained: on a world that was really played. */
import { exec } from "node:child_process"
import * as Fs from "node:fs"
import { basename, join } from "node:path"
import { assert, layer } from "@effect/vitest"
import * as AsTest from "@wr2/server/commands/asTest"
import { replay } from "@wr2/server/commands/replay"
import * as Harness from "@wr2/testkit/Harness"
import { Effect, Fiber, Option } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import * as Played from "./played.ts"

const { explained, explainedJson, wr2 } = Played

interface Given {
  readonly instance?: number
  readonly action?: string
  readonly asTest?: string
}

/** `wr2 replay`, in this process. */
const replayed = ({ action, asTest, instance }: Given) =>
  Played.inProcess(
    replay({
      instance: Option.fromUndefinedOr(instance),
      action: Option.fromUndefinedOr(action),
      asTest: Option.fromUndefinedOr(asTest),
      from: Option.none(),
      to: Option.none(),
      json: false
    })
  )

/** A folder below the repository, so that tests in it find their imports. */
const folder = Effect.acquireRelease(
  Effect.sync(() => {
    Fs.mkdirSync(join(Harness.root, "dist"), { recursive: true })
    return Fs.mkdtempSync(join(Harness.root, "dist/as-test-"))
  }),
  (dir) => Effect.sync(() => Fs.rmSync(dir, { recursive: true, force: true }))
)

const alone = { NO_COLOR: "1", VITEST: undefined, NODE_ENV: undefined, VITEST_WORKER_ID: undefined }

/** Runs what a command printed, as somebody would who copies it. */
const shell = (command: string) =>
  Effect.promise(
    () =>
      new Promise<{ readonly code: number; readonly output: string }>((resolve) =>
        exec(command, { cwd: Harness.root, env: { ...process.env, ...alone } }, (error, out, err) =>
          resolve({ code: error === null ? 0 : Number(error.code), output: out + err })
        )
      )
  )

/** Runs every test of a folder by vitest, in a process of its own: its exit code and what it printed. */
const vitest = Effect.fnUntraced(function* (dir: string) {
  const child = yield* Harness.start({
    name: "vitest",
    script: join(Harness.root, "node_modules/vitest/vitest.mjs"),
    args: [
      "run",
      "--root",
      dir,
      "--reporter",
      "verbose",
      "--no-color",
      "--no-isolate",
      "--maxWorkers",
      "1"
    ],
    cwd: dir,
    env: alone
  })
  const { code } = yield* child.ended
  return { code, output: child.output() }
}, Effect.scoped)

/** The numbers of Actions, the last of each kind. */
const actions = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const last = Effect.fnUntraced(function* (where: string) {
    const [row] = yield* sql.unsafe<{ no: number }>(
      `SELECT accept_no::int AS no FROM wr2.action_log WHERE instance_id = 1 AND ${where} ORDER BY accept_no DESC LIMIT 1`
    )
    assert.isDefined(row, where)
    return row!.no
  })
  return {
    move: yield* last("action_type = 'Move' AND outcome = 'done'"),
    round: yield* last("action_type = 'AttackRound' AND first_seq IS NOT NULL"),
    spawn: yield* last("action_type = 'Spawn' AND first_seq IS NULL"),
    depart: yield* last("action_type = 'Depart' AND outcome = 'done'"),
    greet: yield* last("action_type = 'GreetCharacter' AND id_base IS NOT NULL"),
    refused: yield* last("outcome = 'refused' AND reason->>'_tag' = 'Gone'")
  }
})

/** Every row of every table, with the transaction that wrote it. */
const everything = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const tables = yield* sql<{ name: string }>`
    SELECT c.relname AS name FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = 'wr2' AND c.relkind = 'r' ORDER BY 1`
  assert.isAbove(tables.length, 20)
  return yield* Effect.forEach(tables, ({ name }) =>
    sql.unsafe(
      `SELECT '${name}' AS name, count(*)::int AS rows, md5(string_agg(t.xmin::text || t::text, E'\\n' ORDER BY t.xmin::text || t::text)) AS hash FROM wr2."${name}" AS t`
    )
  )
})

layer(Played.layer, { timeout: "3 minutes", excludeTestServices: true })("wr2", (it) => {
  it.effect(
    "replay --as-test writes tests that pass as they are, and fail when what they expect is altered",
    () =>
      Effect.gen(function* () {
        const dir = yield* folder
        const of = yield* actions
        const ids = [...Object.values(of).map(String), "901", "902"]
        const test = (id: string) => join(dir, `${id}.test.ts`)
        const written = yield* wr2("replay", "1", "--action", "902", "--as-test", test("902"))
        assert.strictEqual(written.code, 0, written.output)
        for (const id of ids) {
          const source = yield* Effect.flatMap(Played.reproduced(id), AsTest.source)
          if (id === "902") assert.strictEqual(Fs.readFileSync(test(id), "utf8"), source)
          Fs.writeFileSync(test(id), source)
        }
        const passed = yield* vitest(dir)
        assert.strictEqual(passed.code, 0, passed.output)
        assert.match(passed.output, new RegExp(`Tests\\s+${ids.length} passed`))
        const move = test(String(of.move))
        const source = Fs.readFileSync(move, "utf8")
        assert.include(source, '"_tag": "CharacterMoved"')
        // The room it came to, in the Event alone: the first in the text is the Action's own.
        const at = source.indexOf('"_tag": "CharacterMoved"')
        const altered = source.slice(at).replace(/"to": \d+/, '"to": 1')
        Fs.writeFileSync(move, source.slice(0, at) + altered)
        const dead = test("902")
        const letter = Fs.readFileSync(dead, "utf8")
        assert.include(letter, "Character 2001 exists already")
        Fs.writeFileSync(dead, letter.replaceAll("exists already", "never was"))
        const failed = yield* vitest(dir)
        assert.strictEqual(failed.code, 1)
        assert.match(failed.output, new RegExp(`Tests\\s+2 failed \\| ${ids.length - 2} passed`))
        assert.match(failed.output, /SpecFailure: Events of Move/)
      }).pipe(Effect.scoped),
    120_000
  )

  it.effect(
    "replay --action needs no instance where what is given says which Action",
    () =>
      Effect.gen(function* () {
        const dir = yield* folder
        const sql = yield* SqlClient.SqlClient
        const [{ reference }] = (yield* sql`
        SELECT reference FROM wr2.dead_letter WHERE accept_no = 902`) as [{ reference: string }]
        const file = join(dir, "letter.test.ts")
        const written = yield* wr2("replay", "--action", reference, "--as-test", file)
        assert.strictEqual(written.code, 0, written.output)
        assert.include(Fs.readFileSync(file, "utf8"), "Character 2001 exists already")
        for (const id of ["902", "1/902"])
          assert.include((yield* replayed({ action: id })).output, "Action 902 of instance 1")
        const refused = (given: Given) =>
          Effect.map(replayed(given), ({ failure }) => failure ?? "")
        // Each instance has a first Action.
        assert.match(
          yield* refused({ action: "1" }),
          /in instances 1, 2: which\? As in --action 1\/1/
        )
        assert.match(yield* refused({ action: "999999" }), /no instance has an Action 999999/)
        assert.match(yield* refused({ action: "0123abcd" }), /no dead letter was ever called/)
        assert.match(
          yield* refused({ instance: 2, action: "1/902" }),
          /1\/902 is not of instance 2/
        )
        assert.match(yield* refused({}), /which instance\?/)
      }).pipe(Effect.scoped),
    120_000
  )

  it.effect(
    "replay --as-test prints what really runs the test, and writes none where nothing would",
    () =>
      Effect.gen(function* () {
        const dir = yield* folder
        const top = join(Harness.root, `repro-${process.pid}.test.ts`)
        yield* Effect.addFinalizer(() => Effect.sync(() => Fs.rmSync(top, { force: true })))
        // Of neither a project of vitest.config.ts looks for tests.
        for (const file of [join(dir, "it runs.test.ts"), top]) {
          const { output } = yield* replayed({ action: "902", asTest: file })
          const command = output.slice(output.indexOf("npx vitest"))
          const passed = yield* shell(command)
          assert.strictEqual(passed.code, 0, output + passed.output)
          assert.match(passed.output, /Tests\s+1 passed/)
        }
        Fs.writeFileSync(
          top,
          Fs.readFileSync(top, "utf8").replaceAll("exists already", "never was")
        )
        const failed = yield* shell(`npx vitest run --config test/alone.config.ts ${basename(top)}`)
        assert.strictEqual(failed.code, 1)
        for (const [file, why] of [
          [join(dir, "repro.ts"), /call it NAME\.test\.ts/],
          ["/tmp/wr2-repro.test.ts", /its imports are found below/],
          [join(Harness.root, ".wr2/repro.test.ts"), /looks into \.wr2/],
          [join(dir, "none/repro.test.ts"), /there is no folder/]
        ] as const) {
          const { failure } = yield* replayed({ action: "902", asTest: file })
          assert.match(failure ?? "", why)
          assert.isFalse(Fs.existsSync(file))
        }
      }).pipe(Effect.scoped),
    180_000
  )

  it.effect(
    "replay --action says what an Action met and came to, also a dead letter by its reference",
    () =>
      Effect.gen(function* () {
        const { move } = yield* actions
        const one = AsTest.plain(yield* Played.reproduced(String(move)))
        assert.isTrue(one.same)
        assert.isAbove(one.locks.length, 0)
        assert.isAbove(one.rows.length, 0)
        const sql = yield* SqlClient.SqlClient
        const [{ reference }] = (yield* sql`
        SELECT reference FROM wr2.dead_letter WHERE accept_no = 902`) as [{ reference: string }]
        const dead = AsTest.told(yield* Played.reproduced(reference))
        assert.match(
          dead,
          /dead letter \w+: Character 2001 exists already\nand comes to the same now/
        )
        // Where no rule was at fault there is no test of it.
        const found = yield* Played.reproduced(String(move))
        const busy = { ...found, was: { _tag: "Refused", reason: { _tag: "Busy" } } } as const
        assert.match(
          (yield* Effect.flip(AsTest.source(busy))).message,
          /refused Busy: somebody else/
        )
        const killed = { _tag: "Dead", reference: "abc", error: "tried 3 times" } as const
        const why = yield* Effect.flip(AsTest.source({ ...found, was: killed }))
        assert.match(
          why.message,
          /not its rule that failed \(tried 3 times\): run again, it is done/
        )
        const none = yield* Effect.flip(Played.reproduced("4711"))
        assert.match(none.message, /^instance 1 has no Action 4711/)
      })
  )

  it.effect(
    "explain tells Plan, Actions, locks and Events, or why not; and changes nothing, to the byte",
    () =>
      Effect.gen(function* () {
        const before = yield* everything
        const go = yield* wr2("explain", "Bob", "say hello", "--seed", "7")
        assert.strictEqual(go.code, 0, go.output)
        assert.match(
          go.output,
          /PLAN say\n1\. Say .*\n +locks +Character:2002\n +event +Said .*text="hello"\n +heard by room:/
        )
        assert.match(go.output, /rows stay as they are\n.*seed 7/)
        const typo = yield* explainedJson("2002", "luk")
        assert.deepInclude(typo.rejected, { _tag: "UnknownVerb", verb: "luk" })
        assert.include(typo.rejected.suggestions, "look")
        const told = yield* explained("bob", "luk")
        assert.match(
          told.output,
          /REJECTED UnknownVerb: You do not know how to luk\. Did you mean .*look/
        )
        assert.match(told.output, /perhaps +.*look/)
        const malformed = yield* explained("Bob", "give")
        assert.match(malformed.output, /REJECTED Malformed: Try: .*\n +usage +give/)
        const nobody = yield* explained("Nobody", "look")
        assert.strictEqual(nobody.failure, "nobody here is called Nobody")
        assert.deepStrictEqual(yield* everything, before)
      })
  )

  it.effect("explain is of the world as it is, beside its owner, whom it keeps from nothing", () =>
    Effect.gen(function* () {
      yield* Played.playing(
        Effect.gen(function* () {
          const bob = yield* Played.entering(2_002, "Bob")
          const says = Array.from({ length: 60 }, (_, i) => bob.say(`say ${i}`))
          const work = yield* Effect.forkChild(Effect.all(says))
          const found = yield* Effect.forEach(
            ["say hello", "look"],
            (line) => explainedJson("2002", line),
            { concurrency: 2 }
          )
          const answers = yield* Fiber.join(work)
          assert.isTrue(answers.flat().every(({ _tag }) => _tag === "Accepted"))
          const [hello, look] = found
          assert.strictEqual(hello.plan, "say")
          assert.deepInclude(hello.actions[0], {
            type: "Say",
            outcome: "done",
            place: 0,
            cause: null
          })
          assert.deepStrictEqual(hello.actions[0].locks, ["Character:2002"])
          assert.deepInclude(hello.actions[0].events[0], { type: "Said", text: "hello" })
          assert.strictEqual(look.shown[0].type, "Look")
          assert.strictEqual(look.shown[0].answers[0]._tag, "RoomViewed")
        })
      )
      const report = yield* Played.replayed()
      assert.isUndefined(report.difference ?? report.stopped)
    })
  )
})
