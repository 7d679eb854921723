import { show } from "../check-task.ts";

/** How long and in which way a shorter plan than that of list scheduling is looked for. */
export interface SearchOptions {
  /**
   * Schedules that may be generated, that of list scheduling included: with 0 or 1 the plan is that of list scheduling. More never give a longer
   * plan. Infinity only together with `timeLimitMs`.
   *
   * @defaultValue by the size of the graph: 128 for up to about 20 tasks, 256 for 23, some thousands for 30 to 150, 1 for more than some thousand; unlimited with `timeLimitMs`
   */
  readonly generations?: number | undefined;
  /**
   * Where the random choices of the search start: a whole number. Equal seeds and budgets give equal plans.
   *
   * @defaultValue 1
   */
  readonly seed?: number | undefined;
  /**
   * Ends the search after so many milliseconds. How far it comes then depends on the machine, so the plan says `reproducible: false`.
   *
   * @defaultValue none
   */
  readonly timeLimitMs?: number | undefined;
  /**
   * Ids in an order to begin with beside that of list scheduling, such as the starts of an earlier plan of which some tasks have run: a plan that is
   * made again then begins where the last one was. Ids that are not tasks are passed over, tasks that are not named come last.
   *
   * @defaultValue none
   */
  readonly order?: Iterable<string> | undefined;
  /**
   * The clock of `timeLimitMs`, in milliseconds.
   *
   * @defaultValue `performance.now()`
   */
  readonly now?: (() => number) | undefined;
}

/** Search options that have been checked. */
export interface SearchSettings {
  /** Undefined: by the size of the graph. */
  readonly generations: number | undefined;
  readonly seed: number;
  readonly timeLimitMs: number | undefined;
  readonly order: readonly string[] | undefined;
  readonly now: () => number;
}

const DEFAULT_SEED = 1;

/**
 * Checks the search options a caller gave.
 *
 * @throws {TypeError | RangeError} when one is not what it must be.
 */
export function readSearch(options: SearchOptions | undefined, action: string): SearchSettings {
  if (options !== undefined && (typeof options !== "object" || options === null)) {
    throw new TypeError(`Cannot ${action}: \`search\` must be an object, got ${show(options)}`);
  }
  const { generations, seed = DEFAULT_SEED, timeLimitMs, order, now } = options ?? {};
  if (timeLimitMs !== undefined && !(typeof timeLimitMs === "number" && timeLimitMs >= 0 && timeLimitMs < Infinity)) {
    throw new RangeError(
      `Cannot ${action}: \`search.timeLimitMs\` must be a finite number that is not negative, got ${show(timeLimitMs)}`,
    );
  }
  const isUnlimited = generations === Infinity && timeLimitMs !== undefined;
  if (generations !== undefined && !isUnlimited && !(Number.isInteger(generations) && generations >= 0)) {
    throw new RangeError(
      `Cannot ${action}: \`search.generations\` must be a whole number that is not negative, or Infinity with a time limit, got ${show(generations)}`,
    );
  }
  if (!Number.isSafeInteger(seed)) {
    throw new RangeError(`Cannot ${action}: \`search.seed\` must be a whole number, got ${show(seed)}`);
  }
  if (now !== undefined && typeof now !== "function") {
    throw new TypeError(`Cannot ${action}: \`search.now\` must be a function, got ${show(now)}`);
  }
  return {
    generations: generations ?? (timeLimitMs === undefined ? undefined : Infinity),
    seed,
    timeLimitMs,
    order: order === undefined ? undefined : readOrder(order, action),
    now: now ?? (() => performance.now()),
  };
}

function readOrder(order: Iterable<unknown>, action: string): readonly string[] {
  if (typeof order !== "object" || order === null || !(Symbol.iterator in order)) {
    throw new TypeError(`Cannot ${action}: \`search.order\` must be an iterable of ids, got ${show(order)}`);
  }
  return Array.from(order, (id) => {
    if (typeof id === "string") return id;
    throw new TypeError(`Cannot ${action}: \`search.order\` must have ids, got ${show(id)}`);
  });
}
