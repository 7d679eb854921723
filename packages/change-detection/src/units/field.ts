/** A member of what may be an object; inherited members do not count, so `__proto__` and `constructor` are ordinary names. */
export function field(value: unknown, ...names: readonly string[]): unknown {
  let at = value;
  for (const name of names) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[name];
  }
  return at;
}

/** The members of what may be an object; an array or anything else has none. */
export function fieldsOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

/** The items of what may be an array. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** The strings of what may be an array. */
export function textsOf(value: unknown): readonly string[] {
  return itemsOf(value).filter((one) => typeof one === "string");
}

/** The value if it is a string. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

const MAX_NODES = 10_000_000;
const MAX_DEPTH = 200;

/**
 * Makes sure that a parsed value may be walked through: aliases of YAML can make a short text stand for more than any memory holds.
 * @throws {RangeError} for a value nested or multiplied beyond all reason.
 */
export function checkExtent(value: unknown): void {
  let left = MAX_NODES;
  const walk = (one: unknown, depth: number): void => {
    left -= 1;
    if (left < 0 || depth > MAX_DEPTH) throw new RangeError("it is nested or multiplied beyond all reason");
    if (typeof one !== "object" || one === null) return;
    for (const item of Array.isArray(one) ? (one as readonly unknown[]) : Object.values(one)) walk(item, depth + 1);
  };
  walk(value, 0);
}

/** A text that two parsed values share exactly if they are equal, whatever the order of members. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Date) return JSON.stringify(value.toISOString());
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "undefined";
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${members.map(([name, item]) => `${JSON.stringify(name)}:${canonical(item)}`).join(",")}}`;
}
