import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { CacheMode, CacheStats } from "../../src/index.ts";

const PROGRAM = fileURLToPath(new URL("ask.mjs", import.meta.url));
/** A user without rights, as most systems have one. */
const NOBODY = 65_534;

/** What a process on a bad disk was told. */
export interface Asked {
  /** One after the other. */
  readonly directories: readonly string[];
  readonly questions: readonly string[];
  readonly maxBytes?: number;
  readonly mode?: CacheMode;
  /** @defaultValue 100 */
  readonly answerBytes?: number;
}

/** What it told. */
export interface Told {
  readonly sources: readonly string[];
  readonly missReasons: readonly string[];
  readonly wrongCount: number;
  readonly storedCount: number;
  readonly warnings: readonly string[];
  readonly stats: CacheStats;
}

/** Whether this process may do anything, and so can also make itself less. */
export const isSuperuser: boolean = process.getuid?.() === 0;

/** The same of one directory. */
export type AskedOnce = Omit<Asked, "directories"> & { readonly directory: string };

function run(asked: Asked, identity: { uid?: number; gid?: number }): Told[] {
  // A pipe that is opened the wrong way would keep the process for ever.
  const options = { encoding: "utf8", timeout: 30_000, killSignal: "SIGKILL", ...identity } as const;
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, JSON.stringify(asked)], options);
  if (status !== 0) throw new Error(`The process ended with ${signal ?? status}: ${stderr}`);
  return JSON.parse(stdout) as Told[];
}

function runOnce({ directory, ...asked }: AskedOnce, identity: { uid?: number; gid?: number }): Told {
  const [told] = run({ ...asked, directories: [directory] }, identity);
  if (told === undefined) throw new Error("The process told nothing");
  return told;
}

/** Asks from a process of this user, in each directory. */
export function askEachFromProcess(asked: Asked): Told[] {
  return run(asked, {});
}

/** Asks from a process of this user. */
export function askFromProcess(asked: AskedOnce): Told {
  return runOnce(asked, {});
}

/** Asks from a process that file modes bind: of another user when this one is the superuser. */
export function askWithoutRights(asked: AskedOnce): Told {
  return runOnce(asked, isSuperuser ? { uid: NOBODY, gid: NOBODY } : {});
}
