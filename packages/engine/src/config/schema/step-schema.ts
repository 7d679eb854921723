/** What a step may say. */
import * as v from "valibot";
import type {
  AiStepConfig,
  BuiltinStepConfig,
  ModuleStepConfig,
  ScriptStepConfig,
  ShellStepConfig,
  StepConfig,
} from "../config.ts";
import type { Agrees } from "./agrees.ts";
import {
  category,
  duration,
  identifier,
  inputPaths,
  name,
  names,
  paths,
  positive,
  positiveInteger,
  projectKind,
  stepReference,
} from "./values.ts";

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
export const stepByKind: v.GenericSchema<unknown, StepConfig | false | "off"> = v.lazy((input) => {
  if (input === false || input === "off") return switchedOff;
  if (typeof input !== "object" || input === null) return shellStep;
  if ("builtin" in input) return builtinStep;
  if ("module" in input) return moduleStep;
  if ("script" in input) return scriptStep;
  if ("ai" in input) return aiStep;
  // Without an action it can only be a built-in step; where it has keys of none of these, an action is what is missing.
  return Object.keys(input).every((key) => key in builtinStep.entries) ? builtinStep : shellStep;
});

/** The same for generating the JSON Schema, where a step is one of the kinds. */
export const publishedStep: v.GenericSchema<unknown, StepConfig | false | "off"> = v.union([
  shellStep,
  scriptStep,
  moduleStep,
  aiStep,
  builtinStep,
  switchedOff,
]);

/** Fails to compile when the written types and this schema say different things. */
export const STEP_TYPES_AGREE: readonly true[] = [
  true satisfies Agrees<typeof shellStep, ShellStepConfig>,
  true satisfies Agrees<typeof scriptStep, ScriptStepConfig>,
  true satisfies Agrees<typeof moduleStep, ModuleStepConfig>,
  true satisfies Agrees<typeof builtinStep, BuiltinStepConfig>,
  true satisfies Agrees<typeof aiStep, AiStepConfig>,
];
