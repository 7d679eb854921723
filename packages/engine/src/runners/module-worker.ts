/** Runs inside a worker thread: loads a module step, calls it, and sends its output to the step's log. */
import { closeSync, openSync, writeSync } from "node:fs";
import type { MessagePort } from "node:worker_threads";
import { pathToFileURL } from "node:url";
import { createSpanWriter, SPANS_VARIABLE } from "@ai-workflow/profiler/child-spans";
import { readThreadCpuMs } from "@ai-workflow/profiler/resources";
import { createModuleAsk } from "./module-ask.ts";
import type { ModuleStepContext } from "./module-step.ts";

/** What the worker is asked to do. */
export interface ModuleTask {
  /** Absolute path of the module. */
  readonly module: string;
  readonly context: Omit<ModuleStepContext, "spans" | "ask">;
  /** Whether it may ask a model. */
  readonly asks: boolean;
  /** Variables for the module and what it starts, beside those of the run. */
  readonly variables: Readonly<Record<string, string>>;
  /** Absolute path of the log; output is appended. */
  readonly logFile: string;
}

/** What the worker answers: what the module returned, not yet checked, or what went wrong. */
export type ModuleAnswer = (
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly message: string }
) & {
  /** CPU time of the thread in milliseconds, where the platform tells. */
  readonly cpuMs: number | undefined;
};

/** The worker's only function; tinypool calls it by its name. Over `port` go the questions of a module that may ask. */
export async function runModule({
  task,
  port,
}: {
  readonly task: ModuleTask;
  readonly port: MessagePort | undefined;
}): Promise<ModuleAnswer> {
  // A copy of this thread, which runs one task.
  Object.assign(process.env, task.variables);
  const log = openSync(task.logFile, "a");
  const restore = captureOutput(log);
  const exited = catchExit();
  try {
    const loading = import(pathToFileURL(task.module).href) as Promise<{ readonly default?: unknown }>;
    const loaded = await Promise.race([loading, exited]);
    if (typeof loaded.default !== "function") return failed("the module has no function as its default export");
    const step = loaded.default as (context: ModuleStepContext) => unknown;
    const spans = createSpanWriter(task.variables[SPANS_VARIABLE]);
    const context = { ...task.context, spans, ask: createModuleAsk(port) };
    const result: unknown = await Promise.race([step(context), exited]);
    return { ok: true, result: structuredClone(result), cpuMs: readThreadCpuMs() };
  } catch (error) {
    writeSync(log, `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return failed(error instanceof Error ? error.message : String(error));
  } finally {
    port?.close();
    restore();
    closeSync(log);
  }
}

function failed(message: string): ModuleAnswer {
  return { ok: false, message, cpuMs: readThreadCpuMs() };
}

/**
 * A promise that rejects when the module ends the process or throws outside of what it returned. Either would end this thread alone;
 * after an exit the pool would wait for an answer for ever. It is no pass, whatever the exit code: what was to be returned is unknown.
 */
function catchExit(): Promise<never> {
  return new Promise((_, reject) => {
    // Also keeps Node from calling `process.exit` itself, where an exception would end the whole process.
    process.on("uncaughtException", reject);
    process.exit = (code): never => {
      const error = new Error(`the module called process.exit(${code ?? ""})`);
      reject(error);
      throw error;
    };
  });
}

/** Sends what the module prints to the log instead of the terminal, whose standard output is data. */
function captureOutput(log: number): () => void {
  const streams = [process.stdout, process.stderr];
  const originals = streams.map((stream) => stream.write.bind(stream));
  for (const stream of streams) {
    stream.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
      writeSync(log, typeof chunk === "string" ? Buffer.from(chunk) : chunk);
      const done = rest.at(-1);
      if (typeof done === "function") done();
      return true;
    };
  }
  return () => {
    for (const [index, stream] of streams.entries()) {
      const original = originals[index];
      if (original !== undefined) stream.write = original;
    }
  };
}
