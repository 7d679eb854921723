import { cleanState } from "@ai-workflow/engine";
import { CancelledError } from "../cancelled-error.ts";
import { renderClean } from "../render/clean.ts";
import { renderJson } from "../render/json.ts";
import { renderProgress } from "../render/progress.ts";
import { createStyle } from "../render/style.ts";
import { cancelOnSignal } from "./cancel-on-signal.ts";
import { readTarget } from "./read-target.ts";

/** Options of `clean` as commander hands them over. */
interface CleanFlags {
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly target?: string;
  readonly json?: boolean;
}

/** `ai-workflow clean`. */
export async function cleanCommand(given: object): Promise<void> {
  const { dryRun, wait, target, json } = given as CleanFlags;
  const loaded = await readTarget(target);
  const style = createStyle(process.stderr.isTTY, process.env);
  const cancel = cancelOnSignal("removing nothing more");
  try {
    const report = await cleanState({
      loaded,
      dryRun,
      wait,
      signal: cancel.signal,
      onWait: (owner) =>
        process.stderr.write(`${renderProgress({ type: "waiting", atMs: 0, owner }, style, false) ?? ""}\n`),
    });
    process.stdout.write(json === true ? renderJson({ ...report }) : renderClean(report));
  } catch (error) {
    const received = cancel.stop();
    // Cancelled while it waited for its turn.
    if (received !== undefined) throw new CancelledError(received, { cause: error });
    throw error;
  } finally {
    cancel.stop();
  }
}
