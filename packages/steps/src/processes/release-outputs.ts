import type { ChildProcess } from "node:child_process";

/** What a program left running may hold its outputs for so long before nobody waits for them any more, in milliseconds. */
const LINGER_MS = 1000;

/**
 * Sees to it that a child that has ended is closed soon, even where a process that it left running holds its outputs open.
 *
 * @param onRelease - called before its outputs are let go
 */
export function releaseOutputs(child: ChildProcess, onRelease: () => void = () => undefined): void {
  child.once("exit", () => {
    const linger = setTimeout(() => {
      // What has been printed is read before that, however busy this process was.
      setImmediate(() => {
        onRelease();
        child.stdout?.destroy();
        child.stderr?.destroy();
      });
    }, LINGER_MS);
    child.once("close", () => clearTimeout(linger));
  });
}
