import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { AiCacheOptions, CacheKeyParts, CacheMode, CacheStats } from "../src/index.ts";

const PROGRAM = fileURLToPath(new URL("processes/ask.mjs", import.meta.url));

/** What a process was told to ask. */
export interface AskedOfProcess {
  readonly parts: CacheKeyParts;
  readonly url: string;
  /** How often at the same time. */
  readonly count?: number;
  readonly mode?: CacheMode;
}

/** One call's end in another process. */
export interface RemoteResult {
  readonly source: "memory" | "disk" | "computed" | "coalesced" | "failed";
  readonly answer?: { readonly text: string };
  readonly stored?: boolean;
  readonly message?: string;
}

/** All calls' end in another process. */
export interface Settled {
  readonly results: readonly RemoteResult[];
  readonly stats: CacheStats;
}

interface Report extends Settled {
  readonly id: number;
  readonly type: "ready" | "asked" | "settled";
}

/** Calls under way in another process. */
export interface RemoteCalls {
  /** Resolves when all calls were made. */
  readonly asked: Promise<unknown>;
  readonly settled: Promise<Settled>;
  /** Makes their caller leave. */
  abort(): void;
}

/** A real process with a cache of its own, ended with the test. */
export interface AskingProcess {
  ask(question: AskedOfProcess): RemoteCalls;
  close(): void;
  /** Kills it with SIGKILL and waits until it is buried. */
  kill(): Promise<void>;
}

function reportFrom(child: ChildProcess, id: number, type: Report["type"]): Promise<Report> {
  return new Promise((resolve) => {
    child.on("message", (message) => {
      const report = message as Report;
      if (report.id === id && report.type === type) resolve(report);
    });
  });
}

/** A new process that has opened a cache with `options`. */
export async function startAskingProcess(options: Omit<AiCacheOptions, "now" | "onWarning">): Promise<AskingProcess> {
  const child = fork(PROGRAM, { stdio: "inherit", execArgv: [] });
  onTestFinished(() => void child.kill("SIGKILL"));
  await reportFrom(child, 0, "ready");
  child.send({ type: "open", options });
  let id = 0;
  return {
    ask({ count = 1, ...question }): RemoteCalls {
      id += 1;
      const callId = id;
      const asked = reportFrom(child, callId, "asked");
      const settled = reportFrom(child, callId, "settled");
      child.send({ type: "ask", id: callId, count, ...question });
      return { asked, settled, abort: () => void child.send({ type: "abort", id: callId }) };
    },
    close: () => void child.send({ type: "close" }),
    async kill(): Promise<void> {
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    },
  };
}
