import * as fc from "fast-check";
import { CONFIG_FILE_NAME, type Config, type ShellStepConfig, type TriggerCategory } from "../src/config/config.ts";

/** A kind of files in the repository; every file is of exactly one. */
export interface FileGroup {
  /** Globs of a configuration that match exactly these files. */
  readonly globs: readonly string[];
  /** The category that change detection gives them. */
  readonly category: TriggerCategory;
  /** The names that a shell gives for them, where it may leave some out: `case` patterns of those that are of another group. */
  readonly shell: { readonly glob: string; readonly except?: string };
  /** A file of this group. */
  readonly fileOf: (name: string) => string;
}

/** The groups by name. */
export const GROUPS = {
  code: {
    globs: ["src/*.ts", "!src/*.test.ts"],
    category: "code",
    shell: { glob: "src/*.ts", except: "*.test.ts" },
    fileOf: (name) => `src/${name}.ts`,
  },
  tests: {
    globs: ["src/*.test.ts"],
    category: "tests",
    shell: { glob: "src/*.test.ts" },
    fileOf: (name) => `src/${name}.test.ts`,
  },
  archive: {
    globs: ["src/archive/*.ts"],
    category: "code",
    shell: { glob: "src/archive/*.ts" },
    fileOf: (name) => `src/archive/${name}.ts`,
  },
  docs: { globs: ["docs/*.md"], category: "docs", shell: { glob: "docs/*.md" }, fileOf: (name) => `docs/${name}.md` },
  readme: { globs: ["src/*.md"], category: "docs", shell: { glob: "src/*.md" }, fileOf: (name) => `src/${name}.md` },
  settings: {
    globs: ["settings/*.json"],
    category: "config",
    shell: { glob: "settings/*.json" },
    fileOf: (name) => `settings/${name}.json`,
  },
  /** Documents because the configuration says so. */
  notes: {
    globs: ["notes/*.txt"],
    category: "docs",
    shell: { glob: "notes/*.txt" },
    fileOf: (name) => `notes/${name}.txt`,
  },
} as const satisfies Readonly<Record<string, FileGroup>>;

/** Name of a group. */
export type GroupName = keyof typeof GROUPS;

/** Names of all groups. */
export const GROUP_NAMES = Object.keys(GROUPS) as readonly GroupName[];

/** Content of a file that makes every step fail that reads it. */
export const BAD = "BAD";

/** A step of a random workflow: what it does, and what it says of that. */
export interface StepSpec {
  /** What it reads, and nothing else. */
  readonly reads: readonly GroupName[];
  /** What it names as inputs beside what it reads; `undefined` where it names no inputs. */
  readonly named: readonly GroupName[] | undefined;
  /** How it says that some of its inputs do not count. */
  readonly narrowing: "none" | "categories" | "paths" | "categories-or-paths" | "skip-rules" | "documents";
  /** Steps before it that it needs, by position. */
  readonly needs: readonly number[];
  /** Steps before it whose results it reads, by position. */
  readonly uses: readonly number[];
  /** What it leaves: a file, or a folder in which there is one file for each that it reads. */
  readonly leaves: "file" | "folder";
  /** Whether it says so. */
  readonly outputs: boolean;
  /** Whether a failure comes before it leaves anything. */
  readonly failsEarly: boolean;
  readonly cache: boolean;
  readonly always: boolean;
  /** Whether it reads the variable `VALUE`, and says so. */
  readonly readsVariable: boolean;
  /** How long its success holds; `undefined` for as long as it is kept. */
  readonly expires: "1ms" | "12h" | "48h" | undefined;
  /** Whether it is given only the files that it has not passed on; it names exactly what it reads, and leaves nothing. */
  readonly incremental: boolean;
  /** Stage by position; `undefined` for none. */
  readonly stage: 0 | 1 | undefined;
  /** A change of it is a change of the command. */
  readonly salt: number;
}

/** A random workflow. */
export interface WorkflowSpec {
  readonly steps: readonly StepSpec[];
  /** Whether git ignores what steps leave. */
  readonly ignoresOutputs: boolean;
  /** Whether stages stop at their first failure. */
  readonly failFast: boolean;
  /** When the second stage starts; the expression is true whatever changed. */
  readonly trigger: "on_success" | "auto" | 'changed("docs") or not changed("docs")';
  /** What is kept of earlier runs; `undefined` for what is kept by default. */
  readonly retention: Config["retention"];
}

/** Names of all files of a workflow's own: what it is, as a configuration and as it was drawn. */
export const SPEC_FILE = "spec.json";

/** Id of the step at a position. */
export function stepId(position: number): string {
  return `s${position}`;
}

const groups = fc.subarray([...GROUP_NAMES]);

/** A step that comes after `position` others. */
function stepAt(position: number): fc.Arbitrary<StepSpec> {
  const earlier = fc.subarray(
    Array.from({ length: position }, (_, index) => index),
    { maxLength: Math.min(2, position) },
  );
  const often = (likely: boolean): fc.Arbitrary<boolean> =>
    fc.integer({ min: 0, max: 5 }).map((drawn) => (drawn === 5) !== likely);
  return fc
    .record({
      reads: fc.subarray([...GROUP_NAMES], { minLength: 1, maxLength: 3 }),
      named: fc.option(groups, { nil: undefined, freq: 3 }),
      narrowing: fc.constantFrom("none", "categories", "paths", "categories-or-paths", "skip-rules", "documents"),
      needs: earlier,
      uses: earlier,
      leaves: fc.constantFrom("file", "folder"),
      outputs: often(true),
      failsEarly: fc.boolean(),
      cache: often(true),
      always: often(false),
      readsVariable: often(false),
      expires: fc.constantFrom(undefined, undefined, undefined, "1ms", "12h", "48h"),
      incremental: often(false),
      stage: fc.constantFrom(undefined, undefined, 0, 1),
      salt: fc.nat(2),
    })
    .map(settle);
}

/** A step that is given changed files is given all that it names, and may leave nothing. */
function settle(step: StepSpec): StepSpec {
  return step.incremental ? { ...step, named: [], outputs: false } : step;
}

/** Any workflow of the given number of steps at most. */
export function workflowSpec(maxSteps: number): fc.Arbitrary<WorkflowSpec> {
  return fc.integer({ min: 1, max: maxSteps }).chain((count) =>
    fc.record({
      steps: fc.tuple(...Array.from({ length: count }, (_, index) => stepAt(index))),
      ignoresOutputs: fc.integer({ min: 0, max: 4 }).map((drawn) => drawn > 0),
      failFast: fc.boolean(),
      trigger: fc.constantFrom("on_success", "on_success", "auto", 'changed("docs") or not changed("docs")'),
      retention: fc.constantFrom(
        undefined,
        undefined,
        { runs: 1, results: 2, history: 1 },
        { results: 1, max_age_days: 1 },
        { logs_mb: 0.001, results_mb: 0.001 },
      ),
    }),
  );
}

/** A change of a workflow: one step is another one. */
export interface WorkflowEdit {
  readonly position: number;
  readonly change:
    | "salt"
    | "cache"
    | "outputs"
    | "narrowing"
    | "named"
    | "reads"
    | "expires"
    | "incremental"
    | "remove"
    | "add";
  readonly drawn: StepSpec;
}

/** Any change of a workflow. */
export const workflowEdit: fc.Arbitrary<WorkflowEdit> = fc.record({
  position: fc.nat(9),
  change: fc.constantFrom(
    "salt",
    "salt",
    "cache",
    "outputs",
    "narrowing",
    "named",
    "reads",
    "expires",
    "incremental",
    "remove",
    "add",
  ),
  drawn: stepAt(0),
});

/** The workflow after a change. */
export function editWorkflow(spec: WorkflowSpec, { position, change, drawn }: WorkflowEdit): WorkflowSpec {
  const at = position % spec.steps.length;
  const step = spec.steps[at];
  if (step === undefined) return spec;
  if (change === "add") return { ...spec, steps: [...spec.steps, { ...drawn, uses: [at] }] };
  if (change === "remove") return spec.steps.length === 1 ? spec : { ...spec, steps: spec.steps.slice(0, -1) };
  const changed: StepSpec = change === "salt" ? { ...step, salt: step.salt + 1 } : { ...step, [change]: drawn[change] };
  return { ...spec, steps: spec.steps.with(at, settle(changed)) };
}

/** Stages in order must hold the steps in order: a step is in no earlier stage than one that it needs. */
function stageOf(spec: WorkflowSpec, position: number): 0 | 1 | undefined {
  const wanted = spec.steps[position]?.stage;
  if (wanted === undefined) return undefined;
  return spec.steps.slice(0, position).some(({ stage }) => stage === 1) ? 1 : wanted;
}

/** The files of a workflow: its configuration, and as it was drawn. */
export function renderWorkflow(spec: WorkflowSpec): Readonly<Record<string, string>> {
  const steps = Object.fromEntries(spec.steps.map((_, index) => [stepId(index), renderStep(spec, index)]));
  const usedStages = [0, 1].filter((stage) => spec.steps.some((_, index) => stageOf(spec, index) === stage));
  const skipped = spec.steps.flatMap((step, index) =>
    step.narrowing === "skip-rules"
      ? unread(step).map((group) => ({ pattern: patternOf(group), steps: [stepId(index)] }))
      : [],
  );
  const documents = spec.steps.flatMap((step, index) =>
    step.narrowing === "documents" && step.reads.every((group) => GROUPS[group].category !== "docs")
      ? [stepId(index)]
      : [],
  );
  const config: Config = {
    optimizations: { ml_optimize: false, ...(skipped.length === 0 ? {} : { skip_rules: skipped }) },
    categories: [{ category: "docs", paths: ["notes/"] }],
    ...(documents.length === 0 ? {} : { skip_on_doc_only: documents }),
    ...(usedStages.length === 0
      ? {}
      : {
          stages: usedStages.map((stage) => ({
            id: `stage${stage}`,
            fail_fast: spec.failFast,
            ...(stage === 1 ? { trigger: spec.trigger } : {}),
          })),
        }),
    ...(spec.retention === undefined ? {} : { retention: spec.retention }),
    steps,
  };
  return {
    // JSON is YAML as well.
    [CONFIG_FILE_NAME]: JSON.stringify(config, undefined, 1),
    [SPEC_FILE]: JSON.stringify(spec),
    ".gitignore": spec.ignoresOutputs ? "out/\nmade/\n" : "made/\n",
  };
}

function unread({ reads }: StepSpec): readonly GroupName[] {
  return GROUP_NAMES.filter((group) => !reads.includes(group));
}

/** A regular expression over the paths of a group. */
function patternOf(group: GroupName): string {
  const { glob, except }: FileGroup["shell"] = GROUPS[group].shell;
  const [folder = "", ending = ""] = glob.split("/*");
  return `^${folder}/${except === undefined ? "" : "(?!.*\\.test\\.ts$)"}[^/]*${ending.replaceAll(".", "\\.")}$`;
}

function renderStep(spec: WorkflowSpec, position: number): ShellStepConfig {
  const step = spec.steps[position];
  if (step === undefined) throw new Error(`no step at ${position}`);
  const stage = stageOf(spec, position);
  const inputs =
    step.named === undefined
      ? undefined
      : [...new Set([...step.reads, ...step.named])]
          .flatMap((group): readonly string[] => GROUPS[group].globs)
          // What takes away goes behind all that gives, or it would take away nothing; what it takes away may be given by another.
          .sort((a, b) => Number(a.startsWith("!")) - Number(b.startsWith("!")));
  const namesTests = inputs?.includes("src/*.test.ts") === true;
  const both = step.narrowing === "categories-or-paths";
  const categories = [...new Set((both ? step.reads.slice(0, 1) : step.reads).map((group) => GROUPS[group].category))];
  const paths = (both ? step.reads.slice(1) : step.reads).map((group) => GROUPS[group].shell.glob);
  const when = {
    ...(step.always ? { always: true } : {}),
    ...(step.narrowing === "categories" || both ? { changed: categories } : {}),
    ...(step.narrowing === "paths" || (both && paths.length > 0) ? { paths } : {}),
  };
  return {
    run: commandOf(spec, position),
    ...(inputs === undefined ? {} : { inputs: inputs.filter((glob) => !namesTests || !glob.startsWith("!")) }),
    ...(Object.keys(when).length === 0 ? {} : { when }),
    ...(step.needs.length === 0 ? {} : { needs: step.needs.map(stepId) }),
    ...(step.uses.length === 0 ? {} : { uses: step.uses.map(stepId) }),
    ...(step.outputs ? { outputs: [`out/${stepId(position)}/`] } : {}),
    ...(step.cache ? {} : { cache: false }),
    ...(step.expires === undefined ? {} : { expires: step.expires }),
    ...(step.readsVariable ? { env: ["VALUE"] } : {}),
    ...(stage === undefined ? {} : { stage: `stage${stage}` }),
  };
}

/** The folder in which a step leaves something. */
export function leftBy(spec: WorkflowSpec, position: number): string {
  const saysSo = spec.steps[position]?.outputs ?? false;
  return `${saysSo ? "out" : "made"}/${stepId(position)}`;
}

/**
 * Reads every file of the step's groups with its name, whether it may be executed, and its content, and what the steps it uses have left;
 * leaves all of that; fails where a file holds what it may not. In bash alone, for it runs often.
 */
function commandOf(spec: WorkflowSpec, position: number): string {
  const step = spec.steps[position];
  if (step === undefined) throw new Error(`no step at ${position}`);
  if (step.incremental) return incrementalCommand(step);
  const folder = leftBy(spec, position);
  const look = step.reads.map((group) => {
    const { glob, except }: FileGroup["shell"] = GROUPS[group].shell;
    const skip = except === undefined ? "" : `case $f in ${except}) continue;; esac; `;
    return `for f in ${glob}; do ${skip}look "$f"; done`;
  });
  const use = step.uses.map((used) => {
    const from = leftBy(spec, used);
    return `for f in ${from}/*; do look "$f"; done`;
  });
  const leave =
    step.leaves === "file"
      ? [`printf '%s\\n' "\${all[@]}" > ${folder}/all`]
      : [
          `for i in "\${!all[@]}"; do printf '%s\\n' "\${all[$i]}" > "${folder}/\${names[$i]//\\//-}"; done`,
          `printf '%s\\n' "\${#all[@]}" > ${folder}/count; chmod +x ${folder}/count; ln -s count ${folder}/link`,
        ];
  const fail = `[ "$bad" = "" ] || { echo "bad: $bad"; exit 1; }`;
  return [
    `shopt -s nullglob; all=(${step.salt}); names=(salt); bad=`,
    step.readsVariable ? `all+=("VALUE=\${VALUE-none}"); names+=(variable)` : ":",
    `look() { local x=- c=; if [ -x "$1" ]; then x=x; fi; IFS= read -r -d '' c < "$1" || :; ` +
      `all+=("$1 $x $c"); names+=("$1"); }`,
    ...look,
    `for one in "\${all[@]}"; do case $one in *${BAD}*) bad=$one;; esac; done`,
    ...use,
    ...(step.failsEarly ? [fail] : []),
    `rm -rf ${folder}; mkdir -p ${folder}`,
    ...leave,
    ...(step.failsEarly ? [] : [fail]),
    `echo "saw \${#all[@]}"`,
  ].join("\n");
}

/** Judges each file that it is given by itself. */
function incrementalCommand({ salt }: StepSpec): string {
  return [
    `bad= # ${salt}`,
    `for f in {changed_files}; do IFS= read -r -d '' c < "$f" || :; case $c in *${BAD}*) bad=$f;; esac; done`,
    `[ "$bad" = "" ] || { echo "bad: $bad"; exit 1; }`,
  ].join("\n");
}
