import { setImmediate as macrotask } from "node:timers/promises";

/**
 * A world in which things happen one at a time, in an order given by `choices`; time passes only when nothing else can happen.
 */
export function createSteppedWorld(choices: readonly number[]): {
  /** Resolves when it is chosen. */
  readonly step: () => Promise<void>;
  /** Resolves when that much time has passed; rejects when `signal` aborts. */
  readonly delay: (durationMs: number, options: { readonly signal: AbortSignal }) => Promise<void>;
  /** How many delays have passed, of which length. */
  readonly passedMs: number[];
  /** How many delays are under way. */
  readonly openDelayCount: () => number;
  /** Lets things happen until `work` is done. Throws when nothing can. */
  readonly run: <T>(work: Promise<T>) => Promise<T>;
} {
  const tasks: (() => void)[] = [];
  const delays = new Set<{ readonly atMs: number; readonly durationMs: number; readonly pass: () => void }>();
  const passedMs: number[] = [];
  let nowMs = 0;
  let choiceIndex = 0;
  const choose = (count: number): number => (choices[choiceIndex++ % choices.length] ?? 0) % count;
  return {
    passedMs,
    openDelayCount: () => delays.size,
    step: () => new Promise((resolve) => tasks.push(resolve)),
    delay: (durationMs, { signal }) =>
      new Promise((resolve, reject) => {
        const entry = { atMs: nowMs + durationMs, durationMs, pass: resolve };
        delays.add(entry);
        signal.addEventListener("abort", () => {
          delays.delete(entry);
          reject(new Error("aborted"));
        });
        if (signal.aborted) delays.delete(entry);
      }),
    async run(work) {
      let isDone = false;
      const settled = work.finally(() => {
        isDone = true;
      });
      settled.catch(() => undefined);
      for (;;) {
        await macrotask();
        if (isDone) return settled;
        if (tasks.length > 0) {
          tasks.splice(choose(tasks.length), 1)[0]?.();
          continue;
        }
        const [next] = [...delays].sort((a, b) => a.atMs - b.atMs);
        if (next === undefined) throw new Error("nothing can happen any more");
        delays.delete(next);
        nowMs = next.atMs;
        passedMs.push(next.durationMs);
        next.pass();
      }
    },
  };
}
