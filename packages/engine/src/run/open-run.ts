import path from "node:path";
import { createSpanRecorder, type NoticeRecord } from "@ai-workflow/profiler";
import { describeModel } from "../ai/describe-model.ts";
import { shippedPrompts } from "../ai/shipped-prompts.ts";
import { createOutputStore } from "../outputs/output-store.ts";
import { createResultStore } from "../results/result-store.ts";
import type { RunEvent } from "./events.ts";
import { readMachine } from "../machine/machine.ts";
import { resolveOptions } from "./resolve-options.ts";
import type { RunContext } from "./run-context.ts";
import type { RunOptions } from "./run-options.ts";
import { createRunId } from "../state/run-id.ts";
import { openStateDirectory, pathsOfRun, RESULTS_FOLDER, type StateDirectory } from "../state/state-directory.ts";

/**
 * Opens what the parts of one run share: state folder, clock, spans, stores, and where events and notices go.
 *
 * @param notices - takes what the user should know, in order
 * @param state - where the run keeps its state; that of the target, unless given
 * @throws {EngineError} ENGINE_STATE_NEWER, ENGINE_STATE_BLOCKED – the state folder cannot be used
 * @throws {EngineError} ENGINE_ENVIRONMENT_INVALID – a variable that switches something holds neither true nor false
 */
export function openRun(
  options: RunOptions,
  notices: NoticeRecord[],
  state: StateDirectory = openStateDirectory(options.loaded.directory),
): RunContext {
  const now = options.now ?? (() => performance.now());
  const wallNow = options.wallNow ?? (() => Date.now());
  const originMs = now();
  const elapsedMs = (): number => now() - originMs;
  const environment = options.environment ?? process.env;
  const machine = readMachine(environment);
  const resolved = resolveOptions(options, machine, environment);
  notices.push(...state.notices);
  let decided = false;
  let listening = options.onEvent;
  const emit = (event: RunEvent): void => {
    decided ||= event.type === "decided";
    try {
      listening?.(event);
    } catch (error) {
      // A listener's mistake is no step's failure; it is told once and not called again.
      listening = undefined;
      notices.push({ code: "listener-failed", message: `onEvent threw, and is not called again: ${String(error)}` });
    }
  };
  const notice = (text: NoticeRecord): void => {
    notices.push(text);
    // What is known before the decisions is told right after them.
    if (decided) emit({ type: "notice", atMs: elapsedMs(), notice: text });
  };
  const startedAtMs = wallNow();
  const runId = createRunId(startedAtMs);
  return {
    options,
    resolved,
    environment,
    machine,
    state,
    runId,
    startedAtMs,
    paths: pathsOfRun(state.path, runId),
    spans: createSpanRecorder({ now, originMs }),
    outputs: createOutputStore(options.loaded.directory, state.path),
    store: createResultStore(path.join(state.path, RESULTS_FOLDER), {
      onCorrupt: (file) =>
        notice({ code: "result-corrupt", message: `${file} was damaged; it was set aside and its step runs again` }),
    }),
    describeModel: memoise(() =>
      describeModel({
        settings: options.loaded.workflow.ai,
        environment,
        target: options.loaded.directory,
        shippedPrompts: options.shippedPrompts ?? shippedPrompts(),
      }),
    ),
    elapsedMs,
    wallNow,
    emit,
    notice,
  };
}

function memoise<T>(compute: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => (known ??= { value: compute() }).value;
}
