import { mkdirSync } from "node:fs";
import path from "node:path";
import type { FileEntry } from "@ai-workflow/change-detection";
import type { Step } from "../config/workflow.ts";
import type { AiRunner } from "../runners/run-ai-step.ts";
import type { IncrementalRunner } from "../runners/run-incremental-step.ts";
import type { ModuleRunner } from "../runners/run-module-step.ts";
import { runScriptStep } from "../runners/run-script-step.ts";
import { runShellStep } from "../runners/run-shell-step.ts";
import type { AttemptMeter, StepRun, StepVerdict } from "../runners/step-run.ts";
import type { Relevance } from "../selection/relevance.ts";
import { readPackageScript } from "./package-script.ts";

/** What running a step needs from its run. */
export interface StepHost {
  readonly ai: AiRunner;
  readonly incremental: IncrementalRunner;
  readonly target: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly modules: ModuleRunner;
  readonly files: readonly FileEntry[] | undefined;
  readonly relevances: ReadonlyMap<string, Relevance>;
}

/** Runs one attempt of a step with the runner of its kind. */
export function runStep(
  step: Step,
  host: StepHost,
  attempt: Pick<StepRun, "logFile" | "signal" | "span" | "meter">,
): Promise<StepVerdict> {
  mkdirSync(path.dirname(attempt.logFile), { recursive: true });
  const run: StepRun = {
    ...attempt,
    directory: path.join(host.target, step.directory),
    target: host.target,
    environment: host.environment,
    meter: meterFor(step, attempt.meter),
  };
  const { action } = step;
  if (action.kind === "shell") {
    return action.changedFiles === undefined
      ? runShellStep(action.command, run)
      : host.incremental.run(step, action.command, run);
  }
  if (action.kind === "script") {
    const found = readPackageScript(host.target, step.directory, action.script);
    return runScriptStep(found, action.script, action.args, run);
  }
  if (action.kind === "ai") return host.ai.run(step.id, action, run);
  const isNamed = host.relevances.get(step.id)?.isNamed;
  const files = (host.files ?? []).map((file) => file.path).filter((file) => isNamed?.(file) ?? true);
  const unit = step.unit === undefined ? {} : { unit: { name: step.unit.name, directory: step.unit.directory } };
  const context = { step: step.id, directory: host.target, files, with: action.with, ...unit };
  return host.modules.run(action.module, context, run);
}

/** The meter of an attempt; what it starts is told the unit as well, where it is done for one. */
function meterFor({ unit }: Step, meter: AttemptMeter): AttemptMeter {
  if (unit === undefined) return meter;
  const { name, label, directory } = unit;
  // A manifest may hold what no variable can.
  const variables = { WORKFLOW_UNIT: name.includes("\0") ? label : name, WORKFLOW_UNIT_DIR: directory || "." };
  return {
    variables: { ...meter.variables, ...variables },
    get joinFile() {
      return meter.joinFile;
    },
    attach: (pid) => meter.attach(pid),
    addCpuMs: (cpuMs) => meter.addCpuMs(cpuMs),
  };
}
