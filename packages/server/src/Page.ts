/** `GET /`: a page for whoever opens the server's address in a browser. Says how to play. */
import { Effect, type Layer } from "effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;"
}
const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (char) => escapes[char]!)

const style = `
  :root { color-scheme: light dark; --ink: #23201b; --soft: #6a6256; --paper: #faf7f0; --line: #ddd5c5; --key: #7a3b12 }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #ece6d9; --soft: #a79d8c; --paper: #191713; --line: #38332a; --key: #e0a36f }
  }
  * { box-sizing: border-box }
  body { margin: 0; padding: 12vh 1.5rem 4rem; background: var(--paper); color: var(--ink);
    font: 1.125rem/1.65 Charter, "Iowan Old Style", Georgia, serif }
  main { max-width: 36rem; margin: 0 auto }
  h1 { margin: 0; font-size: 3rem; line-height: 1.1; font-weight: 600; letter-spacing: -.02em }
  h2 { margin: 2.5rem 0 .5rem; font-size: 1rem; font-weight: 600; color: var(--soft) }
  .lead { margin: .75rem 0 0; font-size: 1.25rem; color: var(--soft) }
  code, kbd { font: .875em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace }
  pre { margin: 0; padding: .8rem 1rem; border: 1px solid var(--line); border-radius: .4rem; overflow-x: auto }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; margin: 0 }
  dt { color: var(--key) } dd { margin: 0 }
  footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: .9rem; color: var(--soft) }
  a { color: inherit; text-underline-offset: .2em } a:hover { color: var(--key) }
  :focus-visible { outline: 3px solid var(--key); outline-offset: 2px }
`

/** The page; `host` as the browser knows this server. */
export const html = (world: string, host: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(world)}</title>
<style>${style}</style>
</head>
<body>
<main>
  <h1>${escape(world)}</h1>
  <p class="lead">A world of text that many share, and that goes on while you are away.</p>

  <h2>Enter it from a terminal, in the folder of WR2</h2>
  <pre><code>npm run play${host === "localhost:8080" ? "" : ` -- --url ${escape(host)}`}</code></pre>

  <h2>What to type</h2>
  <dl>
    <dt><kbd>look</kbd></dt><dd>see where you are</dd>
    <dt><kbd>north</kbd></dt><dd>or <kbd>n</kbd>: walk; <kbd>open</kbd> what is closed</dd>
    <dt><kbd>get</kbd></dt><dd>and <kbd>drop</kbd>, <kbd>give</kbd>, <kbd>inventory</kbd></dd>
    <dt><kbd>say</kbd></dt><dd>something to whoever is there</dd>
    <dt><kbd>kill</kbd></dt><dd>or <kbd>flee</kbd></dd>
    <dt><kbd>help</kbd></dt><dd>everything else</dd>
  </dl>

  <footer>
    Clients connect by websocket to <code>ws://${escape(host)}/rpc</code>.
    For operators: <a href="/readyz">readiness</a>, <a href="/metrics">metrics</a>.
  </footer>
</main>
</body>
</html>
`

const headers = {
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff"
}

/** The route. */
export const layer = (world: string): Layer.Layer<never, never, HttpRouter.HttpRouter> =>
  HttpRouter.add(
    "GET",
    "/",
    Effect.map(HttpServerRequest.HttpServerRequest, (request) =>
      HttpServerResponse.html(html(world, request.headers["host"] ?? "localhost:8080")).pipe(
        HttpServerResponse.setHeaders(headers)
      )
    )
  )
