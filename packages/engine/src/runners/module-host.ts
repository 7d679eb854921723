/**
 * The process in which module steps run: their threads, and all that these start, share its process group, so that the whole can be ended.
 * It is started by `module-host-client.ts` and speaks with it in structured clones.
 */
import { Tinypool } from "tinypool";
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
  | { readonly kind: "cancel"; readonly id: number };

/** What it answers, once for every `run`. */
export type HostReply =
  | { readonly id: number; readonly answer: ModuleAnswer }
  /** The thread ended without an answer, or its answer could not be sent. */
  | { readonly id: number; readonly broken: string };

let pool: Tinypool | undefined;
const running = new Map<number, AbortController>();

process.on("message", (request: HostRequest) => {
  if (request.kind === "open") pool = openPool(request);
  else if (request.kind === "cancel") running.get(request.id)?.abort();
  else void run(request.id, request.task);
});

// Nobody is there any more to whom it would be of use; its group holds what modules started.
process.on("disconnect", () => {
  process.kill(-process.pid, "SIGKILL");
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
  try {
    process.send?.(reply);
  } catch (error) {
    process.send?.({ id, broken: `what the module returned could not be cloned: ${text(error)}` } satisfies HostReply);
  }
}

async function answer(id: number, task: ModuleTask, signal: AbortSignal): Promise<HostReply> {
  try {
    if (pool === undefined) throw new Error("the host was not opened");
    return { id, answer: (await pool.run(task, { name: "runModule", signal })) as ModuleAnswer };
  } catch (error) {
    return { id, broken: `the worker thread ended: ${text(error)}` };
  }
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
