import type { JsonValue } from "../key/canonical-bytes.ts";
import { sha256Hex } from "../key/sha256-hex.ts";

function toStable(value: unknown, path: string): JsonValue | undefined {
  if (value === undefined || value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (value instanceof Uint8Array) return { "sha256 of bytes": sha256Hex(value) };
  if (value instanceof URL) return value.href;
  if (Array.isArray(value)) return value.map((item, index) => toStable(item, `${path}[${index}]`) ?? null);
  const prototype: unknown = typeof value === "object" ? Object.getPrototypeOf(value) : undefined;
  if (typeof value !== "object" || (prototype !== Object.prototype && prototype !== null)) {
    throw new TypeError(
      `Cannot write stable JSON: \`${path}\` must be a JSON value, bytes or a URL, got ${typeof value}`,
    );
  }
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  // With no prototype, so that a member named "__proto__" is a member like others.
  const stable: Record<string, JsonValue | undefined> = Object.create(null) as Record<string, JsonValue | undefined>;
  for (const [name, member] of members) stable[name] = toStable(member, `${path}.${name}`);
  return stable;
}

/**
 * A value as plain JSON for a cache key: properties sorted, bytes replaced by their digest, URLs by their text.
 *
 * @param path how error messages call the value
 * @throws {TypeError} when the value holds anything else, such as a function, NaN or a class instance
 * @throws {RangeError} when it contains itself
 */
export function toStableJson(value: unknown, path: string): JsonValue {
  return toStable(value, path) ?? null;
}

/** The one text of a value, by the rules of {@link toStableJson}. */
export function stringifyStable(value: unknown, path: string): string {
  return JSON.stringify(toStableJson(value, path));
}

/** A plain-JSON copy of what a provider sent back: bytes, dates and `undefined` become what `JSON.stringify` makes of them. */
export function copyAsJson(value: unknown): JsonValue | undefined {
  const text: string | undefined = JSON.stringify(value);
  return text === undefined ? undefined : (JSON.parse(text) as JsonValue);
}

/** Whether `text` is a JSON document. */
export function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** An object of unknown make-up, as JSON gives it. */
export type UnknownObject = Readonly<Record<string, unknown>>;

/** Whether `value` is an object with members, neither `null` nor an array. */
export function isObject(value: unknown): value is UnknownObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
