/// <reference types="node" />
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { RunRecord } from "@ai-workflow/profiler";
import type { RunOptions } from "../src/run/run-options.ts";

/** What of the options of a run can be sent to another process. */
export type SentOptions = Pick<
  RunOptions,
  | "baseline"
  | "environment"
  | "force"
  | "maxParallel"
  | "multiStage"
  | "objective"
  | "onFailure"
  | "resume"
  | "shadow"
  | "smartExecution"
  | "speculation"
  | "steps"
  | "strict"
> & {
  /** By how much the wall clock of the run is ahead of the real one, in milliseconds. @defaultValue 0 */
  readonly clockMs?: number | undefined;
};

/** When a run is killed (SIGKILL). */
export interface Kill {
  /** At a change of the disk, counted from 1. */
  readonly atWrite?: {
    readonly at: number;
    readonly part: "before" | "half" | "after";
    /** How the names of the files end whose changes count. @defaultValue all */
    readonly only?: string | undefined;
  };
  /** At an event of the run, counted from 1. */
  readonly atEvent?: number;
  /** After a time in milliseconds. */
  readonly afterMs?: number;
}

/** How a run in another process went. */
export type HostedRun =
  | {
      readonly killed: false;
      readonly record: RunRecord;
      /** Events of the run. */
      readonly events: number;
      /** Changes of the disk that were counted. */
      readonly writes: number;
    }
  | { readonly killed: true };

/** Runs workflows in a process of its own, and in a new one after a kill; the process ends with it. */
export interface EngineHost extends AsyncDisposable {
  run(directory: string, options: SentOptions, kill?: Kill): Promise<HostedRun>;
}

type Answer =
  | { readonly record: RunRecord; readonly events: number; readonly writes: number }
  | { readonly error: string };

const PROCESS = fileURLToPath(new URL("engine-process.mjs", import.meta.url));
const PRELOAD = pathToFileURL(fileURLToPath(new URL("kill-at-write.mjs", import.meta.url))).href;

/** Creates a host; its process starts with the first run. */
export function createEngineHost(): EngineHost {
  let child: ChildProcess | undefined;
  const start = async (): Promise<ChildProcess> => {
    const started = fork(PROCESS, { execArgv: ["--import", PRELOAD], stdio: ["ignore", "inherit", "inherit", "ipc"] });
    await once(started, "message");
    return started;
  };
  return {
    async run(directory, options, kill = {}) {
      const running = (child ??= await start());
      const ended = new AbortController();
      const waits = [once(running, "exit", ended), once(running, "message", ended)] as const;
      running.send({ directory, options, killAtWrite: kill.atWrite, killAtEvent: kill.atEvent });
      const timer = kill.afterMs === undefined ? undefined : setTimeout(() => running.kill("SIGKILL"), kill.afterMs);
      const answer: readonly unknown[] = await Promise.race(waits);
      for (const wait of waits) wait.catch(() => undefined);
      ended.abort();
      clearTimeout(timer);
      if (answer.length > 1 && (running.exitCode !== null || running.signalCode !== null)) {
        child = undefined;
        if (running.signalCode !== "SIGKILL")
          throw new Error(`the process of the engine ended with ${running.exitCode}`);
        return { killed: true };
      }
      const [given] = answer as [Answer];
      if ("error" in given) throw new Error(given.error);
      return { killed: false, ...given };
    },
    async [Symbol.asyncDispose]() {
      if (child === undefined) return;
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    },
  };
}
