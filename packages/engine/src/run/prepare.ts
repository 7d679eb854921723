import {
  categorise,
  type Categorised,
  type Category,
  type Change,
  type ChangeSet,
  type ChangesUnknown,
  type FileEntry,
  type GitCache,
  type WorktreeInspection,
} from "@ai-workflow/change-detection";
import type { ChangeRecord, ChangeSetRecord, SpanRecorder } from "@ai-workflow/profiler";
import type { Step, Workflow } from "../config/workflow.ts";
import { EngineError } from "../errors.ts";
import type { OutputStore } from "../outputs/output-store.ts";
import type { FailedFingerprints } from "../results/failed-fingerprints.ts";
import type { ResultStore } from "../results/result-store.ts";
import type { StoredSuccess } from "../results/stored-success.ts";
import type { ChangedPaths } from "../selection/changed-paths.ts";
import { suggest } from "../config/suggest.ts";
import { stepLogPath } from "./state-directory.ts";
import { hashModule } from "./hash-module.ts";
import { hashPackageScript } from "./package-script.ts";
import { listFilesUnlessAborted } from "./list-files.ts";
import { fingerprintSteps, type FileSetHashes, type Runtime, type StepPrints } from "../selection/fingerprint.ts";
import { isKept } from "../selection/is-kept.ts";
import type { Decision } from "../selection/reasons.ts";
import { createRelevance, type Relevance } from "../selection/relevance.ts";
import type { ToolAnswers } from "../explain/ask-tools.ts";
import { select, type SelectionRequest } from "../selection/select.ts";
import { untriggeredSteps, type StageFacts } from "../selection/untriggered-stages.ts";
import { readStageFacts } from "./read-stage-facts.ts";

/** Changed paths that a record lists at most; decisions look at all of them. */
const LISTED_CHANGES = 1_000;

/** All that is known before the first step starts. */
export interface Preparation {
  readonly decisions: readonly Decision[];
  readonly changeSet: ChangeSetRecord;
  /** Every file that git does not ignore, or `undefined` where git could not list them. */
  readonly files: readonly FileEntry[] | undefined;
  /** Files that git was told not to look at and that were edited all the same. */
  readonly hiddenEdits: readonly string[];
  /** What changed, with the commit that changes are counted from; `undefined` where that is unknown. */
  readonly changed: ChangedPaths | undefined;
  readonly relevances: ReadonlyMap<string, Relevance>;
  readonly prints: ReadonlyMap<string, StepPrints>;
  /** SHA-256 over what each tool said of itself; `undefined` where no step names one. */
  readonly tools: ReadonlyMap<string, string> | undefined;
  readonly replayable: ReadonlyMap<string, StoredSuccess>;
  readonly proofs: ReadonlyMap<string, StoredSuccess>;
  /** By step that is not kept: its success in the run that this one goes on with. */
  readonly resumed: ReadonlyMap<string, StoredSuccess>;
  /** What the triggers of stages may ask about. */
  readonly stageFacts: StageFacts;
  /** The same without the stored successes of some steps. */
  readonly without: (stepIds: ReadonlySet<string>) => Preparation;
}

/** The stored success that a decision rests on. */
export function storedSuccess(
  { stepId, action, reason }: Decision,
  { replayable, proofs, resumed }: Pick<Preparation, "replayable" | "proofs" | "resumed">,
): StoredSuccess | undefined {
  if (reason === "resumed") return resumed.get(stepId);
  if (action === "replay") return replayable.get(stepId) ?? proofs.get(stepId);
  return reason === "no-relevant-change" ? proofs.get(stepId) : undefined;
}

/** A run that is gone on with. */
export interface EarlierRun {
  readonly ended: "killed" | "waiting";
  readonly passed: ReadonlyMap<string, StoredSuccess>;
}

/** What preparing needs. */
export interface PrepareOptions {
  readonly workflow: Workflow;
  readonly directory: string;
  readonly request: SelectionRequest;
  /** Ref to compare with; `undefined` leaves the choice to change detection. */
  readonly base: string | undefined;
  /** What git said of the work tree a moment ago. @defaultValue it is asked */
  readonly inspection?: WorktreeInspection | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly runtime: Runtime;
  readonly store: ResultStore;
  /** Tells what steps did not pass on; asked only where the base is assumed to have passed. @defaultValue nothing is known */
  readonly failures?: Pick<FailedFingerprints, "isDoubted"> | undefined;
  /** Tells whether what a step left is stored. */
  readonly outputs: Pick<OutputStore, "canRestore">;
  /** Wall clock in milliseconds since 1970: successes may expire. */
  readonly nowMs: number;
  /** Steps that passed in a run that was killed, or that waits for a person, to go on with. @defaultValue none */
  readonly earlier?: EarlierRun | undefined;
  /** Stores a success of a run that was killed before it could. @defaultValue it is not stored */
  readonly keepEarlier?: ((success: StoredSuccess, log: string) => void) | undefined;
  /** What a model's answer depends on beside a step and its files; asked only for steps of models. */
  readonly describeModel: () => string;
  /** Gives the hashes of file sets that an earlier run kept for exactly these files. @defaultValue none are known */
  readonly fileSets?: ((files: readonly FileEntry[]) => FileSetHashes) | undefined;
  readonly spans: SpanRecorder;
  /** Facts about commits that earlier runs found. @defaultValue none are kept */
  readonly gitCache?: GitCache | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Reads the work tree, compares it with what is proved, and decides for every step. Changes nothing. */
export async function prepare(options: PrepareOptions): Promise<Preparation> {
  const { workflow, directory, request, environment, spans, signal } = options;
  const { categoryRules } = workflow;
  checkRequest(workflow, request);
  const base = options.base ?? workflow.base.ref;
  const { changes, files, hiddenEdits } =
    options.inspection ??
    (await spans.measure("git_operations", () =>
      listFilesUnlessAborted({ directory, base, environment, cache: options.gitCache, signal }),
    ));

  const asked = await askTools(options);
  const tools = asked?.versions;
  return spans.measure("selection", () => {
    const known = new Map<string, Categorised>();
    const categorised = (path: string): Categorised => {
      let answer = known.get(path);
      if (answer === undefined) known.set(path, (answer = categorise(path, categoryRules)));
      return answer;
    };
    const categoryOf = (path: string): Category => categorised(path).category;
    const relevances = new Map<string, Relevance>();
    for (const step of workflow.steps.values()) {
      relevances.set(step.id, createRelevance(step, workflow, categoryOf));
    }
    const list = changes.known ? changes.changes.map((change) => describeChange(change, categorised(change.path))) : [];
    const changed: ChangedPaths | undefined = changes.known
      ? {
          baseOid: changes.base.oid,
          paths: list.filter(({ status }) => status !== "deleted").map((change) => change.path),
          deleted: list.filter(({ status }) => status === "deleted").map((change) => change.path),
        }
      : undefined;
    const prints =
      files === undefined
        ? new Map<string, StepPrints>()
        : fingerprintSteps(workflow.steps, {
            hashModule: (module) => hashModule(directory, module),
            hashScript: (folder, script) => hashPackageScript(directory, folder, script),
            describeModel: options.describeModel,
            relevances,
            files,
            environment,
            runtime: options.runtime,
            changed,
            tools,
            known: options.fileSets?.(files),
          });
    const stored: StoredSuccesses = {
      replayable: new Map(),
      proofs: new Map(),
      withoutOutputs: new Map(),
      restorable: new Set(),
      resumed: new Map(),
      expired: new Map(),
    };
    if (!request.force && request.smartExecution) {
      for (const step of workflow.steps.values()) lookUp(step, prints, options, stored);
      for (const step of workflow.steps.values()) resume(step, prints, options, stored);
    }
    const namesNothing = new Set([...prints].filter(([, print]) => print.namesNothing).map(([id]) => id));
    const doubted = workflow.base.assumeGreen
      ? new Set([...prints].filter(([, p]) => options.failures?.isDoubted(p.contentFingerprint())).map(([id]) => id))
      : undefined;
    const changeSet = recordChanges(changes, list);
    const stageFacts = factsOf(options, changes.known ? new Set(list.map((change) => change.category)) : undefined);
    const decide = (successes: StoredSuccesses): Preparation => ({
      decisions: select({
        workflow,
        request,
        changes: changes.known
          ? { known: true, base: changes.base.ref, list }
          : { known: false, message: changes.message },
        filesKnown: files !== undefined,
        namesNothing,
        unknownTools: asked?.unknown,
        untriggered: untriggeredSteps(workflow.stages, stageFacts, request),
        resumedFrom: options.earlier?.ended,
        doubted,
        relevances,
        ...successes,
      }),
      changeSet,
      files,
      hiddenEdits,
      changed,
      relevances,
      prints,
      tools,
      replayable: successes.replayable,
      proofs: successes.proofs,
      resumed: successes.resumed,
      stageFacts,
      without: (stepIds) => decide(takeAway(successes, stepIds)),
    });
    return decide(stored);
  });
}

/** Most workflows have no trigger that asks for anything. */
function factsOf(
  { workflow: { stages }, directory, environment }: PrepareOptions,
  changed: ReadonlySet<string> | undefined,
): StageFacts {
  if (!stages.some(({ when }) => when !== undefined)) return {};
  return readStageFacts({ stages, directory, environment, changed });
}

/** Most workflows name no tools, and load nothing that asks them. */
async function askTools({
  workflow,
  directory,
  environment,
  spans,
  signal,
}: PrepareOptions): Promise<ToolAnswers | undefined> {
  const steps = [...workflow.steps.values()].filter(({ tools }) => tools.length > 0);
  if (steps.length === 0) return undefined;
  const { askToolsOf } = await import("../explain/ask-tools.ts");
  return spans.measure("tools", () => askToolsOf(steps, { directory, environment, signal }));
}

function checkRequest(workflow: Workflow, request: SelectionRequest): void {
  for (const name of request.steps ?? []) {
    if (workflow.steps.has(name)) continue;
    // The steps of units can be asked for together, by the name that they have in the configuration.
    const known = [
      ...new Set(
        [...workflow.steps.values()].flatMap(({ id, unit }) =>
          unit === undefined ? [id] : [id.slice(0, id.indexOf("@")), id],
        ),
      ),
    ];
    const nearest = suggest(name, known);
    throw new EngineError("ENGINE_UNKNOWN_STEP", `unknown step "${name}"`, {
      hint: nearest === undefined ? `The steps are ${known.join(", ")}` : `Did you mean "${nearest}"?`,
    });
  }
}

/** Stored successes by step, as selection takes them. */
interface StoredSuccesses {
  readonly replayable: Map<string, StoredSuccess>;
  readonly proofs: Map<string, StoredSuccess>;
  readonly withoutOutputs: Map<string, StoredSuccess>;
  readonly restorable: Set<string>;
  readonly resumed: Map<string, StoredSuccess>;
  readonly expired: Map<string, StoredSuccess>;
}

/** A success of which nobody can tell the age is old. */
function isExpired({ expiresMs }: Step, { at }: StoredSuccess, nowMs: number): boolean {
  return expiresMs !== undefined && !(nowMs - Date.parse(at) <= expiresMs);
}

/**
 * What had passed in a run that was killed, and would pass again: its fingerprint is the same, so its inputs are still what they were when
 * that run began. What it left is not looked at; a step with `outputs` runs again unless they were stored in time.
 */
function resume(
  step: Step,
  prints: ReadonlyMap<string, StepPrints>,
  { earlier, keepEarlier }: Pick<PrepareOptions, "earlier" | "keepEarlier">,
  { replayable, withoutOutputs, resumed }: StoredSuccesses,
): void {
  const success = earlier?.passed.get(step.id);
  const print = prints.get(step.id);
  if (success === undefined || print === undefined || print.namesNothing || step.outputs.length > 0) return;
  if (success.fingerprint !== print.fingerprint || replayable.has(step.id) || withoutOutputs.has(step.id)) return;
  const whole = { ...success, relevantFingerprint: print.relevantFingerprint() };
  if (!isKept(step)) {
    resumed.set(step.id, whole);
    return;
  }
  keepEarlier?.(whole, stepLogPath(success.runId, step.id));
  replayable.set(step.id, whole);
}

function lookUp(
  step: Step,
  prints: ReadonlyMap<string, StepPrints>,
  { store, outputs, nowMs }: Pick<PrepareOptions, "store" | "outputs" | "nowMs">,
  { replayable, proofs, withoutOutputs, restorable, expired }: StoredSuccesses,
): void {
  const print = prints.get(step.id);
  if (print === undefined || print.namesNothing || !isKept(step)) return;
  const leaves = step.outputs.length > 0;
  const success = store.find(print.fingerprint);
  if (success !== undefined && isExpired(step, success, nowMs)) {
    expired.set(step.id, success);
    return;
  }
  if (success !== undefined) {
    const isWhole = leaves && outputs.canRestore(success.outputs);
    if (isWhole) restorable.add(step.id);
    (isWhole || !leaves ? replayable : withoutOutputs).set(step.id, success);
    return;
  }
  const relevant = print.relevantFingerprint();
  const proof = relevant === undefined ? undefined : store.find(relevant);
  if (proof === undefined || isExpired(step, proof, nowMs)) return;
  const isWhole = leaves && outputs.canRestore(proof.outputs);
  if (isWhole) restorable.add(step.id);
  (isWhole || !leaves ? proofs : withoutOutputs).set(step.id, proof);
}

/** The same, where what some steps left turned out to be gone. */
function takeAway(stored: StoredSuccesses, stepIds: ReadonlySet<string>): StoredSuccesses {
  const keep = <Value>(map: ReadonlyMap<string, Value>): Map<string, Value> =>
    new Map([...map].filter(([id]) => !stepIds.has(id)));
  const gone = [...stored.proofs, ...stored.replayable].filter(([id]) => stepIds.has(id));
  return {
    replayable: keep(stored.replayable),
    proofs: keep(stored.proofs),
    withoutOutputs: new Map([...stored.withoutOutputs, ...gone]),
    restorable: new Set([...stored.restorable].filter((id) => !stepIds.has(id))),
    resumed: keep(stored.resumed),
    expired: stored.expired,
  };
}

function describeChange({ path, previousPath, status }: Change, { category, rule }: Categorised): ChangeRecord {
  return { path, previousPath, status, category, rule };
}

function recordChanges(changes: ChangeSet | ChangesUnknown, list: readonly ChangeRecord[]): ChangeSetRecord {
  if (!changes.known) {
    return { known: false, code: changes.code, message: changes.message, remedy: changes.remedy };
  }
  const categories: Record<string, number> = {};
  for (const { category } of list) categories[category] = (categories[category] ?? 0) + 1;
  return {
    known: true,
    base: changes.base,
    headOid: changes.headOid,
    total: list.length,
    changes: list.slice(0, LISTED_CHANGES),
    categories,
  };
}
