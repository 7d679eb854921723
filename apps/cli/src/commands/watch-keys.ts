import { isInForeground } from "../live/is-in-foreground.ts";

/** What the keys of a watch do. */
export interface WatchKeys {
  /** Runs again what has not passed. */
  readonly again: () => void;
  /** Runs everything, also what has passed. */
  readonly all: () => void;
  readonly quit: () => void;
}

/** Said where keys are heard. */
export const KEYS_HINT = "Enter runs again, f runs everything, q ends";

/** What a terminal sends for Ctrl-C, Ctrl-Z and Ctrl-\. */
const SIGNAL_KEYS: readonly string[] = ["\u0003", "\u001A", "\u001C"];

/**
 * The key that counts among characters that came at once: one that means a signal wherever it stands, for a terminal would not wait either;
 * else the only one, however often it was pressed. What is pasted and what arrow keys send is more than one key, and means nothing. Pure.
 */
export function keyOf(characters: string): string {
  const signal = SIGNAL_KEYS.find((one) => characters.includes(one));
  if (signal !== undefined) return signal;
  const [first = ""] = characters;
  return characters === first.repeat(characters.length) ? first : "";
}

/**
 * Hears single keys at the terminal until it is told to stop. Keys that mean a signal send it to the group of processes, as the terminal does
 * where nobody hears keys. A program in the background hears none, for reading there would stop it.
 */
export function hearKeys({ again, all, quit }: WatchKeys): () => void {
  const { stdin } = process;
  const begin = (): void => {
    if (!isInForeground()) return;
    stdin.setRawMode(true);
    stdin.resume();
  };
  const end = (): void => {
    stdin.pause();
    stdin.setRawMode(false);
  };
  const actions: Readonly<Record<string, () => void>> = {
    "\r": again,
    "\n": again,
    r: again,
    f: all,
    q: quit,
    "\u0003": () => process.kill(0, "SIGINT"),
    "\u001A": () => {
      end();
      process.kill(0, "SIGTSTP");
    },
    "\u001C": () => {
      end();
      process.kill(0, "SIGQUIT");
    },
  };
  const onData = (bytes: Buffer): void => actions[keyOf(bytes.toString("latin1"))]?.();
  stdin.on("data", onData);
  stdin.pause();
  process.on("SIGCONT", begin);
  begin();
  return () => {
    process.off("SIGCONT", begin);
    stdin.off("data", onData);
    end();
  };
}
