import type { RunEvent } from "@ai-workflow/engine";
import { afterEvent, NOTHING_YET } from "./live-state.ts";
import { renderRunning } from "./render-running.ts";

/** Silence after which a line says that the run goes on, in milliseconds. */
const SILENCE_MS = 30_000;

/** Says in a log now and then what runs: for whoever waits, and for build machines that end what is silent. */
export interface Heartbeat {
  readonly note: (event: RunEvent) => void;
  readonly print: (text: string) => void;
  readonly stop: () => void;
}

/**
 * Prints a line after each half minute in which nothing else was printed and something ran.
 *
 * @param origin - see `startProgress`
 */
export function startHeartbeat(write: (text: string) => void, origin?: number): Heartbeat {
  let state = NOTHING_YET;
  let originMs = origin;
  const timer = setInterval(() => {
    const line = renderRunning(state.running, performance.now() - (originMs ?? 0));
    if (line !== undefined) write(`${line}\n`);
  }, SILENCE_MS).unref();
  return {
    note(event) {
      originMs ??= performance.now() - event.atMs;
      state = afterEvent(state, event);
    },
    print(text) {
      write(text);
      timer.refresh();
    },
    stop: () => clearInterval(timer),
  };
}
