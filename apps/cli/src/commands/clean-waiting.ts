import { cleanState, type CleanReport, type CleanStateOptions } from "@ai-workflow/engine";
import { CancelledError } from "../cancelled-error.ts";
import { renderProgress } from "../render/progress.ts";
import { createStyle } from "../render/style.ts";
import { cancelOnSignal } from "../process/cancel-on-signal.ts";

/**
 * Cleans when no run goes on, says whom it waits for, and stops waiting at a signal.
 *
 * @throws {CancelledError} cancelled while it waited for its turn
 */
export async function cleanWaiting(
  options: Pick<CleanStateOptions, "loaded" | "scope" | "dryRun" | "wait">,
): Promise<CleanReport> {
  const style = createStyle(process.stderr.isTTY, process.env);
  const cancel = cancelOnSignal("removing nothing more");
  try {
    return await cleanState({
      ...options,
      signal: cancel.signal,
      onWait: (owner) =>
        process.stderr.write(`${renderProgress({ type: "waiting", atMs: 0, owner }, style, false) ?? ""}\n`),
    });
  } catch (error) {
    const received = cancel.stop();
    if (received !== undefined)
      throw new CancelledError(received, `cancelled by ${received}; nothing was cleaned`, { cause: error });
    throw error;
  } finally {
    cancel.stop();
  }
}
