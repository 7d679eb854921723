import { createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import path from "node:path";
import type { Workspace } from "./create-workspace.ts";

/** One start of a stepped command. */
interface Invocation {
  /** Process id of the command. */
  readonly pid: number;
  /** Lets it end with an exit code. */
  exit(code: number): void;
  /** Resolves when the process is gone, however it went. */
  readonly gone: Promise<void>;
}

/** Commands that tell when they have started and end when they are told to. */
export interface Stepper extends Disposable {
  /** The shell command to put into a step; one name for each command. A stubborn one ignores SIGTERM. */
  command(name: string, options?: { readonly stubborn?: boolean }): string;
  /** Resolves with the next start of the command of that name. */
  next(name: string): Promise<Invocation>;
  /** Names of the commands that run now, sorted. */
  running(): readonly string[];
}

const COMMAND = fileURLToPath(new URL("stepped-command.mjs", import.meta.url));

/** Opens the socket that stepped commands connect to. */
export async function createStepper(workspace: Workspace): Promise<Stepper> {
  const socketFile = path.join(workspace.path, "steps.sock");
  const started = new Map<string, Invocation[]>();
  const waiting = new Map<string, ((invocation: Invocation) => void)[]>();
  const open = new Map<Socket, string>();
  const server = createServer((socket) => {
    // A killed command resets the connection; that it closes is all that counts.
    socket.on("error", () => undefined);
    const gone = new Promise<void>((resolve) => socket.on("close", () => resolve()));
    createInterface({ input: socket })
      .on("error", () => undefined)
      .once("line", (line) => {
        const { name, pid } = JSON.parse(line) as { readonly name: string; readonly pid: number };
        open.set(socket, name);
        void gone.then(() => open.delete(socket));
        const invocation: Invocation = { pid, gone, exit: (code) => socket.end(`${code}\n`) };
        const waiter = waiting.get(name)?.shift();
        if (waiter === undefined) started.set(name, [...(started.get(name) ?? []), invocation]);
        else waiter(invocation);
      });
  });
  await new Promise<void>((resolve) => server.listen(socketFile, resolve));
  return {
    command: (name, { stubborn = false } = {}) =>
      `"${process.execPath}" "${COMMAND}" "${socketFile}" ${name}${stubborn ? " stubborn" : ""}`,
    next: (name) =>
      new Promise((resolve) => {
        const ready = started.get(name)?.shift();
        if (ready === undefined) waiting.set(name, [...(waiting.get(name) ?? []), resolve]);
        else resolve(ready);
      }),
    running: () => [...open.values()].sort(),
    [Symbol.dispose]: () => {
      for (const socket of open.keys()) socket.destroy();
      server.close();
    },
  };
}
