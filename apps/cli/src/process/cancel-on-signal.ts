import { exitCodeOfSignal } from "../exit-code.ts";

/** Signals that ask a program to end. */
export const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Work that the first signal cancels. */
export interface SignalWatch {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** Leaves signals to Node again. Gives the one that was received, where one was. */
  readonly stop: () => NodeJS.Signals | undefined;
}

/**
 * Listens for signals: the first one cancels, the second one leaves the program at once.
 *
 * @param doing - what the first one brings about, in words
 * @param print - prints that on standard error
 */
export function cancelOnSignal(
  doing: string,
  print: (text: string) => void = (text) => void process.stderr.write(text),
): SignalWatch {
  const cancel = new AbortController();
  let received: NodeJS.Signals | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (received !== undefined) process.exit(exitCodeOfSignal(signal));
    received = signal;
    print(`${signal}: ${doing}; again to leave at once\n`);
    cancel.abort();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    signal: cancel.signal,
    stop: () => {
      for (const signal of SIGNALS) process.off(signal, onSignal);
      return received;
    },
  };
}
