import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { SPANS_VARIABLE } from "@ai-workflow/profiler";
import { endProcessGroup, groupExists } from "./end-process-group.ts";
import { limitLog } from "./limit-log.ts";
import type { AskAnswer, AskedQuestion } from "./module-ask.ts";
import type { HostReply, HostRequest } from "./module-host.ts";
import type { ModuleQuestion, ModuleReply } from "./module-question.ts";
import type { ModuleAnswer, ModuleTask } from "./module-worker.ts";
import { noteGroup } from "./running-groups.ts";

/** How a task ended: with what the module's thread answered, or why there is no answer. */
export type HostAnswer = ModuleAnswer | { readonly broken: string };

/** Answers a question of a module; the signal ends it with the module. */
export type AnswerModule = (question: ModuleQuestion, signal: AbortSignal) => Promise<ModuleReply>;

/** A process in which module steps run. */
export interface ModuleHost {
  /** Whether it still takes tasks. */
  readonly isUp: () => boolean;
  /** Runs a task to its end, or until the signal ends its thread. Never rejects. A module that may ask is answered by `answer`. */
  run(task: ModuleTask, signal: AbortSignal, answer?: AnswerModule): Promise<HostAnswer>;
  /** Ends the process with all that is in its group. */
  close(): Promise<void>;
}

/** How to start a host. */
export interface ModuleHostOptions {
  /** The compiled `module-worker`; `module-host` stands beside it. */
  readonly workerUrl: URL;
  readonly maxWorkers: number;
  /** What `process.env` holds in a module. */
  readonly environment: Readonly<Record<string, string>>;
  /** Folder of the logs of the run: what a module's own child processes print past its log is told there. */
  readonly logs: string;
}

/** File beside the logs of the steps with what modules print past their logs. Its name is none of a step's. */
const OUTPUT_FILE = "module-host.out";

/** Starts a host: a process of its own, which leads a process group. */
export function startModuleHost({ workerUrl, maxWorkers, environment, logs }: ModuleHostOptions): ModuleHost {
  const hostUrl = new URL(`module-host${path.posix.extname(workerUrl.pathname)}`, workerUrl);
  const outputFile = path.join(logs, OUTPUT_FILE);
  const output = openSync(outputFile, "a");
  const child = spawn(process.execPath, [fileURLToPath(hostUrl)], {
    // By this a later run finds it, should this one be killed.
    env: { ...environment, [SPANS_VARIABLE]: outputFile },
    stdio: ["ignore", output, output, "ipc"],
    serialization: "advanced",
    detached: true,
  });
  closeSync(output);
  const limited = limitLog(outputFile);
  const forget = child.pid === undefined ? undefined : noteGroup(child.pid);
  const waiting = new Map<number, WaitingTask>();
  let lastId = 0;
  let ended: string | undefined;
  let callOff: (() => void) | undefined;

  const end = (why: string): void => {
    ended ??= why;
    for (const { settle } of waiting.values()) settle({ broken: ended });
    waiting.clear();
  };
  /** Ends what steps left in the group; it goes on where somebody there does not go when asked. */
  const endGroup = (): void => {
    if (child.pid === undefined || !groupExists(child.pid)) callOff?.();
    else callOff ??= endProcessGroup(child.pid);
  };
  const exited = new Promise<void>((resolve) => {
    child.once("error", (error) => {
      limited.close();
      end(`the process of module steps could not be started: ${error.message}`);
      resolve();
    });
    child.once("exit", (code, signal) => {
      forget?.();
      limited.close();
      end(`the process of module steps ended (${signal ?? `exit code ${code ?? "unknown"}`})`);
      endGroup();
      removeIfEmpty(outputFile);
      resolve();
    });
  });
  child.on("message", (reply: HostReply) => {
    const task = waiting.get(reply.id);
    if ("asked" in reply) {
      void task?.answer(reply.asked).then((answer) => send(child, { kind: "answer", id: reply.id, answer }));
      return;
    }
    waiting.delete(reply.id);
    task?.settle("answer" in reply ? reply.answer : { broken: reply.broken });
  });
  send(child, { kind: "open", worker: workerUrl.href, maxWorkers, environment });

  return {
    isUp: () => ended === undefined && child.connected,
    run(task, signal, answer): Promise<HostAnswer> {
      const id = ++lastId;
      return new Promise((resolve) => {
        if (ended !== undefined) {
          resolve({ broken: ended });
          return;
        }
        const onAbort = (): void => send(child, { kind: "cancel", id });
        const over = new AbortController();
        waiting.set(id, {
          settle: (answered) => {
            signal.removeEventListener("abort", onAbort);
            // What it still asks, nobody would read.
            over.abort();
            resolve(answered);
          },
          answer: (asked) => answerQuestion(asked, AbortSignal.any([signal, over.signal]), answer),
        });
        send(child, { kind: "run", id, task });
        signal.addEventListener("abort", onAbort, { once: true });
      });
    },
    async close(): Promise<void> {
      if (ended !== undefined || child.pid === undefined) return;
      callOff ??= endProcessGroup(child.pid);
      await exited;
    },
  };
}

/** A task that was sent and has not ended. */
interface WaitingTask {
  readonly settle: (answer: HostAnswer) => void;
  /** Never rejects. */
  readonly answer: (asked: AskedQuestion) => Promise<AskAnswer>;
}

async function answerQuestion(
  { number, question }: AskedQuestion,
  signal: AbortSignal,
  answer: AnswerModule | undefined,
): Promise<AskAnswer> {
  try {
    if (answer === undefined) throw new Error("nobody answers questions here");
    return { number, reply: await answer(question, signal) };
  } catch (error) {
    return { number, refused: error instanceof Error ? error.message : String(error) };
  }
}

/** Mostly nothing is printed there, and an empty file tells nobody anything. */
function removeIfEmpty(file: string): void {
  try {
    if (statSync(file).size === 0) rmSync(file);
  } catch {
    // Gone with its folder, or it stays as it is.
  }
}

/** What cannot be sent any more is answered by the end of the process. */
function send(child: ChildProcess, request: HostRequest): void {
  if (child.connected) child.send(request, () => undefined);
}
