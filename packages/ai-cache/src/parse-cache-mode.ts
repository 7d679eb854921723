import { CACHE_MODES, type CacheMode } from "./ai-cache.ts";

/**
 * `value` as a cache mode.
 *
 * @param action what cannot be done otherwise, for the message
 * @param name how the message calls the value
 * @throws {TypeError} when it is none
 */
export function parseCacheMode(value: unknown, action: string, name: string): CacheMode {
  const mode = CACHE_MODES.find((known) => known === value);
  if (mode !== undefined) return mode;
  const known = CACHE_MODES.map((name) => `"${name}"`).join(", ");
  const given = typeof value === "string" ? `"${value.slice(0, 40)}"` : typeof value;
  throw new TypeError(`Cannot ${action}: \`${name}\` must be one of ${known}, got ${given}`);
}
