import type { ResolvedConfig } from "./config.ts";
import { leavesTarget } from "./leaves-target.ts";
import { parseDurationMs } from "./parse-duration.ts";
import type { SemanticProblem } from "./semantic-problem.ts";
import type { AiSettings } from "./workflow.ts";

/** Tokens of one request to a model at most: also models that take more read such a request with more care. */
const DEFAULT_MAX_INPUT_TOKENS = 32_000;

const DEFAULT_AI_TIMEOUT_MS = 120_000;
const DEFAULT_AI_CACHE_TTL_HOURS = 24;
const DEFAULT_AI_CACHE_MB = 100;
const DEFAULT_PROMPTS_FOLDER = ".ai-prompts";

/** Fills in the defaults of `ai` and `optimizations.ai_cache`. Pure. */
export function normaliseAi({ ai = {}, optimizations }: ResolvedConfig): AiSettings {
  const { budget = {} } = ai;
  const cache = optimizations?.ai_cache ?? {};
  return {
    provider: ai.provider ?? "none",
    model: ai.model,
    baseUrl: ai.base_url,
    apiKeyVariable: ai.api_key_env,
    command: ai.command,
    envelope: ai.envelope ?? "ai-workflow",
    maxOutputTokens: ai.max_tokens,
    maxInputTokens: ai.max_input_tokens ?? DEFAULT_MAX_INPUT_TOKENS,
    batchSize: ai.batch_size ?? 1,
    timeoutMs: ai.timeout === undefined ? DEFAULT_AI_TIMEOUT_MS : parseDurationMs(ai.timeout),
    parameters: ai.parameters ?? {},
    prompts: ai.prompts ?? DEFAULT_PROMPTS_FOLDER,
    exclude: ai.exclude ?? [],
    allowForks: ai.allow_forks ?? false,
    prices: ai.prices,
    budget: {
      maxCalls: budget.max_calls,
      maxInputTokens: budget.max_input_tokens,
      maxOutputTokens: budget.max_output_tokens,
      maxCostUsd: budget.max_cost_usd,
      maxMinutes: budget.max_minutes,
    },
    cache: {
      enabled: cache.enabled ?? true,
      ttlMs: Math.max(1, Math.round((cache.ttl_hours ?? DEFAULT_AI_CACHE_TTL_HOURS) * 3_600_000)),
      maxBytes: Math.max(1, Math.round((cache.max_size_mb ?? DEFAULT_AI_CACHE_MB) * 2 ** 20)),
    },
  };
}

/** What the schema cannot say of `ai`: keys that need each other, paths that stay inside. */
export function aiProblems({ ai }: ResolvedConfig): readonly SemanticProblem[] {
  const problems: SemanticProblem[] = [];
  const wrong = (key: string, message: string): void => {
    problems.push({ path: ["ai", key], atKey: false, message });
  };
  for (const key of ["prompts", "prices"] as const) {
    const file = ai?.[key];
    if (file !== undefined && leavesTarget(file)) wrong(key, `"${file}" is outside the target directory`);
  }
  if (ai?.provider === "exec" && ai.command === undefined)
    wrong("provider", "`exec` needs `ai.command`, the program to ask");
  for (const key of ["command", "envelope"] as const) {
    if (ai?.[key] !== undefined && ai.provider !== "exec")
      wrong(key, `\`ai.${key}\` has no effect without \`provider: exec\``);
  }
  if (ai?.budget?.max_cost_usd !== undefined && ai.prices === undefined) {
    wrong("budget", "`max_cost_usd` needs `ai.prices`, the file that says what models cost");
  }
  return problems;
}
