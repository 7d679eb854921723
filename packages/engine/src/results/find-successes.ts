import type { Step } from "../config/workflow.ts";
import type { OutputStore } from "../outputs/output-store.ts";
import type { StepPrints } from "../selection/fingerprint.ts";
import { isKept } from "../selection/is-kept.ts";
import type { ResultStore } from "./result-store.ts";
import type { StoredSuccess } from "./stored-success.ts";

/** Stored successes by step, as selection takes them. */
export interface FoundSuccesses {
  /** With the same fingerprint. */
  readonly replayable: ReadonlyMap<string, StoredSuccess>;
  /** On the same relevant inputs. */
  readonly proofs: ReadonlyMap<string, StoredSuccess>;
  /** Like either, but what the step left is no longer stored. */
  readonly withoutOutputs: ReadonlyMap<string, StoredSuccess>;
  /** Steps with `outputs` that are stored with their success among `replayable` or `proofs`. */
  readonly restorable: ReadonlySet<string>;
  /** Of steps that are not kept: with the same fingerprint, in the run that this one goes on with. */
  readonly resumed: ReadonlyMap<string, StoredSuccess>;
  /** With the same fingerprint, and older than the step allows. */
  readonly expired: ReadonlyMap<string, StoredSuccess>;
  /** Like `replayable` or `proofs`, but it took longer than the step may take now. */
  readonly tooSlow: ReadonlyMap<string, StoredSuccess>;
}

/** A run that is gone on with. */
export interface EarlierRun {
  readonly ended: "killed" | "waiting";
  readonly passed: ReadonlyMap<string, StoredSuccess>;
}

/** Where successes are looked for. */
export interface FindSuccessesOptions {
  readonly store: Pick<ResultStore, "find">;
  /** Tells whether what a step left is stored. */
  readonly outputs: Pick<OutputStore, "canRestore">;
  /** Wall clock in milliseconds since 1970: successes may expire. */
  readonly nowMs: number;
  /** Steps that passed in a run that was killed, or that waits for a person, to go on with. @defaultValue none */
  readonly earlier?: EarlierRun | undefined;
  /** Stores a success of a run that was killed before it could. @defaultValue it is not stored */
  readonly keepEarlier?: ((success: StoredSuccess) => void) | undefined;
}

/** Finds what is stored of steps with these fingerprints, and what passed in the run that this one goes on with. */
export function findSuccesses(
  steps: Iterable<Step>,
  prints: ReadonlyMap<string, StepPrints>,
  options: FindSuccessesOptions,
): FoundSuccesses {
  const finds: Finds = {
    replayable: new Map(),
    proofs: new Map(),
    withoutOutputs: new Map(),
    restorable: new Set(),
    resumed: new Map(),
    expired: new Map(),
    tooSlow: new Map(),
  };
  for (const step of steps) {
    const print = prints.get(step.id);
    if (print === undefined || print.namesNothing) continue;
    if (isKept(step)) findStored(step, print, options, finds);
    resume(step, print, options, finds);
  }
  return finds;
}

/** The same, where what some steps left turned out to be gone. Pure. */
export function withoutOutputsOf(stored: FoundSuccesses, stepIds: ReadonlySet<string>): FoundSuccesses {
  const keep = <Value>(map: ReadonlyMap<string, Value>): Map<string, Value> =>
    new Map([...map].filter(([id]) => !stepIds.has(id)));
  const gone = [...stored.proofs, ...stored.replayable].filter(([id]) => stepIds.has(id));
  return {
    replayable: keep(stored.replayable),
    proofs: keep(stored.proofs),
    withoutOutputs: new Map([...stored.withoutOutputs, ...gone]),
    restorable: new Set([...stored.restorable].filter((id) => !stepIds.has(id))),
    resumed: keep(stored.resumed),
    expired: stored.expired,
    tooSlow: stored.tooSlow,
  };
}

/** What is being found. */
type Finds = {
  readonly [Kind in keyof FoundSuccesses]: Kind extends "restorable" ? Set<string> : Map<string, StoredSuccess>;
};

function findStored(
  step: Step,
  print: StepPrints,
  { store, outputs, nowMs }: FindSuccessesOptions,
  { replayable, proofs, withoutOutputs, restorable, expired, tooSlow }: Finds,
): void {
  const take = (success: StoredSuccess, kind: Map<string, StoredSuccess>): void => {
    if (isTooSlow(step, success)) {
      tooSlow.set(step.id, success);
      return;
    }
    const leaves = step.outputs.length > 0;
    const isWhole = leaves && outputs.canRestore(success.outputs);
    if (isWhole) restorable.add(step.id);
    (isWhole || !leaves ? kind : withoutOutputs).set(step.id, success);
  };
  const success = store.find(print.fingerprint);
  if (success !== undefined) {
    if (isExpired(step, success, nowMs)) expired.set(step.id, success);
    else take(success, replayable);
    return;
  }
  const relevant = print.relevantFingerprint();
  const proof = relevant === undefined ? undefined : store.find(relevant);
  if (proof !== undefined && !isExpired(step, proof, nowMs)) take(proof, proofs);
}

/**
 * What had passed in a run that was killed, and would pass again: its fingerprint is the same, so its inputs are still what they were when
 * that run began. What it left is not looked at; a step with `outputs` runs again unless they were stored in time.
 */
function resume(
  step: Step,
  print: StepPrints,
  { earlier, keepEarlier, nowMs }: FindSuccessesOptions,
  { replayable, withoutOutputs, resumed, expired, tooSlow }: Finds,
): void {
  const success = earlier?.passed.get(step.id);
  if (success === undefined || step.outputs.length > 0 || success.fingerprint !== print.fingerprint) return;
  if (replayable.has(step.id) || withoutOutputs.has(step.id)) return;
  // Nor does it count longer, or for more, because a run was cut off.
  if (isExpired(step, success, nowMs)) {
    expired.set(step.id, success);
    return;
  }
  if (isTooSlow(step, success)) {
    tooSlow.set(step.id, success);
    return;
  }
  const whole = { ...success, relevantFingerprint: print.relevantFingerprint() };
  if (!isKept(step)) {
    resumed.set(step.id, whole);
    return;
  }
  keepEarlier?.(whole);
  replayable.set(step.id, whole);
}

/** A success of which nobody can tell the age is old. */
function isExpired({ expiresMs }: Step, { at }: StoredSuccess, nowMs: number): boolean {
  return expiresMs !== undefined && !(nowMs - Date.parse(at) <= expiresMs);
}

/** The limit is no part of the fingerprint: another one changes what a success is worth only where the step would have run into it. */
export function isTooSlow(
  { timeoutMs }: Pick<Step, "timeoutMs">,
  { durationMs }: Pick<StoredSuccess, "durationMs">,
): boolean {
  return durationMs > timeoutMs;
}
