import { EngineError } from "../errors.ts";
import type { Workflow } from "../config/workflow.ts";
import { asksModel } from "./asks-model.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const MS_PER_HOUR = 3_600_000;

/** Variables of steps that ask a model whose value is a count. Their upper limits are the client's, which is not loaded for this. */
const COUNTS = ["AI_MAX_TOKENS", "AI_BATCH_SIZE"] as const;

/**
 * Refuses variables of steps that ask a model before anything runs, also where the step is not due this time: a value that is no number would
 * be found only when it is needed. Does nothing for a workflow without such steps. Pure.
 *
 * @throws {EngineError} ENGINE_ENVIRONMENT_INVALID
 */
export function checkAiVariables(workflow: Pick<Workflow, "steps">, environment: Environment): void {
  // Nearly no run has one of them, and a workflow may have many steps.
  if (["AI_CACHE_TTL_HOURS", ...COUNTS].every((name) => environment[name] === undefined)) return;
  if (![...workflow.steps.values()].some(asksModel)) return;
  readCacheTtlMs(environment);
  for (const name of COUNTS) {
    const text = textOf(environment, name);
    if (text === undefined || (/^\d{1,15}$/.test(text) && Number(text) >= 1)) continue;
    throw invalid(
      name,
      "a whole number of at least 1",
      text,
      "Correct it, or unset it for what the configuration says",
    );
  }
}

/**
 * For how long answers are kept by `AI_CACHE_TTL_HOURS`, in milliseconds; `undefined` where it is not set or empty. Pure.
 *
 * @throws {EngineError} ENGINE_ENVIRONMENT_INVALID – it is no number above 0
 */
export function readCacheTtlMs(environment: Environment): number | undefined {
  const text = textOf(environment, "AI_CACHE_TTL_HOURS");
  if (text === undefined) return undefined;
  const ttlMs = Math.round(Number(text) * MS_PER_HOUR);
  if (Number.isSafeInteger(ttlMs) && ttlMs >= 1) return ttlMs;
  throw invalid("AI_CACHE_TTL_HOURS", "a number above 0", text, "Give hours, such as 24, or unset it");
}

function textOf(environment: Environment, name: string): string | undefined {
  return environment[name]?.trim() || undefined;
}

function invalid(name: string, wanted: string, text: string, hint: string): EngineError {
  return new EngineError("ENGINE_ENVIRONMENT_INVALID", `${name} must be ${wanted}, got "${text.slice(0, 40)}"`, {
    hint,
  });
}
