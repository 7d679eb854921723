import { mkdirSync } from "node:fs";
import path from "node:path";
import type { StepRecord } from "@ai-workflow/profiler";
import type { Step } from "../config/workflow.ts";
import type { AiRunner } from "../runners/run-ai-step.ts";
import type { IncrementalRunner } from "../runners/run-incremental-step.ts";
import type { ModuleRunner } from "../runners/run-module-step.ts";
import { judgeChanged } from "../runners/judge-changed.ts";
import { runScriptStep } from "../runners/run-script-step.ts";
import { runShellStep } from "../runners/run-shell-step.ts";
import type { ShellToHold } from "../runners/shells-ahead.ts";
import { startShell } from "../runners/start-shell.ts";
import { explainFullDisk, isDiskFull } from "../runners/step-log.ts";
import type { AttemptMeter, StepRun, StepVerdict } from "../runners/step-run.ts";
import { createModuleContext } from "../runners/module-context.ts";
import { readPackageScript } from "../preparation/package-script.ts";
import type { Preparation } from "../preparation/prepare.ts";

/** What running a step needs from its run. */
export interface StepHost {
  readonly ai: AiRunner;
  readonly incremental: IncrementalRunner;
  readonly target: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly modules: ModuleRunner;
  readonly steps: ReadonlyMap<string, Step>;
  readonly preparation: Pick<Preparation, "changes" | "files" | "relevances">;
  /** Records of the steps that have ended. */
  readonly records: ReadonlyMap<string, StepRecord>;
  /** Files whose findings count, where not all do. */
  readonly judged: ReadonlySet<string> | undefined;
}

/** What one attempt is given. */
type Attempt = Pick<StepRun, "logFile" | "signal" | "span" | "meter" | "ahead">;

/** Runs one attempt of a step with the runner of its kind. Where it fails on a full disk, that is said. */
export async function runStep(step: Step, host: StepHost, attempt: Attempt): Promise<StepVerdict> {
  try {
    return explainFullDisk(await runWithRunner(step, host, attempt), attempt.logFile);
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    const { message } = error as Error;
    return { outcome: "failed", message: `could not be run, the disk is full: ${message}`, findings: [] };
  }
}

async function runWithRunner(step: Step, host: StepHost, attempt: Attempt): Promise<StepVerdict> {
  // A log that is open already has its folder.
  if (attempt.ahead === undefined) makeLogFolder(attempt.logFile);
  const run: StepRun = { ...attempt, ...placeOf(step, host), meter: meterFor(step, attempt.meter) };
  const { action } = step;
  if (action.kind === "shell") {
    return action.changedFiles === undefined
      ? runShellStep(action.command, run)
      : host.incremental.runCommand(step, action.command, run);
  }
  if (action.kind === "script") {
    const found = readPackageScript(host.target, step.directory, action.script);
    return runScriptStep(found, action.script, action.args, run);
  }
  if (action.kind === "ai") return host.ai.run(step.id, action, run);
  const runModule = async (due?: readonly string[]): Promise<StepVerdict> => {
    const context = createModuleContext(step, action.with, { ...host, due });
    if (action.asks === undefined) return host.modules.run(action.module, context, run);
    const questions = await host.ai.forModule(step.id, action.asks, run);
    return questions.judge(await host.modules.run(action.module, context, run, questions.answer));
  };
  const verdict = await (action.changedFiles === undefined
    ? runModule()
    : host.incremental.runModule(step, run, runModule));
  return host.judged === undefined ? verdict : judgeChanged(verdict, host.judged);
}

/** Without room for a folder a command still goes on, without a log. */
function makeLogFolder(logFile: string): void {
  try {
    mkdirSync(path.dirname(logFile), { recursive: true });
  } catch (error) {
    if (!isDiskFull(error)) throw error;
  }
}

/** The command of a step whose shell can be started ahead: all of it is known before. */
export function commandKnownAhead({ action }: Step): string | undefined {
  return action.kind === "shell" && action.changedFiles === undefined ? action.command : undefined;
}

/** Starts the shell of such a step ahead. */
export function startAhead(
  step: Step,
  command: string,
  host: StepHost,
  { logFile, variables, joinFile }: Pick<StepRun, "logFile"> & Pick<AttemptMeter, "variables" | "joinFile">,
): Pick<ShellToHold<never>, "directory" | "start"> {
  const place = placeOf(step, host);
  const meter = { variables: { ...variables, ...unitVariables(step) }, joinFile };
  return { directory: place.directory, start: () => startShell(command, { ...place, logFile, meter }, { held: true }) };
}

function placeOf(step: Step, { target, environment }: StepHost): Pick<StepRun, "directory" | "target" | "environment"> {
  return { directory: path.join(target, step.directory), target, environment };
}

/** The meter of an attempt; what it starts is told the unit as well, where it is done for one. */
function meterFor(step: Step, meter: AttemptMeter): AttemptMeter {
  if (step.unit === undefined) return meter;
  return {
    variables: { ...meter.variables, ...unitVariables(step) },
    get joinFile() {
      return meter.joinFile;
    },
    attach: (pid) => meter.attach(pid),
    addCpuMs: (cpuMs) => meter.addCpuMs(cpuMs),
  };
}

function unitVariables({ unit }: Step): AttemptMeter["variables"] {
  if (unit === undefined) return {};
  const { name, label, directory } = unit;
  // A manifest may hold what no variable can.
  return { WORKFLOW_UNIT: name.includes("\0") ? label : name, WORKFLOW_UNIT_DIR: directory || "." };
}
