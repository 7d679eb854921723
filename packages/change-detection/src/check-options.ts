import type { DetectOptions } from "./change.ts";

const ENGINES: readonly unknown[] = [undefined, "auto", "native", "isomorphic"];

/** Is it a path that something can lie below? With another one nothing would be left out, and nobody told. */
const isPrefix = (path: unknown): boolean => typeof path === "string" && !/^(?:\/|\.\.(?:\/|$)|\.?\/*$)|\0/.test(path);

/** Refuses options that cannot be meant. */
export function checkOptions(action: string, options: DetectOptions): void {
  const { directory, base, head, mode, engine, exclude, timeoutMs } = options;
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
  if (exclude !== undefined && !(Array.isArray(exclude) && exclude.every(isPrefix))) {
    throw new TypeError(
      `Cannot ${action}: \`exclude\` must be a list of paths below the directory, got ${JSON.stringify(exclude)}`,
    );
  }
  if (timeoutMs !== undefined && !(typeof timeoutMs === "number" && timeoutMs > 0 && timeoutMs <= 2 ** 31 - 1)) {
    throw new RangeError(
      `Cannot ${action}: \`timeoutMs\` must be a positive number up to 2147483647, got ${typeof timeoutMs === "number" ? timeoutMs : JSON.stringify(timeoutMs)}`,
    );
  }
}
