import { createHash } from "node:crypto";
import { fingerprintFiles, type FileEntry } from "@ai-workflow/change-detection";
import { asksModel } from "../ai/asks-model.ts";
import type { Step } from "../config/workflow.ts";
import type { ChangedPaths } from "./changed-paths.ts";
import type { Relevance } from "./relevance.ts";

/** Changes when the meaning of a fingerprint does, so that older results are never taken for newer ones. */
export const FINGERPRINT_VERSION = 1;

/** What of the machine can change a result. */
export interface Runtime {
  readonly platform: string;
  readonly arch: string;
  readonly nodeVersion: string;
}

/** The two hashes that selection compares. */
export interface StepPrints {
  /** SHA-256 over all that can change the step's result: equal means the stored result may be replayed. */
  readonly fingerprint: string;
  /** Whether the step names inputs and no file matches them; such a step is never taken as proved. */
  readonly namesNothing: boolean;
  /** The same over only those inputs that count for the step; `undefined` when all do. Worked out when first asked for. */
  readonly relevantFingerprint: () => string | undefined;
  /**
   * The same over all but the files that the step looks at one after another: equal means that what it said of a file's content still stands.
   * Worked out when first asked for.
   */
  readonly settingsFingerprint: () => string;
  /**
   * The same over the inputs that count, and whatever changes are counted from: what a step did not pass on is told by it, also when that has
   * been committed. Worked out when first asked for.
   */
  readonly contentFingerprint: () => string;
  /** What `fingerprint` is made of, with values of the environment in the clear: never to be written as it is. */
  readonly parts: () => FingerprintParts;
  /** The files that `fingerprint` looks at. */
  readonly inputFiles: () => readonly FileEntry[];
}

/** Hashes of file sets by the globs that make them. A caller may keep them for as long as no file changes. */
export type FileSetHashes = Pick<Map<string, string>, "get" | "set">;

/** Everything a fingerprint is made of; each field is there because a change of it can change the step's result. */
export interface FingerprintParts {
  readonly version: number;
  /** Keeps the kinds of fingerprint apart. */
  readonly scope: "all" | "relevant" | "settings" | "content";
  /** Command, or module and what it is given. */
  readonly action: Step["action"];
  /** Two steps may have the same command and run at different points of the order. */
  readonly step: string;
  readonly directory: string;
  /** The unit that it is done for, which it is told. */
  readonly unit: string | undefined;
  /** SHA-256 over the module's own file, for a module step: it may be a link, or ignored by git. */
  readonly module: string | null;
  /** SHA-256 over what a script step takes from its `package.json`: the text of the script and its neighbours, and the package's variables. */
  readonly script: string | undefined;
  /** Which model is asked, and how, for a step that asks one. */
  readonly model: string | null;
  /** Since when changes are asked about, for a step that asks about changes: a pass says nothing of what was not asked about. */
  readonly askedSince: string | undefined;
  /** Names and contents of the files that say what is not sent to a model, for a step that asks one. */
  readonly ignoreFiles: string | undefined;
  /** The globs that choose what a module or a model is told of its files. */
  readonly inputs: readonly string[] | null;
  /** What it leaves; `undefined` when nothing is kept of that. */
  readonly outputs: readonly string[] | undefined;
  /** Fingerprints of the steps whose results it reads. */
  readonly uses: readonly (readonly [string, string])[];
  /** Names, modes and contents of the input files. */
  readonly files: string;
  /** Values of the declared environment variables; a missing variable differs from an empty one. */
  readonly environment: readonly (readonly [string, string | null])[];
  readonly runtime: Runtime;
  /** What the commands that it names as its tools said; `undefined` where it names none. */
  readonly tools: readonly (readonly [string, string])[] | undefined;
}

/** What fingerprints are computed from. */
export interface FingerprintInput {
  readonly relevances: ReadonlyMap<string, Relevance>;
  /** Every file that git does not ignore, with the id of its present content. */
  readonly files: readonly FileEntry[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly runtime: Runtime;
  /** SHA-256 over the content of a module's file by its path in the configuration. */
  readonly hashModule: (module: string) => string;
  /** SHA-256 over what a script step takes from the `package.json` of a folder; see `preparation/package-script.ts`. */
  readonly hashScript: (directory: string, script: string) => string;
  /** Names everything but the step and its files that can change what a model says; see `ai/describe-model.ts`. */
  readonly describeModel: () => string;
  /** What changed, for steps that ask about changes; `undefined` where that is unknown, and they ask about everything. */
  readonly changed: ChangedPaths | undefined;
  /** SHA-256 over what each tool said of itself; see `preparation/ask-tools.ts`. @defaultValue none was asked */
  readonly tools?: ReadonlyMap<string, string> | undefined;
  /** Hashes of input sets that are known for exactly these files. @defaultValue none */
  readonly known?: FileSetHashes | undefined;
}

/**
 * Names of files that keep others from being sent to a model, as ai-client knows them; loading it for a list would take longer than all of
 * selection.
 */
export const IGNORE_FILES: ReadonlySet<string> = new Set([
  ".gitignore",
  ".aiignore",
  ".aiexclude",
  ".cursorignore",
  ".codeiumignore",
  ".aiderignore",
]);

/** Marks the hash of an input set in which no file matches what the step names. */
const NOTHING_NAMED = "nothing-named:";

/**
 * Computes both fingerprints of the steps. Pure but for `hashModule` and `describeModel`. File sets that several steps share are filtered and hashed once.
 *
 * @param steps - all steps of the workflow
 * @param only - ids of the steps that are asked for; those that they use come along. Default: all
 */
export function fingerprintSteps(
  steps: ReadonlyMap<string, Step>,
  input: FingerprintInput,
  only: Iterable<string> = steps.keys(),
): ReadonlyMap<string, StepPrints> {
  const { files, environment, runtime } = input;
  const inputSets = input.known ?? new Map<string, string>();
  const relevantSets = new Map<string, string>();
  const prints = new Map<string, StepPrints>();

  const hashOnce = (hashes: FileSetHashes, key: string, compute: () => string): string => {
    let hash = hashes.get(key);
    if (hash === undefined) hashes.set(key, (hash = compute()));
    return hash;
  };
  const hashFiles = (keep: (path: string) => boolean, among = files): string =>
    fingerprintFiles(among.filter((file) => keep(file.path)));

  let ignoreFiles: string | undefined;
  const hashIgnoreFiles = (): string =>
    (ignoreFiles ??= hashFiles((path) => IGNORE_FILES.has(path.slice(path.lastIndexOf("/") + 1))));
  let listed: ReadonlySet<string> | undefined;
  const askedSince = (step: Step, relevance: Relevance): string | undefined => {
    if (!dependsOnBase(step)) return undefined;
    const { changed } = input;
    if (changed === undefined) return "the beginning";
    const known = (listed ??= new Set(files.map((file) => file.path)));
    const isDue = (path: string): boolean => known.has(path) && relevance.isNamed(path) && relevance.judge(path).counts;
    // Where nothing is due, every base says the same.
    return changed.paths.some(isDue) ? (changed.baseOid ?? "the beginning") : "now";
  };

  const printOf = (step: Step): StepPrints => {
    const known = prints.get(step.id);
    if (known !== undefined) return known;
    const relevance = input.relevances.get(step.id);
    if (relevance === undefined) throw new Error(`Cannot fingerprint step: nothing is known of "${step.id}"`);
    // What is used is needed, and needs form no circle.
    const used = step.uses.map((id) => {
      const one = steps.get(id);
      if (one === undefined) throw new Error(`Cannot fingerprint step: "${step.id}" uses the unknown "${id}"`);
      return [id, printOf(one)] as const;
    });
    const uses = used.map(([id, print]) => [id, print.fingerprint] as const);
    const since = askedSince(step, relevance);
    const partsOf = (scope: FingerprintParts["scope"], fileHash: string): FingerprintParts => ({
      version: FINGERPRINT_VERSION,
      scope,
      action: portable(step.action),
      step: step.id,
      directory: step.directory,
      unit: step.unit?.name,
      module: step.action.kind === "module" ? input.hashModule(step.action.module) : null,
      script: step.action.kind === "script" ? input.hashScript(step.directory, step.action.script) : undefined,
      model: asksModel(step) ? input.describeModel() : null,
      askedSince: scope === "settings" || scope === "content" ? undefined : since,
      ignoreFiles: asksModel(step) ? hashIgnoreFiles() : undefined,
      inputs: step.action.kind === "shell" || step.action.kind === "script" ? null : (step.inputs ?? null),
      outputs: step.outputs.length === 0 ? undefined : step.outputs,
      uses: scope === "content" ? used.map(([id, print]) => [id, print.contentFingerprint()] as const) : uses,
      files: fileHash,
      environment: step.environment.map((name) => [name, environment[name] ?? null] as const),
      // Field by field: a caller may hand over more than counts.
      runtime: { platform: runtime.platform, arch: runtime.arch, nodeVersion: runtime.nodeVersion },
      tools:
        step.tools.length === 0 ? undefined : step.tools.map((tool) => [tool, input.tools?.get(tool) ?? ""] as const),
    });
    const print = (scope: FingerprintParts["scope"], fileHash: string): string => hashParts(partsOf(scope, fileHash));
    const all = hashOnce(inputSets, relevance.inputKey, () => {
      const anyNamed = step.inputs === undefined || files.some((file) => relevance.isNamed(file.path));
      return (anyNamed ? "" : NOTHING_NAMED) + hashFiles(relevance.isInput, relevance.among(files));
    });
    let relevant: string | undefined;
    let settings: string | undefined;
    let content: string | undefined;
    const relevantFiles = (): string =>
      hashOnce(relevantSets, relevance.key(), () =>
        hashFiles((path) => relevance.judge(path).counts, relevance.among(files)),
      );
    const result: StepPrints = {
      fingerprint: print("all", all),
      namesNothing: all.startsWith(NOTHING_NAMED),
      relevantFingerprint: () => {
        if (!relevance.narrows) return undefined;
        return (relevant ??= print("relevant", relevantFiles()));
      },
      contentFingerprint: () => (content ??= print("content", relevance.narrows ? relevantFiles() : all)),
      parts: () => partsOf("all", all),
      inputFiles: () => relevance.among(files).filter((file) => relevance.isInput(file.path)),
      settingsFingerprint: () => (settings ??= print("settings", hashFiles(relevance.governs, relevance.among(files)))),
    };
    prints.set(step.id, result);
    return result;
  };

  for (const id of only) {
    const step = steps.get(id);
    if (step !== undefined) printOf(step);
  }
  return prints;
}

/** Where a built-in step is installed says nothing of what it does. */
function portable(action: Step["action"]): Step["action"] {
  return action.kind === "module" && action.builtin !== undefined ? { ...action, module: action.builtin.id } : action;
}

/** Whether what a step looks at depends on the base: a pass says nothing of what did not change since. */
function dependsOnBase(step: Step): boolean {
  const { action } = step;
  if (action.kind === "ai") return action.files === "changed";
  // A module that may ask can ask about changes.
  return asksModel(step) || ("changedFiles" in action && action.changedFiles === "since-base");
}

/** SHA-256 over a value. JSON keeps the parts apart; numbers that it writes as `null` are told in the order in which they stand there. */
export function hashParts(parts: unknown): string {
  const nulls: string[] = [];
  const text = JSON.stringify(parts ?? null, (_, value: unknown) => {
    if (value === null || (typeof value === "number" && !Number.isFinite(value))) nulls.push(String(value));
    return value;
  });
  return createHash("sha256").update(text).update(nulls.join(" ")).digest("hex");
}
