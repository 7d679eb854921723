import { parse } from "smol-toml";

/** A table of a configuration file whose content nobody has checked. */
export type Table = Readonly<Record<string, unknown>>;

/** A value of JSON; `undefined` where there is no text or it is none, of which the step that validates configuration tells. */
export function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An object of JSON; empty where the text is none. */
export function parseJsonTable(text: string | undefined): Table {
  return asTable(parseJson(text));
}

/** A table of TOML; empty where the text is none. */
export function parseTomlTable(text: string): Table {
  try {
    return asTable(parse(text));
  } catch {
    return {};
  }
}

/** Whether a parsed value is an object with names. */
export function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as a table; empty where it is none. */
export function asTable(value: unknown): Table {
  return isTable(value) ? value : {};
}

/** The value below these keys. */
export function valueAt(table: Table, ...keys: readonly string[]): unknown {
  let value: unknown = table;
  for (const key of keys) {
    const inner = asTable(value);
    value = Object.hasOwn(inner, key) ? inner[key] : undefined;
  }
  return value;
}

/** The scripts of a `package.json` by their names. */
export function scriptsOf(manifest: Table): ReadonlyMap<string, string> {
  const scripts = Object.entries(asTable(manifest["scripts"]));
  return new Map(scripts.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

/** Those of the values that are texts, of a list or alone. */
export function textsOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? (value as readonly unknown[]) : [value]).filter((one) => typeof one === "string");
}
