import { mkdirSync } from "node:fs";
import path from "node:path";
import type { FileEntry } from "@ai-workflow/change-detection";
import type { Step } from "../config/workflow.ts";
import type { AiRunner } from "../runners/run-ai-step.ts";
import type { ModuleRunner } from "../runners/run-module-step.ts";
import { runScriptStep } from "../runners/run-script-step.ts";
import { runShellStep } from "../runners/run-shell-step.ts";
import type { StepRun, StepVerdict } from "../runners/step-run.ts";
import type { Relevance } from "../selection/relevance.ts";
import { readPackageScript } from "./package-script.ts";

/** What running a step needs from its run. */
export interface StepHost {
  readonly ai: AiRunner;
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
  };
  const { action } = step;
  if (action.kind === "shell") return runShellStep(action.command, run);
  if (action.kind === "script") {
    const found = readPackageScript(host.target, step.directory, action.script);
    return runScriptStep(found, action.script, action.args, run);
  }
  if (action.kind === "ai") return host.ai.run(step.id, action, run);
  const isNamed = host.relevances.get(step.id)?.isNamed;
  const files = (host.files ?? []).map((file) => file.path).filter((file) => isNamed?.(file) ?? true);
  return host.modules.run(action.module, { step: step.id, directory: host.target, files, with: action.with }, run);
}
