import { asksForChangedFiles } from "../incremental/changed-files-command.ts";
import type { ResolvedStepConfig } from "./config.ts";
import { parseDurationMs } from "./parse-duration.ts";
import type { Step } from "./workflow.ts";

/** Findings of a model below this confidence are left out where a step does not say otherwise. */
const DEFAULT_MIN_CONFIDENCE = 0.5;

/** Findings of one step of a model that are kept at most. */
const DEFAULT_MAX_FINDINGS = 50;

/** What steps have that do not say otherwise. */
export interface StepDefaults {
  readonly timeoutMs: number;
  readonly assumeGreen: boolean;
}

/** Fills in the defaults of one step. Pure. */
export function normaliseStep(id: string, step: ResolvedStepConfig, defaults: StepDefaults): Step {
  return {
    id,
    action: normaliseAction(step, defaults.assumeGreen),
    needs: [...new Set([...(step.needs ?? []), ...(step.uses ?? [])])],
    uses: [...new Set(step.uses)],
    trigger: {
      categories: step.when?.changed === undefined ? undefined : new Set(step.when.changed),
      paths: step.when?.paths,
      always: step.when?.always ?? false,
    },
    inputs: step.inputs,
    outputs: "outputs" in step ? (step.outputs ?? []) : [],
    writes: "writes" in step ? (step.writes ?? []) : [],
    environment: step.env ?? [],
    tools: [...new Set(step.tools)],
    directory: "directory" in step ? normaliseDirectory(step.directory) : "",
    timeoutMs: step.timeout === undefined ? defaults.timeoutMs : parseDurationMs(step.timeout),
    ...normaliseRetries(step.retries),
    stage: step.stage,
    cache: step.cache ?? true,
    expiresMs: step.expires === undefined ? undefined : parseDurationMs(step.expires),
    demand: step.demand ?? {},
    exclusive: step.exclusive,
    kinds: step.kinds === undefined ? undefined : new Set(step.kinds),
    forEach: step.for_each === undefined ? undefined : (step.units ?? "all"),
    unit: undefined,
  };
}

function normaliseAction(step: ResolvedStepConfig, assumeGreen: boolean): Step["action"] {
  if ("run" in step) {
    if (!asksForChangedFiles(step.run)) return { kind: "shell", command: step.run };
    return { kind: "shell", command: step.run, changedFiles: assumeGreen ? "since-base" : "unproved" };
  }
  if ("script" in step) return { kind: "script", script: step.script, args: step.args ?? [] };
  if ("module" in step) {
    const asks = step.asks === undefined ? {} : { asks: [...new Set(step.asks)] };
    const own = { kind: "module", module: step.module, with: step.with ?? {}, ...asks } as const;
    if (!("builtin" in step)) return own;
    const { id, version, isIncremental, ...is } = step.builtin;
    const changedFiles = isIncremental ? (assumeGreen ? "since-base" : "unproved") : undefined;
    // What it is not counts for nothing, in a fingerprint either.
    const traits = Object.fromEntries(Object.entries(is).filter(([, holds]) => holds));
    return { ...own, builtin: { id, version, ...traits }, changedFiles };
  }
  const { ai } = step;
  return {
    kind: "ai",
    prompt: ai.prompt,
    persona: ai.persona,
    files: ai.files ?? "changed",
    failOn: ai.fail_on,
    minConfidence: ai.min_confidence ?? DEFAULT_MIN_CONFIDENCE,
    maxFindings: ai.max_findings ?? DEFAULT_MAX_FINDINGS,
    variables: ai.variables ?? {},
  };
}

function normaliseRetries(
  retries: ResolvedStepConfig["retries"],
): Pick<Step, "retries" | "retryOnExitCodes" | "retryDelayMs"> {
  const { attempts, on_exit_codes: codes, delay } = typeof retries === "object" ? retries : { attempts: retries ?? 0 };
  return {
    retries: attempts,
    retryOnExitCodes: codes,
    retryDelayMs: delay === undefined ? undefined : parseDurationMs(delay),
  };
}

function normaliseDirectory(directory: string | undefined): string {
  return directory === undefined || directory === "." ? "" : directory.replace(/\/+$/, "");
}
