/** Named counts that only grow, such as `misses.expired`. No value is negative or infinite. */
export type Counters = ReadonlyMap<string, number>;

// Names become properties of a JSON object that people and programs read.
const NAME = /^[a-zA-Z][\w.-]{0,99}$/;
const MAX_NAMES = 1000;

function isCounter(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}

/** The numbers in a nested object, each under its path: `{ hits: { disk: 2 } }` gives `hits.disk`. What is no count is left out. */
export function flattenCounters(counts: object): Counters {
  const flat = new Map<string, number>();
  const visit = (value: unknown, path: string): void => {
    if (typeof value === "object" && value !== null) {
      for (const [name, member] of Object.entries(value)) visit(member, path === "" ? name : `${path}.${name}`);
    } else if (isCounter(value) && NAME.test(path)) flat.set(path, value);
  };
  visit(counts, "");
  return flat;
}

/** What `after` has more than `before`; only what grew. */
export function subtractCounters(after: Counters, before: Counters): Counters {
  const grown = new Map<string, number>();
  for (const [name, value] of after) {
    const by = value - (before.get(name) ?? 0);
    if (by > 0) grown.set(name, by);
  }
  return grown;
}

/** The sum of all, by name; it stops growing at the largest safe integer. */
export function addCounters(...all: readonly Counters[]): Counters {
  const sums = new Map<string, number>();
  for (const counters of all) {
    for (const [name, value] of counters) {
      sums.set(name, Math.min((sums.get(name) ?? 0) + value, Number.MAX_SAFE_INTEGER));
    }
  }
  return sums;
}

/** The counters in a parsed JSON value, or `undefined` when it is anything else. */
export function parseCounters(value: unknown): Counters | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value);
  if (entries.length > MAX_NAMES) return undefined;
  for (const [name, count] of entries) if (!NAME.test(name) || !isCounter(count)) return undefined;
  return new Map(entries as [string, number][]);
}
