import type { Query } from "../candidate.ts";

/** The name under which {@link Query.machine} stands among the categories. */
export const MACHINE = "machine";

/** What a query says in numbers; true and false are 1 and 0. */
export function numbersOf({ features }: Query): readonly (readonly [name: string, value: number])[] {
  if (features === undefined) return [];
  const numbers: [string, number][] = [];
  for (const name of Object.keys(features)) {
    const value = features[name];
    if (typeof value === "boolean") numbers.push([name, value ? 1 : 0]);
    else if (typeof value === "number" && Number.isFinite(value)) numbers.push([name, value]);
  }
  return numbers;
}

/** One of {@link numbersOf}; `undefined` where there is none of that name. */
export function numberOf({ features }: Query, name: string): number | undefined {
  const value = features !== undefined && Object.hasOwn(features, name) ? features[name] : undefined;
  if (typeof value === "boolean") return value ? 1 : 0;
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** What a query says in words, and the machine. */
export function categoriesOf({ machine, features }: Query): readonly (readonly [name: string, level: string])[] {
  const categories: [string, string][] = [];
  if (machine !== undefined) categories.push([MACHINE, machine]);
  if (features === undefined) return categories;
  for (const name of Object.keys(features)) {
    const value = features[name];
    // A feature of that name adds nothing where the machine is known.
    if (typeof value === "string" && (name !== MACHINE || machine === undefined)) categories.push([name, value]);
  }
  return categories;
}
