import {
  categorise,
  type Categorised,
  type Category,
  type FileEntry,
  type GitCache,
  type WorktreeInspection,
} from "@ai-workflow/change-detection";
import type { ChangeSetRecord, SpanRecorder } from "@ai-workflow/profiler";
import type { Workflow } from "../config/workflow.ts";
import type { FailedFingerprints } from "../results/failed-fingerprints.ts";
import {
  findSuccesses,
  withoutOutputsOf,
  type FindSuccessesOptions,
  type FoundSuccesses,
} from "../results/find-successes.ts";
import type { StoredSuccess } from "../results/stored-success.ts";
import type { ModuleChanges } from "../runners/module-step.ts";
import type { ChangedPaths } from "../selection/changed-paths.ts";
import { checkRequest } from "../selection/check-request.ts";
import { describeChanges } from "../selection/describe-changes.ts";
import { hashModule } from "./hash-module.ts";
import { hashPackageScript } from "./package-script.ts";
import { listFilesUnlessAborted } from "../tree/list-files.ts";
import { fingerprintSteps, type FileSetHashes, type Runtime, type StepPrints } from "../selection/fingerprint.ts";
import type { Decision } from "../selection/reasons.ts";
import { createRelevance, type Relevance } from "../selection/relevance.ts";
import type { ToolAnswers } from "./ask-tools.ts";
import { select } from "../selection/select.ts";
import type { SelectionRequest } from "../selection/selection-input.ts";
import { untriggeredSteps, type StageFacts } from "../selection/untriggered-stages.ts";
import { readStageFacts } from "./read-stage-facts.ts";

/** All that is known before the first step starts. */
export interface Preparation {
  readonly decisions: readonly Decision[];
  readonly changeSet: ChangeSetRecord;
  /** The same for modules, with every changed path. */
  readonly changes: ModuleChanges;
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

/** What preparing needs. */
export interface PrepareOptions extends FindSuccessesOptions {
  readonly workflow: Workflow;
  readonly directory: string;
  readonly request: SelectionRequest;
  /** Ref to compare with; `undefined` leaves the choice to change detection. */
  readonly base: string | undefined;
  /** What git said of the work tree a moment ago. @defaultValue it is asked */
  readonly inspection?: WorktreeInspection | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly runtime: Runtime;
  /** Tells what steps did not pass on; asked only where the base is assumed to have passed. @defaultValue nothing is known */
  readonly failures?: Pick<FailedFingerprints, "isDoubted"> | undefined;
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
    const { list, record: changeSet, changed } = describeChanges(changes, categorised);
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
    const namesNothing = new Set([...prints].filter(([, print]) => print.namesNothing).map(([id]) => id));
    const doubted = workflow.base.assumeGreen
      ? new Set([...prints].filter(([, p]) => options.failures?.isDoubted(p.contentFingerprint())).map(([id]) => id))
      : undefined;
    const stageFacts = factsOf(options, changes.known ? new Set(list.map((change) => change.category)) : undefined);
    const decide = (successes: FoundSuccesses): Preparation => ({
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
      changes: changes.known
        ? { known: true, base: { ref: changes.base.ref, oid: changes.base.oid }, list }
        : { known: false, message: changes.message, isOutsideOfGit: changes.code === "not-a-repository" },
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
      without: (stepIds) => decide(withoutOutputsOf(successes, stepIds)),
    });
    const looksBack = !request.force && request.smartExecution;
    const found = findSuccesses(looksBack ? workflow.steps.values() : [], prints, options);
    // A run that waits may have done so for long: what failed on the same since is not taken from it. One that was killed is the last one.
    const failedSince = (id: string): boolean =>
      options.earlier?.ended === "waiting" &&
      options.failures?.isDoubted(prints.get(id)?.contentFingerprint() ?? "") === true;
    return decide({ ...found, resumed: new Map([...found.resumed].filter(([id]) => !failedSince(id))) });
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
  const { askToolsOf } = await import("./ask-tools.ts");
  return spans.measure("tools", () => askToolsOf(steps, { directory, environment, signal }));
}
