import { join } from "node:path";
import { comparePairs, type Comparison } from "../comparing/compare-pairs.ts";
import { createGate, type GateOptions, type GateState } from "../comparing/create-gate.ts";
import type { Command, RunFailure, Runner } from "./command.ts";
import { runBenchmark, type Arm, type BenchmarkFailure, type MeasuredPair } from "./run-benchmark.ts";
import { runCommand } from "./run-command.ts";

/** A checkout of one revision in a folder of its own. */
export interface Worktree {
  readonly directory: string;
  /** The commit that is checked out there. */
  readonly commit: string;
}

/** Makes and removes checkouts; {@link createGitWorktrees} does so with git. */
export interface Worktrees {
  /** Removes what processes that are gone have left behind. */
  removeAbandoned(): Promise<void>;
  /** Checks a revision out. Rejects when there is no such revision, leaving nothing behind. */
  add(revision: string, options: { readonly signal?: AbortSignal | undefined }): Promise<Worktree>;
  /** Removes a checkout with all that was made in it. Called after an abort too. */
  remove(worktree: Worktree): Promise<void>;
}

/** What ended a measurement early. */
export type RevisionFailure =
  | BenchmarkFailure
  | (RunFailure & { readonly arm: Arm; readonly phase: "prepare"; readonly number: number })
  | { readonly arm: Arm; readonly phase: "checkout"; readonly message: string; readonly cause: unknown };

/** What {@link measureRevisions} gives. */
export interface RevisionsResult {
  /** What the gate decided, or why it could not. */
  readonly status: "ok" | "regression" | "inconclusive" | "failed" | "aborted";
  readonly gate: GateState;
  /** All measures of the pairs up to the decision, for the report; the gate alone decides. */
  readonly comparison: Comparison;
  readonly pairs: readonly MeasuredPair[];
  /** The commits measured; absent where none was checked out. */
  readonly commits: Readonly<Partial<Record<Arm, string>>>;
  /** When `failed` or `aborted`. */
  readonly failure?: RevisionFailure | undefined;
  /** Checkouts that could not be removed, with the reason. */
  readonly notRemoved: readonly { readonly directory: string; readonly cause: unknown }[];
}

/** Options of {@link measureRevisions}. */
export interface RevisionsOptions {
  /** Revision to compare with. */
  readonly baseline: string;
  /** Revision that may have become slower. */
  readonly compare: string;
  /** What is measured; `cwd` is taken within each checkout. */
  readonly command: Command;
  /**
   * Run first in each checkout, in this order, not measured: installing, building.
   * @defaultValue none
   */
  readonly prepare?: readonly Command[] | undefined;
  readonly worktrees: Worktrees;
  /** Threshold, error rates, measure and highest number of pairs. */
  readonly gate?: GateOptions | undefined;
  /**
   * Runs of each revision before the first pair, not counted.
   * @defaultValue 1
   */
  readonly warmUps?: number | undefined;
  /**
   * Longest time for one run, in milliseconds, also of `prepare`.
   * @defaultValue none
   */
  readonly timeoutMs?: number | undefined;
  /** Ends what is going on; the checkouts are removed all the same. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each pair with where the gate stands. */
  readonly onPair?: ((pair: MeasuredPair, state: GateState) => void) | undefined;
  /**
   * Runs a command once and measures it.
   * @defaultValue {@link runCommand}
   */
  readonly run?: Runner | undefined;
}

/**
 * Whether one revision is slower than another: both are checked out side by side and prepared, then measured in pairs until the gate
 * decides. The checkouts are removed whatever happens; what a killed process could not remove goes at the next call. Never
 * rejects for what a command or git does.
 *
 * @throws RangeError when an option is out of range, before anything is checked out.
 */
export async function measureRevisions(options: RevisionsOptions): Promise<RevisionsResult> {
  const { worktrees, command, prepare = [], warmUps, timeoutMs, signal, onPair, run = runCommand } = options;
  const gate = createGate(options.gate);
  const made: Partial<Record<Arm, Worktree>> = {};
  const pairs: MeasuredPair[] = [];
  const notRemoved: { directory: string; cause: unknown }[] = [];

  async function measure(): Promise<Pick<RevisionsResult, "status" | "failure">> {
    for (const arm of ["baseline", "compare"] as const) {
      try {
        if (arm === "baseline") await worktrees.removeAbandoned();
        signal?.throwIfAborted();
        made[arm] = await worktrees.add(options[arm], { signal });
      } catch (error) {
        const message = `Cannot check out ${JSON.stringify(options[arm])}: ${error instanceof Error ? error.message : String(error)}`;
        const failure = { arm, phase: "checkout", message, cause: error } as const;
        return { status: signal?.aborted === true ? "aborted" : "failed", failure };
      }
    }
    const within = (one: Command, arm: Arm): Command => ({ ...one, cwd: join(made[arm]!.directory, one.cwd ?? ".") });
    for (const arm of ["baseline", "compare"] as const) {
      for (const [place, one] of prepare.entries()) {
        const outcome = await run(within(one, arm), { timeoutMs, signal });
        if (outcome.status === "passed") continue;
        const { reason, exitCode, message, errorTail } = outcome;
        const failure = { arm, phase: "prepare", number: place + 1, reason, exitCode, message, errorTail } as const;
        return { status: reason === "aborted" ? "aborted" : "failed", failure };
      }
    }
    const benchmark = await runBenchmark({
      baseline: within(command, "baseline"),
      compare: within(command, "compare"),
      pairs: gate.looks.at(-1)!,
      warmUps,
      timeoutMs,
      signal,
      run,
      onPair(pair) {
        pairs.push(pair);
        const state = gate.add(pair);
        onPair?.(pair, state);
        return state.decision === "continue" ? "continue" : "stop";
      },
    });
    const { failure } = benchmark;
    if (failure !== undefined) return { status: failure.reason === "aborted" ? "aborted" : "failed", failure };
    const { decision } = gate.state;
    return { status: decision === "continue" ? "inconclusive" : decision };
  }

  let ended: Pick<RevisionsResult, "status" | "failure">;
  try {
    ended = await measure();
  } finally {
    for (const worktree of Object.values(made)) {
      try {
        await worktrees.remove(worktree);
      } catch (cause) {
        notRemoved.push({ directory: worktree.directory, cause });
      }
    }
  }
  return {
    ...ended,
    gate: gate.state,
    comparison: comparePairs(pairs, { thresholdPercent: options.gate?.thresholdPercent }),
    pairs,
    commits: Object.fromEntries(Object.entries(made).map(([arm, { commit }]) => [arm, commit])),
    notRemoved,
  };
}
