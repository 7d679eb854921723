/**
 * The process in which module steps run: their threads, and all that these start, share its process group, so that the whole can be ended.
 * It is started by `module-host-client.ts` and speaks with it in structured clones.
 */
import { MessageChannel, type MessagePort } from "node:worker_threads";
import { Tinypool } from "tinypool";
import type { AskAnswer, AskedQuestion } from "./module-ask.ts";
import type { ModuleAnswer, ModuleTask } from "./module-worker.ts";

/** What the host is asked. */
export type HostRequest =
  | {
      readonly kind: "open";
      /** URL of the compiled `module-worker`. */
      readonly worker: string;
      readonly maxWorkers: number;
      /** What `process.env` holds in a module. */
      readonly environment: Readonly<Record<string, string>>;
    }
  | { readonly kind: "run"; readonly id: number; readonly task: ModuleTask }
  | { readonly kind: "cancel"; readonly id: number }
  | { readonly kind: "answer"; readonly id: number; readonly answer: AskAnswer };

/** What it answers, once for every `run`, after the questions of the module. */
export type HostReply =
  | { readonly id: number; readonly asked: AskedQuestion }
  | { readonly id: number; readonly answer: ModuleAnswer }
  /** The thread ended without an answer, or its answer could not be sent. */
  | { readonly id: number; readonly broken: string };

let pool: Tinypool | undefined;
const running = new Map<number, AbortController>();
/** Ways into the threads of modules that may ask. */
const ports = new Map<number, MessagePort>();

process.on("message", (request: HostRequest) => {
  if (request.kind === "open") pool = openPool(request);
  else if (request.kind === "cancel") running.get(request.id)?.abort();
  else if (request.kind === "answer") ports.get(request.id)?.postMessage(request.answer);
  else void run(request.id, request.task);
});

/** Time for what modules started to tidy up once nobody is there any more, in milliseconds: git takes its lock files away. */
const TIDY_MS = 500;

// Nobody is there any more to whom it would be of use; its group holds what modules started.
process.on("disconnect", () => {
  process.on("SIGTERM", () => undefined);
  process.kill(-process.pid, "SIGTERM");
  setTimeout(() => process.kill(-process.pid, "SIGKILL"), TIDY_MS);
});

function openPool({ worker, maxWorkers, environment }: Extract<HostRequest, { kind: "open" }>): Tinypool {
  return new Tinypool({
    filename: worker,
    runtime: "worker_threads",
    minThreads: 0,
    maxThreads: maxWorkers,
    env: { ...environment },
    // A module may leave timers and globals behind; the next step gets a thread of its own.
    isolateWorkers: true,
  });
}

async function run(id: number, task: ModuleTask): Promise<void> {
  const controller = new AbortController();
  running.set(id, controller);
  const reply = await answer(id, task, controller.signal);
  running.delete(id);
  ports.get(id)?.close();
  ports.delete(id);
  try {
    process.send?.(reply);
  } catch (error) {
    process.send?.({ id, broken: `what the module returned could not be cloned: ${text(error)}` } satisfies HostReply);
  }
}

async function answer(id: number, task: ModuleTask, signal: AbortSignal): Promise<HostReply> {
  try {
    if (pool === undefined) throw new Error("the host was not opened");
    const port = task.asks ? openPort(id) : undefined;
    const options = { name: "runModule", signal, ...(port === undefined ? {} : { transferList: [port] }) };
    return { id, answer: (await pool.run({ task, port }, options)) as ModuleAnswer };
  } catch (error) {
    return { id, broken: `the worker thread ended: ${text(error)}` };
  }
}

/** A way out of the thread of a module, by which its questions come. Gives the end that the thread is given. */
function openPort(id: number): MessagePort {
  const { port1, port2 } = new MessageChannel();
  ports.set(id, port1);
  port1.on("message", (asked: AskedQuestion) => process.send?.({ id, asked } satisfies HostReply));
  return port2;
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
