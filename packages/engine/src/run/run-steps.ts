import path from "node:path";
import {
  machineClass,
  type AiRecord,
  type HistoryEntry,
  type ResourceSample,
  type RunResourcesRecord,
  type ScheduleRecord,
  type SpeculationRecord,
  type StepRecord,
} from "@ai-workflow/profiler";
import {
  journalFile,
  JOURNAL_VERSION,
  openRunJournal,
  type JournalHead,
  type RunJournal,
} from "../journal/run-journal.ts";
import type { Objective } from "../config/config.ts";
import { keepParts } from "../explain/keep-parts.ts";
import { createRunForecast, type RunForecast } from "../prediction/forecast-run.ts";
import { toQuery } from "../prediction/history-samples.ts";
import { endMarkedProcesses, markOf } from "../runners/marked-processes.ts";
import { openFailedFingerprints } from "../results/failed-fingerprints.ts";
import { countStoredBytes } from "../results/count-stored-bytes.ts";
import { sweepResults } from "../results/sweep-results.ts";
import type { FirstFailure } from "../stages/first-failure.ts";
import { wantsTelemetry } from "../telemetry/wants-telemetry.ts";
import { abortLater } from "./abort-later.ts";
import { recordedKind } from "./build-record.ts";
import type { InputsLook } from "./changed-inputs.ts";
import { expectFrom, readLatestRuns } from "../scheduling/expectations.ts";
import { executeSteps } from "./execute-steps.ts";
import { createResultKeeper } from "./keep-results.ts";
import { listFilesUnlessAborted, openStateGitCache } from "../tree/list-files.ts";
import { createStepMeter, type StepMeter } from "./measure-steps.ts";
import type { Preparation } from "../preparation/prepare.ts";
import type { RunContext } from "./run-context.ts";
import { hashModule } from "../preparation/hash-module.ts";
import { hashPackageScript } from "../preparation/package-script.ts";
import { scheduleSteps, type StepSchedule } from "./schedule-steps.ts";
import { shareLastLook } from "./share-last-look.ts";
import { RESULTS_FOLDER } from "../state/state-directory.ts";
import { namePaths, watchTree, type TreeWatch } from "../tree/watch-tree.ts";
import { describeWork, type StepFeatures } from "./step-features.ts";
import type { StepBooks } from "./steps-to-run.ts";

/** What is known after the steps ran. */
export interface RanSteps {
  readonly schedule: Omit<ScheduleRecord, "actualMakespanMs">;
  /** Absent when no step asked a model. */
  readonly ai: AiRecord | undefined;
  /** Absent when no step was measured. */
  readonly resources: RunResourcesRecord | undefined;
  /** Absent when no step ran ahead of its stage. */
  readonly speculation: SpeculationRecord | undefined;
  /** Stages that ran into their time limit. */
  readonly timeLimitReached: ReadonlySet<string>;
  /** Looks at what steps took, for the trace. */
  readonly samples: readonly ResourceSample[];
  /** To be called when the record is written. */
  readonly closeJournal: () => void;
}

/**
 * Time in which a run that is cancelled may still look at the files, so that what passed before is kept, in milliseconds. Most looks take less;
 * only gigabytes that are to be hashed do not.
 */
const LOOK_GRACE_MS = 3_000;

/**
 * Schedules and runs what selection decided to run, puts a record of each step into `steps`, and keeps what passed for replay.
 * Loaded only by runs in which something runs.
 *
 * @param wroteFiles - whether files were written since those of the preparation were listed
 */
export async function runSteps(
  context: RunContext,
  preparation: Preparation,
  steps: Map<string, StepRecord>,
  wroteFiles: boolean,
): Promise<RanSteps | undefined> {
  const { options, resolved, machine, environment } = context;
  const { workflow, directory } = options.loaded;
  const running = preparation.decisions.filter(({ action }) => action === "run").map(({ stepId }) => stepId);
  const features = describeWork(running, preparation, directory);
  const latest = readLatestRuns(context.state.path);
  const expected = { ...expectFrom(latest), firstFailure: await firstFailureFor(resolved.objective, latest) };
  const schedule = scheduleSteps(workflow, preparation.decisions, resolved, machine, expected, pathsOf(preparation));
  if (schedule === undefined) return undefined;
  const cache = openStateGitCache(context.state.path);
  const signal = abortLater(options.signal, LOOK_GRACE_MS);
  const looks = shareLastLook(
    async () => (await listFilesUnlessAborted({ directory, base: "HEAD", environment, cache, signal })).files,
  );
  // What was restored is nobody's edit.
  const filesBefore = wroteFiles && preparation.files !== undefined ? await looks.list() : preparation.files;
  const tree = filesBefore === undefined ? undefined : watchTree(filesBefore, looks.list);
  const { store, storedBytes } = countStoredBytes(context.store);
  const inputs: InputsLook = {
    steps: workflow.steps,
    hashModule: (module) => hashModule(directory, module),
    hashScript: (folder, script) => hashPackageScript(directory, folder, script),
    describeModel: context.describeModel,
    relevances: preparation.relevances,
    environment,
    runtime: machine,
    changed: preparation.changed,
    tools: preparation.tools,
    listFiles: looks.list,
  };
  const keeper = createResultKeeper({
    ...inputs,
    store,
    captureOutputs: (globs) => context.outputs.capture(globs),
    notice: context.notice,
  });
  const failures = openFailedFingerprints(context.state.path);
  const forecast = resolved.optimizations.mlOptimize
    ? forecastFor(context, preparation, schedule, features)
    : undefined;
  const traceParents = wantsTelemetry(environment)
    ? (await import("../telemetry/send-telemetry.ts")).createTraceParents(context)
    : undefined;
  const meter = createStepMeter(context, traceParents);
  const journal = beginJournal(context, preparation, [...steps.values()]);
  const changed: StepBooks["changedInputs"] = async (ids) =>
    (await import("./changed-inputs.ts")).changedInputs(ids, inputs, preparation.prints);
  const strict = options.strict === true ? tree : undefined;
  const ran = await executeSteps({
    context,
    preparation,
    schedule: { ...schedule, features, forecast, upperMs: expected.upperMs },
    records: steps,
    books: { keeper, failures, meter, journal, changedInputs: changed, strict },
  });
  looks.last();
  if (options.strict !== true) await tellEdits(tree, context, steps);
  await context.spans.measure("store_results", () => keeper.settle());
  if (context.state.durable) failures.save();
  keepParts(context, preparation, steps.values());
  await endWhatIsLeft(context, meter);
  sweep(context, storedBytes());
  return {
    schedule: schedule.planned,
    ai: ran.ai,
    resources: ran.resources,
    speculation: ran.speculation,
    timeLimitReached: ran.timeLimitReached,
    samples: meter.samples(),
    closeJournal: () => journal.close(),
  };
}

/** Only an order for the first failure needs to know how likely steps are to fail. */
async function firstFailureFor(
  objective: Objective,
  latest: readonly HistoryEntry[],
): Promise<FirstFailure | undefined> {
  if (objective !== "first-failure") return undefined;
  return (await import("../stages/first-failure.ts")).createFirstFailure(latest);
}

/** Predictions for the steps that run. */
function forecastFor(
  context: RunContext,
  { changeSet }: Preparation,
  schedule: StepSchedule,
  features: ReadonlyMap<string, StepFeatures>,
): RunForecast {
  const { options, machine, state, spans, notice } = context;
  const run = { machine: machineClass(machine), time: context.startedAtMs / 1_000, changeSet };
  const { steps } = options.loaded.workflow;
  return createRunForecast({
    state: state.path,
    durable: state.durable,
    queries: [...features].map(([id, known]) => toQuery(id, steps.get(id)?.stage, known, run)),
    expectedMs: schedule.planned.plannedMakespanMs,
    worker: options.predictorWorker,
    spans,
    notice,
  });
}

/** Tells what changed in the tree while steps ran, and that none of them says it edits or leaves. */
async function tellEdits(
  tree: TreeWatch | undefined,
  { options, notice }: RunContext,
  records: ReadonlyMap<string, StepRecord>,
): Promise<void> {
  const ran = [...options.loaded.workflow.steps.values()].filter(
    ({ id, action }) => action.kind !== "ai" && records.get(id)?.startedMs !== undefined,
  );
  if (tree === undefined || ran.length === 0) return;
  const edited = await tree.undeclared(ran);
  if (edited === undefined || edited.length === 0) return;
  const message = `${namePaths(edited)} changed while steps ran, and none of them says so in \`writes\` or \`outputs\` (--strict finds out which)`;
  notice({ code: "files-edited", message });
}

function pathsOf({ files = [] }: Preparation): readonly string[] {
  return files.map((file) => file.path);
}

/** Begins the journal by which a run that is killed is gone on with; it goes when the record is written. */
function beginJournal(
  context: RunContext,
  { decisions, changeSet, prints, resumed }: Preparation,
  decided: readonly StepRecord[],
): RunJournal {
  const { options, resolved, machine, runId, startedAtMs, notice } = context;
  const { workflow } = options.loaded;
  const head: JournalHead = {
    version: JOURNAL_VERSION,
    runId,
    workflowId: workflow.name,
    toolVersion: options.toolVersion,
    startedAt: new Date(startedAtMs).toISOString(),
    optimizations: resolved.optimizations,
    environment: machine,
    changeSet,
    decisions: decisions.map((decision) => {
      const step = workflow.steps.get(decision.stepId);
      const { fingerprint } = prints.get(decision.stepId) ?? {};
      const kind = step === undefined ? "shell" : recordedKind(step);
      return { ...decision, kind, stage: step?.stage, unit: step?.unit?.name, fingerprint };
    }),
    decided,
    resumed: [...resumed.values()],
    maxParallel: resolved.maxParallel,
  };
  const file = journalFile(path.dirname(path.dirname(context.paths.record)), runId);
  return openRunJournal(file, head, (message) => notice({ code: "journal-incomplete", message }));
}

/** Nothing of a run outlives it, also what left the group of its step. */
async function endWhatIsLeft({ options, paths, notice }: RunContext, meter: StepMeter): Promise<void> {
  const { keepRunning: exempt } = options.loaded.workflow;
  const ended = await endMarkedProcesses(markOf(paths.logs), { exempt, known: meter.processes });
  if (ended.length === 0) return;
  meter.close();
  const names = [...new Set(ended.map(({ name }) => name))].join(", ");
  notice({
    code: "processes-ended",
    message:
      ended.length === 1
        ? `a process outlived its step and was ended: ${names}`
        : `${ended.length} processes outlived their steps and were ended: ${names}`,
  });
}

/** What cannot be swept stays until the next time; the run has nothing to do with it. */
function sweep(context: RunContext, addedBytes: number): void {
  const { results, maxResultBytes, maxAgeMs } = context.options.loaded.workflow.retention;
  try {
    sweepResults(path.join(context.state.path, RESULTS_FOLDER), {
      nowMs: context.wallNow(),
      addedBytes,
      limits: { maxCount: results, maxBytes: maxResultBytes, maxAgeMs },
    });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    // Without a single success there is no store yet.
    if (code !== "ENOENT")
      context.notice({ code: "results-not-swept", message: `old results could not be removed (${code})` });
  }
}
