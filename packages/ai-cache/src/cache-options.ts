import type { AiCacheError } from "./errors.ts";
import { refuseUnknownOptions } from "./refuse-unknown-options.ts";

/** How long an answer is served when nothing else is said: a day, in milliseconds. */
export const DEFAULT_TTL_MS: number = 24 * 60 * 60 * 1000;
/** How much the disk tier may hold when nothing else is said: 100 MiB, in bytes. */
export const DEFAULT_MAX_BYTES: number = 100 * 1024 * 1024;
/** How much the memory tier may hold when nothing else is said: 16 MiB, in bytes. */
export const DEFAULT_MEMORY_MAX_BYTES: number = 16 * 1024 * 1024;
/** How long to wait for another process's answer when nothing else is said: ten minutes, in milliseconds. */
export const DEFAULT_FOLLOW_MAX_MS: number = 10 * 60 * 1000;

/** Options of {@link openAiCache}. */
export interface AiCacheOptions {
  /** Where the disk tier lives. Created at the first write. */
  readonly directory: string;
  /** How long an answer is served, in milliseconds. Holds at writing and at reading, so shortening it works at once. @defaultValue {@link DEFAULT_TTL_MS} */
  readonly ttlMs?: number | undefined;
  /** How many bytes of entries the directory may hold; beyond that, eviction down to 80 %. @defaultValue {@link DEFAULT_MAX_BYTES} */
  readonly maxBytes?: number | undefined;
  /** How many bytes of encoded entries memory may hold; 0 for no memory tier. @defaultValue {@link DEFAULT_MEMORY_MAX_BYTES} */
  readonly memoryMaxBytes?: number | undefined;
  /**
   * Whether processes that share the directory ask the same question once: the first locks its key, the others wait for
   * its answer. Whoever cannot lock asks all the same. @defaultValue `true`
   */
  readonly crossProcess?: boolean | undefined;
  /** How long to wait for another process's answer before asking without it, in milliseconds. @defaultValue {@link DEFAULT_FOLLOW_MAX_MS} */
  readonly followMaxMs?: number | undefined;
  /** The clock, in milliseconds since the Unix epoch. @defaultValue `Date.now` */
  readonly now?: (() => number) | undefined;
  /** Told once, when the disk tier could not be written; the cache goes on without. */
  readonly onWarning?: ((warning: AiCacheError) => void) | undefined;
}

/** {@link AiCacheOptions} with every default filled in and every value checked. */
export interface CheckedOptions {
  readonly directory: string;
  readonly ttlMs: number;
  readonly maxBytes: number;
  readonly memoryMaxBytes: number;
  readonly crossProcess: boolean;
  readonly followMaxMs: number;
  /** The clock in whole milliseconds, as entries hold them. */
  readonly now: () => number;
  readonly onWarning: ((warning: AiCacheError) => void) | undefined;
}

const OPTIONS: Readonly<Record<keyof AiCacheOptions, true>> = {
  directory: true,
  ttlMs: true,
  maxBytes: true,
  memoryMaxBytes: true,
  crossProcess: true,
  followMaxMs: true,
  now: true,
  onWarning: true,
};

/** `value`, which must be a whole number of at least `minimum`; `action` is what cannot be done otherwise. */
export function requireCount(action: string, name: string, value: number, minimum: number): number {
  if (!Number.isSafeInteger(value) || value < minimum) {
    // Without types it may be anything, and "1" reads like 1.
    const given: unknown = value;
    const shown = typeof given === "string" ? `the string ${JSON.stringify(given)}` : String(given);
    throw new RangeError(`Cannot ${action}: \`${name}\` must be an integer of at least ${minimum}, got ${shown}`);
  }
  return value;
}

/**
 * The options with their defaults.
 *
 * @throws {TypeError} when `directory` is not a path, or there is an option that is none
 * @throws {RangeError} when a limit is not an integer in range
 */
export function checkOptions(options: AiCacheOptions): CheckedOptions {
  refuseUnknownOptions("open AI cache", options, OPTIONS);
  const { directory } = options;
  if (typeof directory !== "string" || directory === "") {
    throw new TypeError("Cannot open AI cache: `directory` must be a path");
  }
  const clock = options.now ?? ((): number => Date.now());
  const check = (name: string, value: number, minimum: number): number =>
    requireCount("open AI cache", name, value, minimum);
  return {
    directory,
    ttlMs: check("ttlMs", options.ttlMs ?? DEFAULT_TTL_MS, 1),
    maxBytes: check("maxBytes", options.maxBytes ?? DEFAULT_MAX_BYTES, 1),
    memoryMaxBytes: check("memoryMaxBytes", options.memoryMaxBytes ?? DEFAULT_MEMORY_MAX_BYTES, 0),
    crossProcess: options.crossProcess ?? true,
    followMaxMs: check("followMaxMs", options.followMaxMs ?? DEFAULT_FOLLOW_MAX_MS, 1),
    now: () => Math.floor(clock()),
    onWarning: options.onWarning,
  };
}
