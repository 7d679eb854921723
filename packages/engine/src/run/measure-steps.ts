import { rmSync } from "node:fs";
import path from "node:path";
import type {
  OpenSpan,
  ResourceSample,
  ResourceUsage,
  RunResourcesRecord,
  StepRecord,
  TestProfile,
} from "@ai-workflow/profiler";
import { addChildSpans, readChildSpans, SPANS_VARIABLE } from "@ai-workflow/profiler/child-spans";
import { createResourceMonitor, type WaitingGroup } from "@ai-workflow/profiler/resources";
import { readTestProfile } from "@ai-workflow/profiler/test-profile";
import type { Step } from "../config/workflow.ts";
import type { KnownProcesses } from "../runners/marked-processes.ts";
import type { AttemptMeter } from "../runners/step-run.ts";
import { addUsage, sumResources } from "./add-usage.ts";
import { openResourceLog, type ResourceLog } from "./resource-log.ts";
import type { RunContext } from "./run-context.ts";

/** Looks that a trace shows: some ten minutes of four steps. */
const MAX_SAMPLES = 3_000;

const NO_PROCESSES: KnownProcesses = { pids: () => [], kill: () => undefined };

/** Measures what the steps of a run take. Nothing that goes wrong here is a step's failure. */
export interface StepMeter {
  /** What the first process of a step's first attempt needs if it is started ahead and waits. */
  ahead(step: Step, logFile: string): StartAhead;
  /** Begins an attempt; its span is open. `group` is the one that its first process has joined where it was started ahead. */
  begin(step: Step, attempt: number, span: OpenSpan, logFile: string, group?: WaitingGroup): MeasuredAttempt;
  /** What is known of a step when it has ended. */
  of(stepId: string): Pick<StepRecord, "resources" | "testProfile">;
  /** What is in the groups in which steps are measured, or were. */
  readonly processes: KnownProcesses;
  /** The first looks at what steps took, for the trace. */
  samples(): readonly ResourceSample[];
  /** What the steps that ended took together; `undefined` when none was measured. */
  total(): RunResourcesRecord | undefined;
  /** Again after the processes of steps have ended: removes what held them. */
  close(): void;
}

/** What is needed to start the first process of an attempt ahead. */
export interface StartAhead extends Pick<AttemptMeter, "variables"> {
  readonly group: WaitingGroup | undefined;
}

/** One attempt that is being measured. */
export interface MeasuredAttempt extends AttemptMeter {
  /** What is in the group in which it is measured. */
  readonly processes: KnownProcesses;
  /** To be called when everything of the attempt has ended and its span is still open. */
  end(): void;
}

/**
 * Opens the meter of a run.
 *
 * @param traceParentOf - value of `TRACEPARENT` for a step, where the run is traced
 */
export function createStepMeter(
  context: RunContext,
  traceParentOf: ((stepId: string) => string) | undefined,
): StepMeter {
  const { notice, spans } = context;
  const { measures } = context.resolved;
  const log = measures.resources === "log" ? openLog(context) : undefined;
  const samples: ResourceSample[] = [];
  const lost = (message: string): void => notice({ code: "resources-not-measured", message });
  const monitor =
    measures.resources === "off"
      ? undefined
      : createResourceMonitor({
          onSample: (sample) => {
            if (samples.length < MAX_SAMPLES) samples.push(sample);
            log?.write(sample);
          },
          onLost: lost,
          now: () => context.elapsedMs(),
        });
  const usages = new Map<string, ResourceUsage>();
  const testProfiles = new Map<string, TestProfile>();

  const variablesOf = (step: Step, spanFile: string): AttemptMeter["variables"] => ({
    [SPANS_VARIABLE]: spanFile,
    ...(traceParentOf === undefined ? {} : { TRACEPARENT: traceParentOf(step.id) }),
  });

  return {
    ahead: (step, logFile) => ({ variables: variablesOf(step, spanFileOf(logFile, 1)), group: monitor?.openGroup() }),
    begin(step, attempt, span, logFile, group): MeasuredAttempt {
      const spanFile = spanFileOf(logFile, attempt);
      const variables = variablesOf(step, spanFile);
      // A question to a model is no work of this machine.
      const measurement =
        step.action.kind === "ai"
          ? undefined
          : monitor?.begin(step.id, { marker: `${SPANS_VARIABLE}=${spanFile}`, group });
      const startMs = context.elapsedMs();
      const wallAtStartMs = context.wallNow();
      return {
        variables,
        joinFile: measurement?.joinFile,
        processes: measurement?.processes ?? NO_PROCESSES,
        attach: (pid) => measurement?.attach(pid),
        addCpuMs: (cpuMs) => measurement?.addCpuMs(cpuMs),
        end(): void {
          const usage = measurement?.end();
          if (usage !== undefined) usages.set(step.id, addUsage(usages.get(step.id), usage));
          const window = { startMs, endMs: context.elapsedMs(), wallAtStartMs };
          const told = readChildSpans(spanFile, window);
          addChildSpans(spans, span, told);
          for (const message of told.problems) notice({ code: "spans-incomplete", message: `${step.id}: ${message}` });
          removeSpans(spanFile);
          if (measures.testProfile && (step.action.kind === "shell" || step.action.kind === "script")) {
            const profile = readTestProfile(logFile);
            if (profile !== undefined) testProfiles.set(step.id, profile);
          }
        },
      };
    },
    processes: monitor?.processes ?? NO_PROCESSES,
    of: (stepId) => ({ resources: usages.get(stepId), testProfile: testProfiles.get(stepId) }),
    samples: () => samples,
    total: () => sumResources([...usages.values()], monitor?.peak()?.memoryBytes),
    close(): void {
      monitor?.close();
      log?.close();
    },
  };
}

function spanFileOf(logFile: string, attempt: number): string {
  return logFile.replace(/\.log$/, `.${attempt}.spans.jsonl`);
}

/** A step may have put anything in the place of its spans. */
function removeSpans(spanFile: string): void {
  try {
    rmSync(spanFile, { recursive: true, force: true });
  } catch {
    // It goes with the logs of the run.
  }
}

function openLog({ paths, notice, startedAtMs }: RunContext): ResourceLog {
  const file = path.join(paths.logs, "resources.log");
  return openResourceLog(file, startedAtMs, (message) => notice({ code: "resources-log-incomplete", message }));
}
