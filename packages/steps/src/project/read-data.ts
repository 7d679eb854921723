import { parse } from "smol-toml";

/** A table of a configuration file whose content nobody has checked. */
export type Table = Readonly<Record<string, unknown>>;

/** An object of JSON; empty where the text is none. */
export function parseJsonTable(text: string): Table {
  try {
    return asTable(JSON.parse(text));
  } catch {
    return {};
  }
}

/** A table of TOML; empty where the text is none. */
export function parseTomlTable(text: string): Table {
  try {
    return asTable(parse(text));
  } catch {
    return {};
  }
}

/** The value as a table; empty where it is none. */
export function asTable(value: unknown): Table {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Table) : {};
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

/** Those of the values that are texts, of a list or alone. */
export function textsOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? (value as readonly unknown[]) : [value]).filter((one) => typeof one === "string");
}
