import type { DetectOptions } from "./change.ts";

const ENGINES: readonly unknown[] = [undefined, "auto", "native", "isomorphic"];

/** Refuses options that cannot be meant. */
export function checkOptions(action: string, options: DetectOptions): void {
  const { directory, base, head, mode, engine, timeoutMs } = options;
  if (typeof directory !== "string" || directory === "" || directory.includes("\0")) {
    throw new TypeError(`Cannot ${action}: \`directory\` must be a path, got ${JSON.stringify(directory)}`);
  }
  for (const [name, value] of [
    ["base", base],
    ["head", head],
  ] as const) {
    if (value !== undefined && (typeof value !== "string" || value === "" || value.includes("\0"))) {
      throw new TypeError(`Cannot ${action}: \`${name}\` must be a revision, got ${JSON.stringify(value)}`);
    }
  }
  if (mode !== undefined && mode !== "merge-base" && mode !== "exact") {
    throw new RangeError(`Cannot ${action}: \`mode\` must be "merge-base" or "exact", got ${JSON.stringify(mode)}`);
  }
  if (!ENGINES.includes(engine)) {
    throw new RangeError(
      `Cannot ${action}: \`engine\` must be "auto", "native" or "isomorphic", got ${JSON.stringify(engine)}`,
    );
  }
  if (timeoutMs !== undefined && !(timeoutMs > 0 && timeoutMs <= 2 ** 31 - 1)) {
    throw new RangeError(
      `Cannot ${action}: \`timeoutMs\` must be a positive number up to 2147483647, got ${timeoutMs}`,
    );
  }
}
