import {
  PROJECT_KINDS,
  type BuiltinStepConfig,
  type Config,
  type FailurePolicy,
  type OwnStepConfig,
  type ProjectKind,
  type ResolvedConfig,
  type ResolvedStepConfig,
  type StepConfig,
} from "../config/config.ts";
import { didYouMean } from "../config/did-you-mean.ts";
import type { SemanticProblem } from "../config/semantic-problem.ts";
import { suggest } from "../config/suggest.ts";
import type { BuiltInSteps, LibraryPipeline, LibraryStep, StepImportance, StepLibrary } from "./step-library.ts";

/** A configuration in which every step says what it does. */
export interface UsedLibrary {
  readonly config: ResolvedConfig;
  readonly problems: readonly SemanticProblem[];
  /** Other names of steps that are there, with their ids. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Steps that the library requires for this kind of project and the configuration switches off. */
  readonly switchedOff: readonly string[];
  /** What starts after a failure, as the pipeline says. */
  readonly onFailure: FailurePolicy;
}

/** A library in which nothing is. */
const EMPTY: StepLibrary = { version: "", steps: [], pipelines: {} };

/**
 * Fills in what comes from the library: the steps and stages of the `pipeline`, and what a step does that names one of the library, by
 * `builtin` or by its own id or alias. What the configuration says goes before what the library says, key by key. Pure.
 *
 */
export function useLibrary(
  config: Config,
  { library = EMPTY, stepOptions: given = {}, pipeline: asked }: BuiltInSteps = {},
): UsedLibrary {
  const problems: SemanticProblem[] = [];
  const names = nameLibrary(library);
  const kind = config.project?.kind ?? "generic";
  const written = writtenSteps(config, names, problems);
  const findPipeline = (name: string | undefined, path: readonly string[]): LibraryPipeline | undefined => {
    if (name === undefined || Object.hasOwn(library.pipelines, name)) return library.pipelines[name ?? ""];
    const message = `there is no pipeline "${name}"${didYouMean(name, Object.keys(library.pipelines))}`;
    problems.push({ path, atKey: false, message });
    return undefined;
  };
  const pipeline = joinPipelines(findPipeline(config.pipeline, ["pipeline"]), findPipeline(asked, []));

  const filling = { version: library.version, testCommands: config.test_commands, given };
  const stages = config.stages ?? pipeline?.stages;
  const stageIds = new Set(stages?.map(({ id }) => id));
  const steps = new Map<string, ResolvedStepConfig>();
  const brought = (id: string): ResolvedStepConfig | undefined => {
    const definition = names.byId.get(id);
    if (definition === undefined || importanceOf(definition, kind) === "optional") return undefined;
    return fillIn({}, definition, { kinds: kindsOf(definition), ...filling });
  };
  const asWritten = ({ id, name, step }: WrittenStep): ResolvedStepConfig | undefined => {
    if (step === "off") return undefined;
    if (hasAction(step)) return pipeline?.steps.includes(id) === true ? inPlaceOf(step, names.byId.get(id)) : step;
    const definition = names.find(step.builtin ?? id);
    if (definition === undefined) {
      problems.push(unknownBuiltin(name, step, names));
      return undefined;
    }
    problems.push(...optionProblems(name, step, definition));
    return fillIn(step, definition, { kinds: undefined, ...filling });
  };
  // What the configuration changes keeps its place in the pipeline, what is its own comes behind.
  for (const id of new Set([...(pipeline?.steps ?? []), ...written.keys()])) {
    const own = written.get(id);
    const step = own === undefined ? brought(id) : asWritten(own);
    if (step !== undefined) steps.set(id, step);
  }
  if (config.steps === undefined && config.pipeline === undefined && asked === undefined) {
    problems.push({ path: [], atKey: true, message: "the configuration is missing `steps`" });
  }

  problems.push(...unusedSettings(steps, names, filling));

  const resolved: Record<string, ResolvedStepConfig> = {};
  for (const [id, step] of steps) {
    const own = written.get(id)?.step;
    resolved[id] = settle(step, { own: own === "off" ? undefined : own, steps, stageIds, idOfAlias: names.idOfAlias });
  }
  /** Ids for names; what is in the library and not here concerns nobody. */
  const idsOf = (given: readonly string[]): readonly string[] =>
    given
      .map((name) => (steps.has(name) ? name : (names.idOfAlias.get(name) ?? name)))
      .filter((id) => steps.has(id) || !names.byId.has(id));
  const used = new Set(Object.values(resolved).map(({ stage }) => stage));
  const { pipeline: _pipeline, ...rest } = config;
  return {
    config: {
      ...rest,
      steps: resolved,
      // Of the stages that come with a pipeline only those in which something is.
      stages: config.stages ?? pipeline?.stages.filter(({ id }) => used.has(id)),
      ...withIds(config, idsOf),
    },
    problems,
    onFailure: pipeline?.onFailure ?? "never",
    aliases: new Map([...names.idOfAlias].filter(([alias, id]) => steps.has(id) && !steps.has(alias))),
    switchedOff: (pipeline?.steps ?? []).filter((id) => {
      const definition = names.byId.get(id);
      return (
        written.get(id)?.step === "off" && definition !== undefined && importanceOf(definition, kind) === "required"
      );
    }),
  };
}

/** The steps of both, and the stages of the first. */
function joinPipelines(
  one: LibraryPipeline | undefined,
  other: LibraryPipeline | undefined,
): LibraryPipeline | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return { ...one, steps: [...new Set([...one.steps, ...other.steps])] };
}

/** The steps of a library by all of their names. */
interface LibraryNames {
  readonly byId: ReadonlyMap<string, LibraryStep>;
  readonly idOfAlias: ReadonlyMap<string, string>;
  readonly find: (name: string) => LibraryStep | undefined;
}

function nameLibrary({ steps }: StepLibrary): LibraryNames {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const idOfAlias = new Map(steps.flatMap(({ id, aliases }) => aliases.map((alias) => [alias, id] as const)));
  return { byId, idOfAlias, find: (name) => byId.get(name) ?? byId.get(idOfAlias.get(name) ?? "") };
}

/** A step as the configuration has it. */
interface WrittenStep {
  readonly id: string;
  /** Its key in the file. */
  readonly name: string;
  readonly step: StepConfig | "off";
}

/** The steps of the file by their ids: one that is meant by an alias has the id of the library's step. */
function writtenSteps(
  config: Config,
  { idOfAlias, find, byId }: LibraryNames,
  problems: SemanticProblem[],
): ReadonlyMap<string, WrittenStep> {
  const written = new Map<string, WrittenStep>();
  for (const [name, given] of Object.entries(config.steps ?? {})) {
    const step = given === false ? "off" : given;
    // A step of one's own may have a name that is also an alias.
    const isOwn = step !== "off" && (hasAction(step) || step.builtin !== undefined);
    const id = isOwn ? name : (idOfAlias.get(name) ?? name);
    const other = written.get(id);
    if (other !== undefined) {
      const message = `\`steps.${name}\` and \`steps.${other.name}\` are the same step`;
      problems.push({ path: ["steps", name], atKey: true, message });
    } else if (step === "off" && find(name) === undefined) {
      const message = `\`steps.${name}\` switches off what is no built-in step${didYouMean(name, byId.keys())}`;
      problems.push({ path: ["steps", name], atKey: true, message });
    } else written.set(id, { id, name, step });
  }
  return written;
}

function hasAction(step: StepConfig): step is OwnStepConfig {
  return "run" in step || "script" in step || "module" in step || "ai" in step;
}

function fillIn(
  step: BuiltinStepConfig,
  {
    id,
    module,
    defaults,
    options,
    testCommandsOption,
    writesWith = {},
    isIncremental,
    comesAfterFailures = false,
    needsModel = false,
  }: LibraryStep,
  {
    version,
    kinds,
    testCommands,
    given,
  }: {
    readonly version: string;
    readonly kinds: readonly ProjectKind[] | undefined;
    readonly testCommands: Config["test_commands"];
    readonly given: Readonly<Record<string, unknown>>;
  },
): ResolvedStepConfig {
  const settings: Readonly<Record<string, unknown>> = {
    ...defaults.with,
    ...(testCommandsOption === undefined || testCommands === undefined ? {} : { [testCommandsOption]: testCommands }),
    ...step.with,
    ...Object.fromEntries(Object.entries(given).filter(([option]) => options.includes(option))),
  };
  const written = Object.entries(writesWith).flatMap(([option, globs]) => (isOn(settings[option]) ? globs : []));
  const writes = [...(step.writes ?? defaults.writes ?? []), ...written];
  return {
    ...defaults,
    ...(kinds === undefined ? {} : { kinds }),
    ...step,
    ...(writes.length === 0 ? {} : { writes }),
    with: settings,
    module,
    builtin: { id, version, isIncremental, comesAfterFailures, needsModel, hasOwnInputs: step.inputs === undefined },
  };
}

function isOn(setting: unknown): boolean {
  return setting !== undefined && setting !== false;
}

/** A step of one's own under the id of a built-in one stands where that one would. */
function inPlaceOf(step: OwnStepConfig, definition: LibraryStep | undefined): OwnStepConfig {
  const { stage, needs } = definition?.defaults ?? {};
  return { ...(stage === undefined ? {} : { stage }), ...(needs === undefined ? {} : { needs }), ...step };
}

/**
 * Gives needs that are meant by an alias their ids, and takes out what the library says of steps and stages that are not there: what the
 * configuration itself says of such is a mistake that is told.
 */
function settle(
  step: ResolvedStepConfig,
  {
    own,
    steps,
    stageIds,
    idOfAlias,
  }: {
    readonly own: StepConfig | undefined;
    readonly steps: ReadonlyMap<string, unknown>;
    readonly stageIds: ReadonlySet<string>;
    readonly idOfAlias: ReadonlyMap<string, string>;
  },
): ResolvedStepConfig {
  const references = (key: "needs" | "uses"): readonly string[] | undefined => {
    const isOwn = own?.[key] !== undefined;
    return step[key]
      ?.map((name) => (steps.has(name) ? name : (idOfAlias.get(name) ?? name)))
      .filter((name) => isOwn || steps.has(name));
  };
  const [needs, uses] = [references("needs"), references("uses")];
  const hasStage = step.stage === undefined || own?.stage !== undefined || stageIds.has(step.stage);
  return {
    ...step,
    ...(needs === undefined ? {} : { needs }),
    ...(uses === undefined ? {} : { uses }),
    ...(hasStage ? {} : { stage: undefined }),
  };
}

/** The keys of the configuration, beside the steps themselves, that name steps. */
function withIds(
  { skip_on_doc_only: onDocOnly, optimizations, alerts }: Config,
  idsOf: (names: readonly string[]) => readonly string[],
): Pick<Config, "skip_on_doc_only" | "optimizations" | "alerts"> {
  const alertRules = alerts?.rules?.map((rule) =>
    typeof rule.scope === "object" ? { ...rule, scope: idsOf(rule.scope) } : rule,
  );
  const rules = optimizations?.skip_rules?.map((rule) => ({ ...rule, steps: idsOf(rule.steps) }));
  return {
    ...(onDocOnly === undefined ? {} : { skip_on_doc_only: idsOf(onDocOnly) }),
    ...(rules === undefined ? {} : { optimizations: { ...optimizations, skip_rules: rules } }),
    ...(alertRules === undefined ? {} : { alerts: { ...alerts, rules: alertRules } }),
  };
}

function importanceOf({ importance }: LibraryStep, kind: ProjectKind): StepImportance {
  return importance[kind] ?? importance.generic;
}

/** The kinds of projects that have a step; `undefined`: all. */
function kindsOf(step: LibraryStep): readonly ProjectKind[] | undefined {
  const kinds = PROJECT_KINDS.filter((kind) => importanceOf(step, kind) !== "off");
  return kinds.length === PROJECT_KINDS.length ? undefined : kinds;
}

function unknownBuiltin(name: string, { builtin }: BuiltinStepConfig, { byId }: LibraryNames): SemanticProblem {
  if (builtin !== undefined) {
    const message = `there is no built-in step "${builtin}"${didYouMean(builtin, byId.keys())}`;
    return { path: ["steps", name, "builtin"], atKey: false, message };
  }
  const actions =
    "`run` (a command), `script` (of a package.json), `module` (a JavaScript file) or `ai` (a question to a model)";
  const nearest = suggest(name, byId.keys());
  const hint = nearest === undefined ? "" : `; or did you mean the built-in step "${nearest}"?`;
  return { path: ["steps", name], atKey: true, message: `\`steps.${name}\` needs ${actions}${hint}` };
}

/** What is said of built-in steps, and none of those that are used has a use for. */
function unusedSettings(
  steps: ReadonlyMap<string, ResolvedStepConfig>,
  { byId }: LibraryNames,
  { testCommands, given }: { readonly testCommands: Config["test_commands"]; readonly given: object },
): readonly SemanticProblem[] {
  const used = [...steps.values()].flatMap((step) => ("builtin" in step ? (byId.get(step.builtin.id) ?? []) : []));
  const problems: SemanticProblem[] = [];
  if (testCommands !== undefined && !used.some((step) => step.testCommandsOption !== undefined)) {
    const message = "`test_commands` is for a built-in step that runs tests, and there is none";
    problems.push({ path: ["test_commands"], atKey: true, message });
  }
  for (const option of Object.keys(given)) {
    if (used.some(({ options }) => options.includes(option))) continue;
    const message = `the option \`${option}\` was given for this run, and no step has one of this name`;
    problems.push({ path: [], atKey: true, message });
  }
  return problems;
}

function optionProblems(
  name: string,
  step: BuiltinStepConfig,
  { id, options }: LibraryStep,
): readonly SemanticProblem[] {
  return Object.keys(step.with ?? {})
    .filter((option) => !options.includes(option))
    .map((option) => ({
      path: ["steps", name, "with", option],
      atKey: true,
      message: `the built-in step "${id}" has no option "${option}"${didYouMean(option, options)}`,
    }));
}
