import { createGraph, SchedulerError } from "@ai-workflow/scheduler";
import type { AlertChannelConfig, AlertRuleConfig, Config, ShellStepConfig, StepConfig } from "./config.ts";
import { asksForChangedFiles, changedFilesProblem } from "../incremental/changed-files-command.ts";
import type { DocumentPath } from "./locate.ts";
import { normaliseStages } from "./normalise-stages.ts";
import { normaliseRetention } from "./normalise-retention.ts";
import { parseDurationMs } from "./parse-duration.ts";
import { kindProblems } from "./project-kind.ts";
import type { SemanticProblem } from "./semantic-problem.ts";
import { suggest } from "./suggest.ts";
import { findCycleThroughUnits, unitProblems } from "./unit-problems.ts";
import type { AiSettings, AlertSettings, Step, Workflow } from "./workflow.ts";

/** Time limit of a step that names none, in minutes. */
export const DEFAULT_STEP_TIMEOUT_MINUTES = 30;

/** Findings of a model below this confidence are left out where a step does not say otherwise. */
const DEFAULT_MIN_CONFIDENCE = 0.5;

/** Findings of one step of a model that are kept at most. */
const DEFAULT_MAX_FINDINGS = 50;

/** Tokens of one request to a model at most: also models that take more read such a request with more care. */
const DEFAULT_MAX_INPUT_TOKENS = 32_000;

/** Good runs until a degradation is over: with fewer, durations that scatter by a tenth end it and begin it again. */
const DEFAULT_DEGRADATION_RESOLVE_AFTER = 5;

const DEFAULT_AI_TIMEOUT_MS = 120_000;
const DEFAULT_AI_CACHE_TTL_HOURS = 24;
const DEFAULT_AI_CACHE_MB = 100;
const DEFAULT_PROMPTS_FOLDER = ".ai-prompts";

/** Values in `with` at most, aliases written out: it becomes text for the fingerprint, and a few aliases can stand for billions. */
const MAX_WITH_VALUES = 100_000;

/**
 * Fills in every default and checks what no schema can say: names refer to something, needs form no circle, patterns compile.
 * Pure.
 *
 * @param config - a validated configuration
 * @param defaultName - project name where the file gives none
 */
export function normalise(
  config: Config,
  defaultName: string,
): { readonly workflow: Workflow; readonly problems: readonly SemanticProblem[] } {
  const problems: SemanticProblem[] = [];
  const stepIds = new Set(Object.keys(config.steps));
  const stageIds = new Set((config.stages ?? []).map((stage) => stage.id));
  const performance = config.optimizations?.performance;
  const defaults: StepDefaults = {
    timeoutMs: (performance?.step_timeout_minutes ?? DEFAULT_STEP_TIMEOUT_MINUTES) * 60_000,
    assumeGreen: config.base?.assume_green ?? false,
  };

  const checkStepName = (name: string, path: DocumentPath): void => {
    if (stepIds.has(name)) return;
    problems.push({ path, atKey: false, message: `unknown step "${name}"${didYouMean(name, stepIds)}` });
  };

  const steps = new Map<string, Step>();
  for (const [id, step] of Object.entries(config.steps)) {
    for (const key of ["needs", "uses"] as const) {
      for (const [index, name] of (step[key] ?? []).entries()) {
        checkStepName(name.replace("^", ""), ["steps", id, key, index]);
      }
    }
    if ("module" in step && leavesTarget(step.module)) {
      problems.push({
        path: ["steps", id, "module"],
        atKey: false,
        message: `"${step.module}" is outside the target directory`,
      });
    }
    if (step.stage !== undefined && !stageIds.has(step.stage)) {
      const known = stageIds.size === 0 ? "; no `stages` are defined" : didYouMean(step.stage, stageIds);
      problems.push({ path: ["steps", id, "stage"], atKey: false, message: `unknown stage "${step.stage}"${known}` });
    }
    if ("directory" in step && step.directory !== undefined && leavesTarget(step.directory)) {
      problems.push({
        path: ["steps", id, "directory"],
        atKey: false,
        message: `"${step.directory}" is outside the target directory`,
      });
    }
    if ("run" in step) problems.push(...changedFilesProblems(id, step));
    if (
      typeof step.retries === "object" &&
      step.retries.on_exit_codes !== undefined &&
      !("run" in step || "script" in step)
    ) {
      const message = "`on_exit_codes` has no effect: only a command or a script has exit codes";
      problems.push({ path: ["steps", id, "retries", "on_exit_codes"], atKey: true, message });
    }
    if ("with" in step && valueCountExceeds(step.with, MAX_WITH_VALUES)) {
      problems.push({
        path: ["steps", id, "with"],
        atKey: true,
        message: `\`steps.${id}.with\` holds itself or, with its aliases written out, more than ${MAX_WITH_VALUES} values`,
      });
    }
    steps.set(id, normaliseStep(id, step, defaults));
  }
  problems.push(...unitProblems(config));
  const cycle = problems.length === 0 ? (findCycle(steps) ?? findCycleThroughUnits(steps)) : undefined;
  if (cycle !== undefined) {
    const [first = ""] = cycle;
    problems.push({
      path: ["steps", first, "needs"],
      atKey: true,
      message: `steps need each other in a circle: ${cycle.join(" -> ")}`,
    });
  }

  const { stages, problems: stageProblems } = normaliseStages(config.stages ?? [], steps);
  problems.push(...stageProblems);
  for (const [index, id] of (config.skip_on_doc_only ?? []).entries()) checkStepName(id, ["skip_on_doc_only", index]);
  problems.push(...kindProblems(config));
  problems.push(...aiProblems(config));
  for (const [index, rule] of (config.alerts?.rules ?? []).entries()) {
    if (typeof rule.scope !== "object") continue;
    for (const [place, id] of rule.scope.entries()) checkStepName(id, ["alerts", "rules", index, "scope", place]);
  }
  problems.push(...alertProblems(config));
  problems.push(...backwardNeeds(config, steps, [...stageIds]));

  const skipRules: { readonly pattern: RegExp; readonly steps: ReadonlySet<string> }[] = [];
  for (const [index, rule] of (config.optimizations?.skip_rules ?? []).entries()) {
    const path = ["optimizations", "skip_rules", index];
    for (const [position, id] of rule.steps.entries()) checkStepName(id, [...path, "steps", position]);
    try {
      skipRules.push({ pattern: new RegExp(rule.pattern, "u"), steps: new Set(rule.steps) });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      problems.push({ path: [...path, "pattern"], atKey: false, message: why });
    }
  }

  const workflow: Workflow = {
    name: config.project?.name ?? defaultName,
    kind: config.project?.kind ?? "generic",
    steps,
    stages,
    base: { ref: config.base?.ref, assumeGreen: config.base?.assume_green ?? false },
    optimizations: {
      smartExecution: config.optimizations?.smart_execution ?? true,
      parallelExecution: config.optimizations?.parallel_execution ?? true,
      multiStage: config.optimizations?.multi_stage ?? true,
      mlOptimize: config.optimizations?.ml_optimize ?? true,
    },
    objective: config.optimizations?.objective ?? "makespan",
    speculation: config.optimizations?.speculation ?? false,
    shadowRate: config.optimizations?.shadow_rate ?? 0,
    ai: normaliseAi(config),
    alerts: normaliseAlerts(config),
    maxParallelJobs: performance?.max_parallel_jobs,
    maxMemoryMb: performance?.max_memory_mb,
    skipRules,
    skipOnDocOnly: new Set(config.skip_on_doc_only),
    keepRunning: new Set(config.keep_running),
    retention: normaliseRetention(config.retention),
    categoryRules: (config.categories ?? []).map(({ category, paths }) => ({
      category,
      globs: paths,
      name: `categories: ${paths.join(" ")}`,
    })),
    units: config.units ?? [],
  };
  return { workflow, problems };
}

/** What steps have that do not say otherwise. */
interface StepDefaults {
  readonly timeoutMs: number;
  readonly assumeGreen: boolean;
}

function normaliseStep(id: string, step: StepConfig, defaults: StepDefaults): Step {
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

function normaliseAction(step: StepConfig, assumeGreen: boolean): Step["action"] {
  if ("run" in step) {
    if (!asksForChangedFiles(step.run)) return { kind: "shell", command: step.run };
    return { kind: "shell", command: step.run, changedFiles: assumeGreen ? "since-base" : "unproved" };
  }
  if ("script" in step) return { kind: "script", script: step.script, args: step.args ?? [] };
  if ("module" in step) return { kind: "module", module: step.module, with: step.with ?? {} };
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

function normaliseRetries(retries: StepConfig["retries"]): Pick<Step, "retries" | "retryOnExitCodes" | "retryDelayMs"> {
  const { attempts, on_exit_codes: codes, delay } = typeof retries === "object" ? retries : { attempts: retries ?? 0 };
  return {
    retries: attempts,
    retryOnExitCodes: codes,
    retryDelayMs: delay === undefined ? undefined : parseDurationMs(delay),
  };
}

/** What the schema cannot say of a command that is given only some of its files. */
function changedFilesProblems(id: string, { run, outputs }: ShellStepConfig): readonly SemanticProblem[] {
  if (!asksForChangedFiles(run)) return [];
  const message = changedFilesProblem(run);
  const problems: SemanticProblem[] = [];
  if (message !== undefined) problems.push({ path: ["steps", id, "run"], atKey: false, message });
  if (outputs !== undefined) {
    const what =
      "a step that is given only the changed files cannot have `outputs`: they would be those of these files";
    problems.push({ path: ["steps", id, "outputs"], atKey: true, message: what });
  }
  return problems;
}

function normaliseAi({ ai = {}, optimizations }: Config): AiSettings {
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
function aiProblems({ ai }: Config): readonly SemanticProblem[] {
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

function normaliseAlerts({ alerts }: Config): AlertSettings | undefined {
  if (alerts === undefined) return undefined;
  return {
    rules: alerts.rules.map((rule) => normaliseAlertRule(rule)),
    channels: (alerts.channels ?? []).map((channel) => normaliseChannel(channel)),
    fail: alerts.fail ?? false,
  };
}

function normaliseAlertRule(rule: AlertRuleConfig): AlertSettings["rules"][number] {
  const { id, scope, cooldown_minutes: minutes } = rule;
  const common = {
    id,
    scope: typeof scope === "object" ? { steps: scope } : scope,
    cooldownMs: minutes === undefined ? undefined : minutes * 60_000,
    resolveAfterCount: rule.resolve_after,
  };
  if (rule.kind === "slow-run") return { ...common, kind: rule.kind, thresholdMs: rule.threshold_seconds * 1000 };
  const { window, threshold_percent: percent } = rule;
  const thresholdShare = percent === undefined ? undefined : percent / 100;
  const resolveAfterCount = rule.resolve_after ?? DEFAULT_DEGRADATION_RESOLVE_AFTER;
  return { ...common, kind: rule.kind, windowCount: window, thresholdShare, resolveAfterCount };
}

function normaliseChannel(channel: AlertChannelConfig): AlertSettings["channels"][number] {
  const { name } = channel;
  switch (channel.type) {
    case "slack":
    case "teams":
    case "discord":
      return { type: channel.type, name, urlVariable: channel.url_env };
    case "webhook":
      return { type: channel.type, name, urlVariable: channel.url_env, secretVariable: channel.secret_env };
    case "email": {
      const { host, port, tls, from, to, user_env: userVariable, password_env: passwordVariable } = channel;
      return { type: channel.type, name, host, port, tls, from, to, userVariable, passwordVariable };
    }
    case "job-summary":
      return { type: channel.type, name };
  }
}

/** What the schema cannot say of `alerts`: ids of rules are unique, and a password belongs to a user. */
function alertProblems({ alerts }: Config): readonly SemanticProblem[] {
  const problems: SemanticProblem[] = [];
  const ids = new Set<string>();
  for (const [index, { id, kind }] of (alerts?.rules ?? []).entries()) {
    const own = id ?? kind;
    const message = `two rules are called "${own}"; give one another \`id\``;
    const path = ["alerts", "rules", index, id === undefined ? "kind" : "id"];
    if (ids.has(own)) problems.push({ path, atKey: false, message });
    ids.add(own);
  }
  for (const [index, channel] of (alerts?.channels ?? []).entries()) {
    if (channel.type !== "email" || (channel.user_env === undefined) === (channel.password_env === undefined)) continue;
    const [there, missing] =
      channel.user_env === undefined
        ? (["password_env", "user_env"] as const)
        : (["user_env", "password_env"] as const);
    const message = `\`${there}\` has no effect without \`${missing}\``;
    problems.push({ path: ["alerts", "channels", index, there], atKey: false, message });
  }
  return problems;
}

/** Milliseconds of a duration such as `90s`, `10m`, `1h` or `500ms`; the schema has checked its form. */
/** Stops counting at the limit, so that neither a circle nor a file of nested aliases keeps it busy. */
function valueCountExceeds(value: unknown, limit: number): boolean {
  const open = [value];
  for (let count = 0; open.length > 0; count++) {
    if (count + open.length > limit) return true;
    const current = open.pop();
    if (typeof current === "object" && current !== null) for (const inner of Object.values(current)) open.push(inner);
  }
  return false;
}

function normaliseDirectory(directory: string | undefined): string {
  return directory === undefined || directory === "." ? "" : directory.replace(/\/+$/, "");
}

function leavesTarget(directory: string): boolean {
  return directory.startsWith("/") || directory.split("/").includes("..");
}

function didYouMean(name: string, known: Iterable<string>): string {
  const nearest = suggest(name, known);
  return nearest === undefined ? "" : `; did you mean "${nearest}"?`;
}

/** A step of an earlier stage that needs one of a later stage, itself or through steps without a stage, could never start. */
function backwardNeeds(
  config: Config,
  steps: ReadonlyMap<string, Step>,
  stageOrder: readonly string[],
): readonly SemanticProblem[] {
  const problems: SemanticProblem[] = [];
  for (const step of steps.values()) {
    if (step.stage === undefined) continue;
    const rank = stageOrder.indexOf(step.stage);
    const isLater = (need: Step): boolean => need.stage !== undefined && stageOrder.indexOf(need.stage) > rank;
    for (const key of ["needs", "uses"] as const) {
      for (const [index, name] of (config.steps[step.id]?.[key] ?? []).entries()) {
        const id = name.replace("^", "");
        const late = findThroughUnstaged(id, steps, isLater);
        if (late === undefined) continue;
        const through = late.id === id ? "" : `, through "${id}"`;
        problems.push({
          path: ["steps", step.id, key, index],
          atKey: false,
          message: `stage "${step.stage}" comes before stage "${late.stage}" of the needed step "${late.id}"${through}`,
        });
      }
    }
  }
  return problems;
}

/** The first step that `matches` among `from` and what it needs; steps of a stage are not looked behind. */
function findThroughUnstaged(
  from: string,
  steps: ReadonlyMap<string, Step>,
  matches: (step: Step) => boolean,
): Step | undefined {
  const seen = new Set<string>();
  const open = [from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const step = steps.get(id);
    if (step === undefined || seen.has(id)) continue;
    seen.add(id);
    if (matches(step)) return step;
    if (step.stage === undefined) open.push(...step.needs.map((need) => need.replace("^", "")));
  }
  return undefined;
}

/** The shortest cycle in `needs`, its first step named again at the end, or `undefined`. */
function findCycle(steps: ReadonlyMap<string, Step>): readonly string[] | undefined {
  try {
    // A need on other units is one down a graph that has no circle.
    const order = (needs: readonly string[]): readonly string[] => needs.filter((need) => !need.startsWith("^"));
    createGraph([...steps.values()].map(({ id, needs }) => ({ id, needs: order(needs) })));
    return undefined;
  } catch (error) {
    if (error instanceof SchedulerError && error.code === "SCHEDULER_CYCLE") return error.ids;
    throw error;
  }
}
