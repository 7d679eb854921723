import type { StepRecord } from "@ai-workflow/profiler";
import { createAiRunner, type AiRunner } from "../runners/run-ai-step.ts";
import { createIncrementalRunner } from "../runners/run-incremental-step.ts";
import { createModuleRunner } from "../runners/run-module-step.ts";
import type { Preparation } from "../preparation/prepare.ts";
import type { RunContext } from "./run-context.ts";
import type { StepHost } from "./run-step.ts";

/** Where compiled code finds the worker of module steps when it is not bundled. */
const MODULE_WORKER = new URL("../runners/module-worker.js", import.meta.url);

/** The runners of all kinds of steps, open for one run. */
export interface OpenStepHost extends StepHost {
  /** What models were asked, and what that cost; to be taken before closing. */
  readonly recordAi: AiRunner["record"];
  /** To be called when nothing runs any more. */
  readonly close: () => Promise<void>;
}

/** Opens the runners, and tells that of models which steps will ask it. */
export function openStepHost(
  context: RunContext,
  preparation: Preparation,
  records: ReadonlyMap<string, StepRecord>,
): OpenStepHost {
  const { options, resolved, environment } = context;
  const { workflow, directory } = options.loaded;
  const modules = createModuleRunner(resolved.maxParallel, options.moduleWorker ?? MODULE_WORKER, environment);
  const ai = createAiRunner(context, preparation);
  const running = preparation.decisions.filter(({ action }) => action === "run");
  ai.announce(running.flatMap(({ stepId }) => workflow.steps.get(stepId) ?? []));
  return {
    ai,
    incremental: createIncrementalRunner(context, preparation),
    target: directory,
    environment,
    modules,
    steps: workflow.steps,
    preparation,
    records,
    judged: options.findings === "changed" ? changedPaths(preparation.changes) : undefined,
    recordAi: () => ai.record(),
    async close(): Promise<void> {
      ai.close();
      await modules.close();
    },
  };
}

/** Every path that changed; `undefined` where that is unknown, so that everything counts. */
function changedPaths(changes: Preparation["changes"]): ReadonlySet<string> | undefined {
  return changes.known ? new Set(changes.list.map((change) => change.path)) : undefined;
}
