import { setTimeout as sleep } from "node:timers/promises";
import { SPANS_VARIABLE } from "@ai-workflow/profiler";
import { EngineError } from "../errors.ts";
import type { LockOwner } from "./lock-owner.ts";
import { tryLock, type LockAttempt } from "./target-lock.ts";

/** Between two tries, in milliseconds. */
const RETRY_MS = 200;

/** Options of {@link waitForLock}. */
export interface WaitForLockOptions {
  /** Whether to wait for a run that holds the lock, rather than to refuse. */
  readonly wait: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Told once whom it waits for. */
  readonly onWait?: ((owner: LockOwner | undefined) => void) | undefined;
  /** Environment of this process: shows whether it is itself a step of the run that holds the lock. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The lock, held. */
export type HeldLock = Extract<LockAttempt, { state: "held" }>;

/**
 * Gets the lock of a state folder, one run at a time.
 *
 * @throws {EngineError} ENGINE_LOCKED – another run holds it and `wait` is false, it was not to be had before the signal, or this run is a
 * step of the one that holds it and would wait for itself
 */
export async function waitForLock(folder: string, me: LockOwner, options: WaitForLockOptions): Promise<HeldLock> {
  const { wait, signal, onWait, environment } = options;
  for (let isFirst = true; ; isFirst = false) {
    const attempt = tryLock(folder, me);
    if (attempt.state === "held") return attempt;
    const { owner } = attempt;
    if (owner !== undefined && isStepOf(owner.runId, environment)) {
      throw locked(`run ${owner.runId}, of which this one is a step, holds the lock of ${folder}`, {
        hint: "Take the steps of the inner run into the outer one, or give the inner one a --target of its own",
      });
    }
    const who =
      owner === undefined
        ? "another run"
        : `run ${owner.runId} (process ${owner.pid} on ${owner.host}, since ${owner.since})`;
    if (!wait) {
      throw locked(`${who} holds the lock of ${folder}`, {
        hint: "Try again when it has ended, or wait for it without --no-wait",
      });
    }
    if (isFirst) onWait?.(owner);
    try {
      await sleep(RETRY_MS, undefined, { signal });
    } catch {
      throw locked(`cancelled while waiting for ${who}`, { hint: "Try again when it has ended" });
    }
  }
}

/** Steps are given a variable with the path of their run's logs. */
function isStepOf(runId: string, environment: Readonly<Record<string, string | undefined>>): boolean {
  return environment[SPANS_VARIABLE]?.split(/[\\/]/).includes(runId) ?? false;
}

function locked(message: string, details: { readonly hint: string }): EngineError {
  return new EngineError("ENGINE_LOCKED", message, details);
}
