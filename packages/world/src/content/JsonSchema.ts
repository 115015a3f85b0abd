/** The JSON Schema of the YAML files, generated from the schemas of the sections: editors complete and check by it. */
import { Schema } from "effect"

interface Node {
  readonly [key: string]: unknown
  readonly type?: string
  readonly properties?: Readonly<Record<string, Node>>
  readonly required?: ReadonlyArray<string>
  readonly anyOf?: ReadonlyArray<Node>
  readonly items?: Node
  readonly additionalProperties?: boolean | Node
}
type Defaults = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** What an author need not write is not required, and what there is not is not allowed. */
const closed = (
  node: Node,
  optional: ReadonlyArray<string>,
  inner: Defaults
): Readonly<Record<string, unknown>> => {
  const each = (name: string, part: Node) => closed(part, Object.keys(inner[name] ?? {}), inner)
  if (node.anyOf !== undefined)
    return { ...node, anyOf: node.anyOf.map((part) => closed(part, optional, inner)) }
  if (node.items !== undefined) return { ...node, items: closed(node.items, optional, inner) }
  if (node.properties === undefined) {
    return typeof node.additionalProperties === "object"
      ? { ...node, additionalProperties: closed(node.additionalProperties, optional, inner) }
      : node
  }
  return {
    ...node,
    properties: Object.fromEntries(
      Object.entries(node.properties).map(([name, part]) => [
        name,
        name === "exits" ? exits(part) : each(name, part)
      ])
    ),
    required: (node.required ?? []).filter((name) => !optional.includes(name)),
    additionalProperties: false
  }
}

/** `north: market`, or an exit in full, of which only where it leads has to be said. */
const exits = (node: Node): Readonly<Record<string, unknown>> => {
  const { properties = {} } = (node.additionalProperties ?? {}) as Node
  return {
    ...node,
    additionalProperties: {
      anyOf: [
        { type: "string" },
        { type: "object", properties, required: ["to"], additionalProperties: false }
      ]
    }
  }
}

/** Of files that hold these sections; those of `whole` are one entry each, the others entries by slug. */
export const ofFiles = (
  sections: Readonly<Record<string, Schema.Top>>,
  options: {
    readonly whole: ReadonlyArray<string>
    readonly defaults: Defaults
    readonly inner: Defaults
  }
): Readonly<Record<string, unknown>> => {
  const $defs: Record<string, unknown> = {}
  const properties = Object.entries(sections).map(([name, schema]) => {
    const { definitions, schema: root } = Schema.toJsonSchemaDocument(schema)
    const entry = closed(root as Node, Object.keys(options.defaults[name] ?? {}), options.inner)
    for (const [key, part] of Object.entries(definitions))
      $defs[key] = closed(part as Node, [], options.inner)
    return [
      name,
      options.whole.includes(name)
        ? entry
        : {
            type: "object",
            propertyNames: { pattern: "^[a-z][a-z0-9-]*$" },
            additionalProperties: entry
          }
    ]
  })
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    properties: Object.fromEntries(properties),
    additionalProperties: false,
    $defs
  }
}
