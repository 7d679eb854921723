/**
 * The schema of `.workflow-config.yaml`: the source of its validation and its published JSON Schema
 * (`config.schema.json`, generated from here; a test holds the two together).
 */
import * as v from "valibot";
import type { AlertsConfig, Config, StepConfig } from "../config.ts";
import type { Agrees } from "./agrees.ts";
import { aiSchema } from "./ai-schema.ts";
import { alertsByKind, publishedAlerts } from "./alert-schema.ts";
import { optimizationsSchema } from "./optimization-schema.ts";
import { publishedStep, stepByKind } from "./step-schema.ts";
import { category, duration, identifier, names, paths, positive, positiveInteger, projectKind } from "./values.ts";

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

/** What of the file is judged by its kind, and published as one of the kinds. */
interface Kinds {
  readonly step: v.GenericSchema<unknown, StepConfig | false | "off">;
  readonly alerts: v.GenericSchema<unknown, AlertsConfig>;
}

// eslint-disable-next-line typescript/explicit-function-return-type -- the compiler infers what is compared below
const wholeFile = ({ step, alerts }: Kinds) =>
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
    optimizations: v.optional(optimizationsSchema),
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
    ai: v.optional(v.pipe(aiSchema, v.description("Which model steps may ask, and what that may cost."))),
    alerts: v.optional(v.pipe(alerts, v.description("Who hears of slow runs and of what has become slower."))),
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
export const configSchema: v.GenericSchema<unknown, Config> = wholeFile({ step: stepByKind, alerts: alertsByKind });

/** The same for generating the JSON Schema, where what has a kind is one of the kinds. */
export const publishedConfigSchema: v.GenericSchema<unknown, Config> = wholeFile({
  step: publishedStep,
  alerts: publishedAlerts,
});

/** Fails to compile when the written types and this schema say different things. */
export const CONFIG_TYPES_AGREE: readonly true[] = [true satisfies Agrees<ReturnType<typeof wholeFile>, Config>];
