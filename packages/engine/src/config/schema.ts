/**
 * The schema of `.workflow-config.yaml`: the source of its validation and its published JSON Schema
 * (`config.schema.json`, generated from here; a test holds the two together).
 */
import * as v from "valibot";
import { PROJECT_KINDS, CATEGORIES } from "./config.ts";
import type {
  AiStepConfig,
  AlertChannelConfig,
  AlertRuleConfig,
  AlertScopeConfig,
  BuiltinStepConfig,
  ChatChannelConfig,
  Config,
  DegradationRuleConfig,
  EmailChannelConfig,
  JobSummaryChannelConfig,
  ModuleStepConfig,
  ScriptStepConfig,
  ShellStepConfig,
  SlowRunRuleConfig,
  StepConfig,
  WebhookChannelConfig,
} from "./config.ts";

const identifier = v.pipe(
  v.string(),
  v.regex(
    /^[A-Za-z0-9][A-Za-z0-9_.:-]*$/,
    "must start with a letter or digit and hold only letters, digits, `_ . : -`",
  ),
  v.maxLength(100, "must not be longer than 100 characters"),
);

/** A step that is named by another, `^` for the same of the units that a unit needs. */
const stepReference = v.pipe(
  v.string(),
  v.regex(
    /^\^?[A-Za-z0-9][A-Za-z0-9_.:-]*$/,
    "must start with a letter or digit and hold only letters, digits, `_ . : -`",
  ),
  v.maxLength(101, "must not be longer than 100 characters"),
);

const duration = v.pipe(
  v.string(),
  v.regex(/^(?=[\d.]*[1-9])\d+(\.\d+)?(ms|s|m|h)$/, "must be a duration above 0 such as `90s`, `10m` or `1h`"),
);

const category = v.picklist(CATEGORIES);

const projectKind = v.picklist(PROJECT_KINDS);

const positive = v.pipe(v.number(), v.finite("must be finite"), v.gtValue(0, "must be above 0"));

const positiveInteger = v.pipe(v.number(), v.integer("must be a whole number"), v.minValue(1, "must be at least 1"));

const names = v.array(v.pipe(v.string(), v.nonEmpty("must not be empty")));

/** Globs that can match: those that lead out of the target never do, and a step that seems to read nothing is replayed for ever. */
const paths = v.array(
  v.pipe(
    v.string(),
    v.nonEmpty("must not be empty"),
    v.check((glob) => !/^!?\//.test(glob), "must be relative to the configuration"),
    v.check((glob) => !/(^|\/|!)\.\.(\/|$)/.test(glob), "must not lead out of the configuration's folder"),
  ),
);

/** The same, where `/` and `^` mean something in a step that is done for units; what they mean elsewhere is checked with the steps. */
const inputPaths = v.array(
  v.pipe(
    v.string(),
    v.nonEmpty("must not be empty"),
    v.check((glob) => !/(^|\/|!|\^)\.\.(\/|$)/.test(glob), "must not lead out of the configuration's folder"),
    v.check((glob) => !/^!?[/^]+$/.test(glob), "must name something"),
  ),
);

const trigger = v.strictObject({
  changed: v.optional(
    v.pipe(v.array(category), v.description("Categories of changed files that make the step relevant.")),
  ),
  paths: v.optional(
    v.pipe(
      inputPaths,
      v.minLength(1, "must not be empty"),
      v.description("Globs of changed files that make the step relevant; `!` negates."),
    ),
  ),
  always: v.optional(v.pipe(v.boolean(), v.description("Run every time, whatever changed."))),
});

const retryCount = v.pipe(
  v.number(),
  v.integer("must be a whole number"),
  v.minValue(0, "must not be negative"),
  v.description("Further attempts after a failure."),
);

const retryRule = v.strictObject({
  attempts: retryCount,
  on_exit_codes: v.optional(
    v.pipe(
      v.array(
        v.pipe(
          v.number(),
          v.integer("must be a whole number"),
          v.minValue(1, "must be at least 1"),
          v.maxValue(255, "must not be above 255"),
        ),
      ),
      v.minLength(1, "must not be empty"),
      v.description("Exit codes after which it is tried again, 128 and the number for a signal; default: any failure."),
    ),
  ),
  delay: v.optional(
    v.pipe(duration, v.description("Pause before each; default 1 s, and twice as long after each further one.")),
  ),
});

const eitherRetries = v.union([retryCount, retryRule]);

/** Published as either, judged by the one that it is evidently meant to be, so that messages speak of that one alone. */
const retriesByShape: typeof eitherRetries & { readonly entries: typeof retryRule.entries } = {
  ...eitherRetries,
  entries: retryRule.entries,
  "~run": (dataset, config) => {
    const isMapping = typeof dataset.value === "object" && dataset.value !== null;
    return isMapping ? retryRule["~run"](dataset, config) : retryCount["~run"](dataset, config);
  },
};

const common = {
  needs: v.optional(
    v.pipe(v.array(stepReference), v.description("Steps this one waits for; they must not have failed.")),
  ),
  uses: v.optional(
    v.pipe(
      v.array(stepReference),
      v.description("Steps whose results on disk this one reads; it waits for them as well."),
    ),
  ),
  when: v.optional(v.pipe(trigger, v.description("What makes the step relevant; default: any change of its inputs."))),
  inputs: v.optional(
    v.pipe(inputPaths, v.description("Globs of the files the step reads; default: every file git does not ignore.")),
  ),
  env: v.optional(v.pipe(names, v.description("Environment variables whose values can change the result."))),
  tools: v.optional(
    v.pipe(
      names,
      v.description("Commands such as `tsc --version`; what they print counts for the result. Asked once a run."),
    ),
  ),
  timeout: v.optional(v.pipe(duration, v.description("Time limit of one attempt, such as `10m`."))),
  retries: v.optional(
    v.pipe(retriesByShape, v.description("Further attempts after a failure; a number, or with conditions; default 0.")),
  ),
  stage: v.optional(v.pipe(identifier, v.description("Stage the step belongs to."))),
  cache: v.optional(v.pipe(v.boolean(), v.description("Store successes for replay; default true."))),
  expires: v.optional(
    v.pipe(
      duration,
      v.description(
        "How long a success may be replayed or prove a skip, such as `24h`; default: as long as it is kept.",
      ),
    ),
  ),
  demand: v.optional(
    v.pipe(
      v.record(identifier, positive),
      v.description("What the step takes of `cpu`, `memory_mb` or a named resource."),
    ),
  ),
  exclusive: v.optional(v.pipe(identifier, v.description("Steps with the same name here never run at the same time."))),
  kinds: v.optional(
    v.pipe(
      v.array(projectKind),
      v.minLength(1, "must not be empty"),
      v.description("Kinds of projects the step is for; in others it is left out. Default: all."),
    ),
  ),
  for_each: v.optional(
    v.pipe(
      v.picklist(["unit"]),
      v.description("Do the step for each package or service of the repository, in its folder."),
    ),
  ),
  units: v.optional(
    v.pipe(
      paths,
      v.minLength(1, "must not be empty"),
      v.description("For a step with `for_each`: globs of folders or names of the units it is done for; default: all."),
    ),
  ),
};

const outputs = {
  writes: v.optional(
    v.pipe(
      paths,
      v.minLength(1, "must not be empty"),
      v.check((globs) => !globs[0]?.startsWith("!"), "must begin with a glob that does not negate"),
      v.description("Globs of the files the step edits: it never runs beside a step that reads or edits them."),
    ),
  ),
  outputs: v.optional(
    v.pipe(
      paths,
      v.minLength(1, "must not be empty"),
      v.check((globs) => !globs[0]?.startsWith("!"), "must begin with a glob that does not negate"),
      v.description("Globs of the files the step leaves: stored with its success, restored when it is replayed."),
    ),
  ),
};

const directory = v.optional(
  v.pipe(v.string(), v.description("Working directory, relative to the target; default: the target.")),
);

const shellStep = v.strictObject({
  ...common,
  ...outputs,
  directory,
  run: v.pipe(v.string(), v.nonEmpty("must not be empty"), v.description("Shell command.")),
});

const scriptStep = v.strictObject({
  ...common,
  ...outputs,
  directory,
  script: v.pipe(
    v.string(),
    v.nonEmpty("must not be empty"),
    v.description("Script of the `package.json` in the working directory, run without a package manager."),
  ),
  args: v.optional(v.pipe(v.array(v.string()), v.description("Arguments for the script, each one word."))),
});

const name = v.pipe(v.string(), v.nonEmpty("must not be empty"));

const moduleStep = v.strictObject({
  ...common,
  ...outputs,
  module: v.pipe(
    v.string(),
    v.nonEmpty("must not be empty"),
    v.description("JavaScript module, relative to the target, whose default export is the step."),
  ),
  with: v.optional(v.pipe(v.record(v.string(), v.unknown()), v.description("Passed to the module as `with`."))),
  asks: v.optional(
    v.pipe(
      v.array(name),
      v.nonEmpty("must not be empty"),
      v.description("Prompt templates with which the module may ask a model, by `context.ask`."),
    ),
  ),
});

/** A step that a JavaScript module does, by itself. */
export const moduleStepSchema: v.GenericSchema<unknown, ModuleStepConfig> = moduleStep;

const aiStep = v.strictObject({
  ...common,
  ai: v.strictObject({
    prompt: v.pipe(name, v.description("Name of a prompt template, shipped or of your own.")),
    persona: v.optional(v.pipe(name, v.description("Name of a persona; default: the template's."))),
    files: v.optional(
      v.pipe(
        v.picklist(["changed", "all"]),
        v.description("Ask about the changed files among its inputs (default), or about all of them."),
      ),
    ),
    fail_on: v.optional(
      v.pipe(
        v.picklist(["critical", "high", "medium", "low", "info"]),
        v.description("Findings of at least this severity fail the step; default: findings are advice."),
      ),
    ),
    min_confidence: v.optional(
      v.pipe(
        v.number(),
        v.minValue(0, "must not be negative"),
        v.maxValue(1, "must not be above 1"),
        v.description("Leave out findings the model is less sure of, from 0 to 1; default 0.5."),
      ),
    ),
    max_findings: v.optional(v.pipe(positiveInteger, v.description("Findings kept at most; default 50."))),
    variables: v.optional(
      v.pipe(v.record(v.string(), v.string()), v.description("Values of the template's variables.")),
    ),
  }),
});

const builtinStep = v.strictObject({
  ...common,
  ...outputs,
  builtin: v.optional(
    v.pipe(identifier, v.description("The built-in step that it is; default: the one that has its name.")),
  ),
  with: v.optional(v.pipe(v.record(v.string(), v.unknown()), v.description("Options of the built-in step."))),
});

const switchedOff = v.pipe(
  v.union([v.literal(false), v.literal("off")]),
  v.description("Takes a built-in step out of the pipeline."),
);

/** Judges a step by the kind it is evidently meant to be, so that messages speak of that kind alone. */
const stepByKind: v.GenericSchema<unknown, StepConfig | false | "off"> = v.lazy((input) => {
  if (input === false || input === "off") return switchedOff;
  if (typeof input !== "object" || input === null) return shellStep;
  if ("builtin" in input) return builtinStep;
  if ("module" in input) return moduleStep;
  if ("script" in input) return scriptStep;
  if ("ai" in input) return aiStep;
  // Without an action it can only be a built-in step; where it has keys of none of these, an action is what is missing.
  return Object.keys(input).every((key) => key in builtinStep.entries) ? builtinStep : shellStep;
});

const stage = v.strictObject({
  id: identifier,
  trigger: v.optional(
    v.pipe(
      v.string(),
      v.minLength(1, "must not be empty"),
      v.description(
        '`on_success` (default): after every earlier gate opened; `manual`: then, and when a person starts it; `auto`: when the earlier stages are over, whatever their gates said; or an expression such as `stage("core").failed and ci`.',
      ),
    ),
  ),
  fail_fast: v.optional(v.pipe(v.boolean(), v.description("Close the gate at the first failure; default false."))),
  minimum_severity: v.optional(
    v.pipe(
      v.picklist(["error", "warning", "info"]),
      v.description("Findings of at least this severity close the gate."),
    ),
  ),
  time_limit: v.optional(
    v.pipe(
      duration,
      v.description(
        "Time from the first start of one of its steps; then all of them are ended and the gate is closed.",
      ),
    ),
  ),
});

const categoryRule = v.strictObject({
  category: v.pipe(category, v.description("What the files are.")),
  paths: v.pipe(paths, v.minLength(1, "must not be empty"), v.description("Globs of the files; `!` negates.")),
});

const performance = v.strictObject({
  max_parallel_jobs: v.optional(
    v.pipe(positiveInteger, v.description("Steps at the same time; default: the number of CPUs.")),
  ),
  step_timeout_minutes: v.optional(
    v.pipe(positive, v.description("Time limit of a step without its own; default 30.")),
  ),
  max_memory_mb: v.optional(v.pipe(positive, v.description("What `demand.memory_mb` of running steps may add up to."))),
});

const retention = v.strictObject({
  runs: v.optional(v.pipe(positiveInteger, v.description("Runs whose records and logs are kept; default 50."))),
  logs_mb: v.optional(
    v.pipe(
      positive,
      v.description("What the logs of kept runs may take together, the last run's apart; default 1024."),
    ),
  ),
  results: v.optional(v.pipe(positiveInteger, v.description("Stored successes that are kept; default 20000."))),
  results_mb: v.optional(
    v.pipe(positive, v.description("What stored successes may take with logs and outputs; default 2048.")),
  ),
  max_age_days: v.optional(
    v.pipe(positive, v.description("Records, logs and stored successes that are older go; default 30.")),
  ),
  history: v.optional(
    v.pipe(positiveInteger, v.description("Runs in the history, from which durations are predicted; default 500.")),
  ),
});

const aiCache = v.strictObject({
  enabled: v.optional(v.pipe(v.boolean(), v.description("Keep answers of models; default true."))),
  ttl_hours: v.optional(v.pipe(positive, v.description("How long an answer is served; default 24."))),
  max_size_mb: v.optional(v.pipe(positive, v.description("What kept answers may take on disk; default 100."))),
});

const ai = v.strictObject({
  provider: v.optional(
    v.pipe(
      v.picklist(["openai-compatible", "anthropic", "google", "exec", "none"]),
      v.description("Who answers; default `none`: steps that ask a model are inconclusive."),
    ),
  ),
  model: v.optional(v.pipe(name, v.description("The model; `AI_MODEL` wins."))),
  base_url: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^https?:\/\/[^\s]+$/, "must be an http or https URL"),
      v.description("The endpoint; `AI_BASE_URL` wins."),
    ),
  ),
  api_key_env: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be the name of an environment variable"),
      v.description("Environment variable that holds the key; default: the provider's usual one."),
    ),
  ),
  command: v.optional(
    v.pipe(names, v.minLength(1, "must not be empty"), v.description("Program and arguments of the provider `exec`.")),
  ),
  envelope: v.optional(
    v.pipe(
      v.picklist(["ai-workflow", "claude", "gemini", "codex", "copilot", "text"]),
      v.description("What that program prints; default `ai-workflow`."),
    ),
  ),
  max_tokens: v.optional(v.pipe(positiveInteger, v.description("Tokens of one answer at most; `AI_MAX_TOKENS` wins."))),
  max_input_tokens: v.optional(
    v.pipe(
      positiveInteger,
      v.description("Tokens of one request at most; larger changes are asked in parts; default 32000."),
    ),
  ),
  batch_size: v.optional(
    v.pipe(positiveInteger, v.description("Questions in one request at most; default 1; `AI_BATCH_SIZE` wins.")),
  ),
  timeout: v.optional(v.pipe(duration, v.description("Limit of one question with its retries; default `2m`."))),
  parameters: v.optional(
    v.pipe(
      v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])),
      v.description("Temperature and the like, as the provider names them."),
    ),
  ),
  prompts: v.optional(
    v.pipe(name, v.description("Folder with `templates/` and `personas/` of your own; default `.ai-prompts`.")),
  ),
  exclude: v.optional(
    v.pipe(paths, v.description("Globs of files that are never sent, beside the built-in ones and the ignore files.")),
  ),
  allow_forks: v.optional(
    v.pipe(v.boolean(), v.description("Ask a model also on pull requests from forks; default false: only replay.")),
  ),
  prices: v.optional(v.pipe(name, v.description("File with prices of models; needed for `max_cost_usd`."))),
  budget: v.optional(
    v.strictObject({
      max_calls: v.optional(v.pipe(positiveInteger, v.description("Calls of one run at most."))),
      max_input_tokens: v.optional(v.pipe(positiveInteger, v.description("Tokens read in one run at most."))),
      max_output_tokens: v.optional(v.pipe(positiveInteger, v.description("Tokens written in one run at most."))),
      max_cost_usd: v.optional(v.pipe(positive, v.description("US dollars of one run at most, by `prices`."))),
      max_minutes: v.optional(v.pipe(positive, v.description("Minutes from the first question of a run to the last."))),
    }),
  ),
});

const optimizations = v.strictObject({
  smart_execution: v.optional(
    v.pipe(v.boolean(), v.description("Skip and replay what the change cannot affect; default true.")),
  ),
  parallel_execution: v.optional(
    v.pipe(v.boolean(), v.description("Run independent steps at the same time; default true.")),
  ),
  ml_optimize: v.optional(
    v.pipe(
      v.boolean(),
      v.description(
        "Predict durations with a model trained on earlier runs where it is better than simple rules; default true.",
      ),
    ),
  ),
  speculation: v.optional(
    v.pipe(
      v.boolean(),
      v.description(
        "Start steps of later stages in free slots, before their stage does, where they leave nothing; default false.",
      ),
    ),
  ),
  objective: v.optional(
    v.pipe(
      v.picklist(["makespan", "first-failure"]),
      v.description(
        "What the order of steps is for: `makespan` (default), that a run is over early, or `first-failure`, that a failing one is known early.",
      ),
    ),
  ),
  shadow_rate: v.optional(
    v.pipe(
      v.number(),
      v.minValue(0, "must not be negative"),
      v.maxValue(1, "must not be above 1"),
      v.description(
        "Share of the steps that would be left out and run all the same, to see whether leaving them out is right; default 0.",
      ),
    ),
  ),
  multi_stage: v.optional(v.pipe(v.boolean(), v.description("Pass stages with gates; default true."))),
  ai_cache: v.optional(v.pipe(aiCache, v.description("The cache of model answers."))),
  performance: v.optional(performance),
  skip_rules: v.optional(
    v.array(
      v.strictObject({
        pattern: v.pipe(
          v.string(),
          v.nonEmpty("must not be empty"),
          v.description("Regular expression over the path of a changed file."),
        ),
        steps: v.pipe(v.array(identifier), v.description("Steps for which such a file does not count.")),
      }),
    ),
  ),
});

/** In capitals, so that an address, a password or a secret that was put here by mistake is refused. */
const variable = v.pipe(
  v.string(),
  v.regex(
    /^[A-Z_][A-Z0-9_]*$/,
    "must be the name of an environment variable, in capitals; addresses and secrets come from the environment alone",
  ),
);

const namedScope = v.picklist(["run", "steps", "run-and-steps"]);
const listedScope = v.pipe(v.array(identifier), v.minLength(1, "must not be empty"));

/** Judges a scope by what it is evidently meant to be. */
const scopeByKind: v.GenericSchema<unknown, AlertScopeConfig> = v.lazy((input) =>
  Array.isArray(input) ? listedScope : namedScope,
);

// eslint-disable-next-line typescript/explicit-function-return-type -- the compiler infers what is compared below
const alertRules = (scope: v.GenericSchema<unknown, AlertScopeConfig>) => {
  const commonRule = {
    id: v.optional(
      v.pipe(identifier, v.description("Tells rules of one kind apart, in messages too; default: its kind.")),
    ),
    scope: v.optional(
      v.pipe(
        scope,
        v.description(
          "`run`, `steps`, `run-and-steps` or a list of steps; default: `run` of `slow-run`, `run-and-steps` of `degradation`.",
        ),
      ),
    ),
    cooldown_minutes: v.optional(
      v.pipe(
        v.number(),
        v.finite("must be finite"),
        v.minValue(0, "must not be negative"),
        v.description("Shortest time between two notices that the same thing is wrong; default 360."),
      ),
    ),
    resolve_after: v.optional(
      v.pipe(
        positiveInteger,
        v.description("Good runs in a row until it counts as over; default 1 of `slow-run`, 5 of `degradation`."),
      ),
    ),
  };
  return {
    "slow-run": v.strictObject({
      kind: v.literal("slow-run"),
      threshold_seconds: v.pipe(positive, v.description("What takes longer is slow.")),
      ...commonRule,
    }),
    degradation: v.strictObject({
      kind: v.literal("degradation"),
      window: v.optional(
        v.pipe(
          v.number(),
          v.integer("must be a whole number"),
          v.minValue(3, "must be at least 3"),
          v.maxValue(10, "must not be above 10"),
          v.description("Latest runs that are compared with the 30 before; default 5."),
        ),
      ),
      threshold_percent: v.optional(
        v.pipe(
          positive,
          v.description("Growth that is tolerated; default 20, and at least what can be told from noise (12, or 36)."),
        ),
      ),
      ...commonRule,
    }),
  };
};

const channelName = v.optional(
  v.pipe(identifier, v.description("Tells channels apart in messages; default: its type.")),
);

const url = v.pipe(variable, v.description("Environment variable that holds the address of the webhook."));

const address = v.pipe(
  v.string(),
  v.regex(
    /^(?:[^<>@,;:"\r\n\\]*<[^\s<>@,;:"\\]+@[^\s<>@,;:"\\]+>|[^\s<>@,;:"\\]+@[^\s<>@,;:"\\]+)$/,
    "must be one mail address",
  ),
);

const chatChannel = v.strictObject({
  type: v.pipe(v.picklist(["slack", "teams", "discord"]), v.description("The program that shows it.")),
  name: channelName,
  url_env: url,
});

const webhookChannel = v.strictObject({
  type: v.literal("webhook"),
  name: channelName,
  url_env: url,
  secret_env: v.pipe(
    variable,
    v.description("Environment variable that holds the secret that signs it, `whsec_` and Base64."),
  ),
});

const emailChannel = v.strictObject({
  type: v.literal("email"),
  name: channelName,
  host: v.pipe(v.string(), v.regex(/^[^\s/@]+$/, "must be a host name"), v.description("The mail server.")),
  port: v.optional(
    v.pipe(
      positiveInteger,
      v.maxValue(65_535, "must not be above 65535"),
      v.description("Default: 587, with `implicit` 465, with `none` 25."),
    ),
  ),
  tls: v.optional(
    v.pipe(
      v.picklist(["starttls", "implicit", "none"]),
      v.description("Default `starttls`; `none` only to this machine."),
    ),
  ),
  from: v.pipe(address, v.description("The sender.")),
  to: v.pipe(v.array(address), v.minLength(1, "must not be empty"), v.description("Who gets it.")),
  user_env: v.optional(v.pipe(variable, v.description("Environment variable that holds the user's name."))),
  password_env: v.optional(v.pipe(variable, v.description("Environment variable that holds the password."))),
});

const summaryChannel = v.strictObject({ type: v.literal("job-summary"), name: channelName });

/** What cannot be judged further because its kind is unknown. */
const unknownRule = v.looseObject({ kind: v.picklist(["slow-run", "degradation"]) });
const unknownChannel = v.looseObject({
  type: v.picklist(["slack", "teams", "discord", "webhook", "email", "job-summary"]),
});

function valueOf(input: unknown, key: string): unknown {
  return typeof input === "object" && input !== null ? (input as Readonly<Record<string, unknown>>)[key] : undefined;
}

const ruleByKind: v.GenericSchema<unknown, AlertRuleConfig> = v.lazy((input) => {
  const rules = alertRules(scopeByKind);
  const kind = valueOf(input, "kind");
  if (kind === "slow-run" || kind === "degradation") return rules[kind];
  return unknownRule as unknown as v.GenericSchema<unknown, AlertRuleConfig>;
});

const channelByType: v.GenericSchema<unknown, AlertChannelConfig> = v.lazy((input) => {
  switch (valueOf(input, "type")) {
    case "slack":
    case "teams":
    case "discord":
      return chatChannel;
    case "webhook":
      return webhookChannel;
    case "email":
      return emailChannel;
    case "job-summary":
      return summaryChannel;
    default:
      return unknownChannel as unknown as v.GenericSchema<unknown, AlertChannelConfig>;
  }
});

/** What of the file is judged by its kind, and published as one of the kinds. */
interface Kinds {
  readonly step: v.GenericSchema<unknown, StepConfig | false | "off">;
  readonly rule: v.GenericSchema<unknown, AlertRuleConfig>;
  readonly channel: v.GenericSchema<unknown, AlertChannelConfig>;
}

// eslint-disable-next-line typescript/explicit-function-return-type -- the compiler infers what is compared below
const wholeFile = ({ step, rule, channel }: Kinds) =>
  v.strictObject({
    project: v.optional(
      v.strictObject({
        name: v.optional(
          v.pipe(
            v.string(),
            v.nonEmpty("must not be empty"),
            v.description("Name in records and reports; default: the folder's name."),
          ),
        ),
        kind: v.optional(
          v.pipe(projectKind, v.description("What the project is: `kinds` of steps go by it; default `generic`.")),
        ),
      }),
    ),
    base: v.optional(
      v.strictObject({
        ref: v.optional(
          v.pipe(
            v.string(),
            v.nonEmpty("must not be empty"),
            v.check((ref) => !ref.includes("\0"), "must be a revision"),
            v.description("What changes are compared with; default: found from CI, remote or branch."),
          ),
        ),
        assume_green: v.optional(
          v.pipe(
            v.boolean(),
            v.description("Take it that every step passed at the base where no history says so; default false."),
          ),
        ),
      }),
    ),
    optimizations: v.optional(optimizations),
    skip_on_doc_only: v.optional(
      v.pipe(v.array(identifier), v.description("Steps for which changed documents do not count.")),
    ),
    test_commands: v.optional(
      v.pipe(
        v.record(identifier, v.pipe(v.string(), v.nonEmpty("must not be empty"))),
        v.description("What the built-in step that runs tests runs, by names of your own; default: found."),
      ),
    ),
    categories: v.optional(
      v.pipe(
        v.array(categoryRule),
        v.description("What files are for; goes before the built-in rules, first match wins."),
      ),
    ),
    units: v.optional(
      v.pipe(
        paths,
        v.description("Globs of folders that are units of `for_each: unit` though no manifest says so: `services/*`."),
      ),
    ),
    ai: v.optional(v.pipe(ai, v.description("Which model steps may ask, and what that may cost."))),
    alerts: v.optional(
      v.pipe(
        v.strictObject({
          rules: v.pipe(
            v.array(rule),
            v.minLength(1, "must not be empty"),
            v.description("When somebody is to hear of a run."),
          ),
          channels: v.optional(v.pipe(v.array(channel), v.description("Where it is told, beside the terminal."))),
          fail: v.optional(v.pipe(v.boolean(), v.description("A run with an alert fails; default false."))),
        }),
        v.description("Who hears of slow runs and of what has become slower."),
      ),
    ),
    keep_running: v.optional(
      v.pipe(
        names,
        v.description(
          "Programs that may outlive the run that started them: `GradleDaemon`, `tsserver`; default: nothing does.",
        ),
      ),
    ),
    retention: v.optional(v.pipe(retention, v.description("What is kept of runs, and how much; cleaned after runs."))),
    stages: v.optional(v.pipe(v.array(stage), v.description("Stages in order, with a gate after each."))),
    pipeline: v.optional(
      v.pipe(identifier, v.description("Name of a pipeline of built-in steps; `steps` says what is different.")),
    ),
    steps: v.optional(v.pipe(v.record(identifier, step), v.description("The steps by name."))),
  });

/** Validates the whole configuration file. */
export const configSchema: v.GenericSchema<unknown, Config> = wholeFile({
  step: stepByKind,
  rule: ruleByKind,
  channel: channelByType,
});

/** The same for generating the JSON Schema, where a step is one of the kinds. */
export const publishedConfigSchema: v.GenericSchema<unknown, Config> = wholeFile({
  step: v.union([shellStep, scriptStep, moduleStep, aiStep, builtinStep, switchedOff]),
  rule: v.union(Object.values(alertRules(v.union([namedScope, listedScope])))),
  channel: v.union([chatChannel, webhookChannel, emailChannel, summaryChannel]),
});

/** Every property at every depth made required and writable, so that names and types are compared and nothing else. */
type Plain<T> = T extends readonly (infer Item)[]
  ? Plain<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]-?: Plain<Exclude<T[Key], undefined>> }
    : T;
type Same<A, B> = [Plain<A>] extends [Plain<B>] ? ([Plain<B>] extends [Plain<A>] ? true : never) : never;
type Rules = ReturnType<typeof alertRules>;
type SameKeys<A, B> = [keyof A] extends [keyof B] ? ([keyof B] extends [keyof A] ? true : never) : never;

/** Fails to compile when the written types of the configuration and this schema say different things. */
export const TYPES_AGREE: readonly true[] = [
  true satisfies Same<v.InferOutput<typeof shellStep>, ShellStepConfig>,
  true satisfies SameKeys<v.InferOutput<typeof shellStep>, ShellStepConfig>,
  true satisfies Same<v.InferOutput<typeof scriptStep>, ScriptStepConfig>,
  true satisfies SameKeys<v.InferOutput<typeof scriptStep>, ScriptStepConfig>,
  true satisfies Same<v.InferOutput<typeof moduleStep>, ModuleStepConfig>,
  true satisfies SameKeys<v.InferOutput<typeof moduleStep>, ModuleStepConfig>,
  true satisfies Same<v.InferOutput<typeof builtinStep>, BuiltinStepConfig>,
  true satisfies SameKeys<v.InferOutput<typeof builtinStep>, BuiltinStepConfig>,
  true satisfies Same<v.InferOutput<typeof aiStep>, AiStepConfig>,
  true satisfies SameKeys<v.InferOutput<typeof aiStep>, AiStepConfig>,
  true satisfies Same<v.InferOutput<Rules["slow-run"]>, SlowRunRuleConfig>,
  true satisfies SameKeys<v.InferOutput<Rules["slow-run"]>, SlowRunRuleConfig>,
  true satisfies Same<v.InferOutput<Rules["degradation"]>, DegradationRuleConfig>,
  true satisfies SameKeys<v.InferOutput<Rules["degradation"]>, DegradationRuleConfig>,
  true satisfies Same<v.InferOutput<typeof chatChannel>, ChatChannelConfig>,
  true satisfies SameKeys<v.InferOutput<typeof chatChannel>, ChatChannelConfig>,
  true satisfies Same<v.InferOutput<typeof webhookChannel>, WebhookChannelConfig>,
  true satisfies SameKeys<v.InferOutput<typeof webhookChannel>, WebhookChannelConfig>,
  true satisfies Same<v.InferOutput<typeof emailChannel>, EmailChannelConfig>,
  true satisfies SameKeys<v.InferOutput<typeof emailChannel>, EmailChannelConfig>,
  true satisfies Same<v.InferOutput<typeof summaryChannel>, JobSummaryChannelConfig>,
  true satisfies SameKeys<v.InferOutput<typeof summaryChannel>, JobSummaryChannelConfig>,
  true satisfies Same<v.InferOutput<ReturnType<typeof wholeFile>>, Config>,
  true satisfies SameKeys<v.InferOutput<ReturnType<typeof wholeFile>>, Config>,
];

/** What walking a schema needs to see of it. */
interface SchemaNode {
  readonly wrapped?: SchemaNode | undefined;
  readonly entries?: Readonly<Record<string, SchemaNode>> | undefined;
  readonly value?: SchemaNode | undefined;
  readonly item?: SchemaNode | undefined;
  readonly getter?: ((input: unknown) => SchemaNode) | undefined;
}

/** The keys that the mapping at `path` of `document` may have; empty where the schema names none. */
export function knownKeysAt(path: readonly (string | number)[], document: unknown): readonly string[] {
  let node: SchemaNode | undefined = configSchema as unknown as SchemaNode;
  let value = document;
  for (const segment of path) {
    node = unwrap(node, value);
    node = node?.entries?.[segment] ?? node?.value ?? node?.item;
    value = (value as Readonly<Record<string | number, unknown>> | undefined | null)?.[segment];
  }
  return Object.keys(unwrap(node, value)?.entries ?? {});
}

function unwrap(node: SchemaNode | undefined, value: unknown): SchemaNode | undefined {
  let current = node;
  while (current?.wrapped !== undefined || current?.getter !== undefined) {
    current = current.wrapped ?? current.getter?.(value);
  }
  return current;
}
