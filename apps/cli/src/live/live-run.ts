import type { WriteStream } from "node:tty";
import type { RunEvent } from "@ai-workflow/engine";
import { createStyle } from "../render/style.ts";
import { renderFrame } from "./live-frame.ts";
import { afterEvent, NOTHING_YET } from "./live-state.ts";
import { isInForeground } from "./is-in-foreground.ts";
import { createLiveTerminal } from "./live-terminal.ts";

/** How often it is looked whether there is something new to draw, in milliseconds. */
const TICK_MS = 100;

/** What goes on in a run, shown at the end of a terminal's output. */
export interface LiveRun {
  readonly note: (event: RunEvent) => void;
  /** Prints above what is shown. */
  readonly print: (text: string) => void;
  /** Takes away what is shown, before the program is stopped. */
  readonly hide: () => void;
  /** The program goes on: shows it again below whatever others have printed, once the terminal is ours. */
  readonly show: () => void;
  /** Takes away what is shown, for good. */
  readonly stop: () => void;
}

/**
 * Shows what goes on in a run until it is stopped. Times are those of events, and of this process's clock between them.
 *
 * @param origin - see `startProgress`
 */
export function startLiveRun(
  stream: Pick<WriteStream, "write" | "columns" | "rows" | "isTTY">,
  origin?: number,
): LiveRun {
  const style = createStyle(stream.isTTY, process.env);
  // A terminal that does not tell its size is as small as any may be.
  const size = (): { readonly columns: number; readonly rows: number } => ({
    columns: stream.columns || 80,
    rows: stream.rows || 24,
  });
  const terminal = createLiveTerminal({ write: (text) => stream.write(text), size });
  let state = NOTHING_YET;
  let originMs = origin;
  // In the background the terminal belongs to others, who would find their lines taken away.
  let isHidden = !isInForeground();
  const draw = (): void => {
    if (isHidden && !isInForeground()) return;
    isHidden = false;
    terminal.draw(renderFrame(state, performance.now() - (originMs ?? 0), size(), style));
  };
  const timer = setInterval(draw, TICK_MS).unref();
  // Whoever leaves at once stops nothing.
  const onExit = (): void => terminal.clear();
  process.once("exit", onExit);
  return {
    note(event) {
      originMs ??= performance.now() - event.atMs;
      state = afterEvent(state, event);
    },
    print: (text) => terminal.print(text),
    hide() {
      isHidden = true;
      terminal.clear();
    },
    show() {
      // A shell may say so more than once.
      if (isHidden) draw();
    },
    stop() {
      clearInterval(timer);
      process.off("exit", onExit);
      terminal.clear();
    },
  };
}
