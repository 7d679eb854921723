/** Keywords whose values are data, in which `$ref` is a word like others. */
const DATA_KEYWORDS = new Set(["const", "enum", "default", "examples", "example"]);
/** Keywords whose values are schemas by name, so that the names are no keywords. */
const MAP_KEYWORDS = new Set(["$defs", "definitions", "properties", "patternProperties", "dependentSchemas"]);
/** Keywords that give a schema a name of its own, by which others refer to it. */
const NAMING_KEYWORDS = new Set([
  "$id",
  "$anchor",
  "$dynamicAnchor",
  "$dynamicRef",
  "$recursiveAnchor",
  "$recursiveRef",
]);

function embedAll(values: readonly unknown[], pointer: string): readonly unknown[] | undefined {
  const moved = values.map((value) => embedSchema(value, pointer));
  return moved.includes(undefined) ? undefined : moved;
}

function embedMap(map: object, pointer: string): unknown {
  const moved = embedAll(Object.values(map), pointer);
  return moved && Object.fromEntries(Object.keys(map).map((name, index) => [name, moved[index]]));
}

function embedKeyword(name: string, value: unknown, pointer: string): unknown {
  if (DATA_KEYWORDS.has(name)) return value;
  if (MAP_KEYWORDS.has(name) && typeof value === "object" && value !== null) return embedMap(value, pointer);
  if (name !== "$ref" || typeof value !== "string") return embedSchema(value, pointer);
  return value === "#" || value.startsWith("#/") ? `${pointer}${value.slice(1)}` : undefined;
}

/**
 * `schema` as it may stand at `pointer` in another document: its references from its root lead there. `undefined` where it
 * cannot be moved, as it names parts of itself or refers elsewhere.
 */
export function embedSchema(schema: unknown, pointer: string): unknown {
  if (Array.isArray(schema)) return embedAll(schema, pointer);
  if (typeof schema !== "object" || schema === null) return schema;
  const entries = Object.entries(schema).filter(([name]) => name !== "$schema");
  if (entries.some(([name]) => NAMING_KEYWORDS.has(name))) return undefined;
  const moved = entries.map(([name, value]): [string, unknown] => [name, embedKeyword(name, value, pointer)]);
  return moved.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(moved);
}
