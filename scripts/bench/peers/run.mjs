/** One peer, once, in a process of its own: `node run.mjs NAME URL SECONDS` prints what was measured as JSON. */
const peers = {
  "graphile-worker": async () => (await import("./graphile.mjs")).graphile(false),
  "graphile-worker, fastest": async () => (await import("./graphile.mjs")).graphile(true),
  "pg-boss": async () => (await import("./boss.mjs")).boss,
  "DBOS Transact": async () => (await import("./dbos.mjs")).dbos,
  Restate: async () => (await import("./restate.mjs")).restateObjects,
  Colyseus: async () => (await import("./colyseus.mjs")).colyseus
}

const [name, url, seconds] = process.argv.slice(2)
const peer = await peers[name]?.()
if (peer === undefined) {
  console.error(`no such peer: ${name}; there are ${Object.keys(peers).join(", ")}`)
  process.exit(2)
}
process.stdout.write(`${JSON.stringify(await peer({ url, seconds: Number(seconds) }))}\n`)
process.exit(0)
