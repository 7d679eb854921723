import type { CacheMode } from "./ai-cache.ts";

const MODES: ReadonlySet<unknown> = new Set<CacheMode>(["on", "off", "read-only", "refresh", "replay"]);

/**
 * `value` as a cache mode.
 *
 * @param action what cannot be done otherwise, for the message
 * @param name how the message calls the value
 * @throws {TypeError} when it is none
 */
export function parseCacheMode(value: unknown, action: string, name: string): CacheMode {
  if (MODES.has(value)) return value as CacheMode;
  const known = [...MODES].map((mode) => `"${String(mode)}"`).join(", ");
  const given = typeof value === "string" ? `"${value.slice(0, 40)}"` : typeof value;
  throw new TypeError(`Cannot ${action}: \`${name}\` must be one of ${known}, got ${given}`);
}
