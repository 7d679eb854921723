import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { AlertState } from "./alert-state.ts";
import { readAlertState } from "./read-alert-state.ts";

/** Whether a state was kept. */
export type WrittenAlertState =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: "newer-version" | "failed"; readonly message: string };

let serial = 0;

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown error";

/** Creates a new file beside `file`; other writers, also in other processes, get other names. */
function openTemporary(file: string): { readonly temporary: string; readonly fd: number } {
  for (;;) {
    serial += 1;
    const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.${serial}.tmp`);
    try {
      return { temporary, fd: openSync(temporary, "wx", 0o600) };
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
  }
}

/**
 * Writes a state as a whole: readers see the old one or the new, never a part, also when the process is killed. Missing
 * folders are made. A file of a newer version is left alone. A failure of the disk is a value, and the old state stays.
 */
export function writeAlertState(file: string, state: AlertState): WrittenAlertState {
  if (readAlertState(file).problem === "newer-version")
    return { ok: false, reason: "newer-version", message: "The state of the alerts was written by a newer version" };
  let opened: { readonly temporary: string; readonly fd: number } | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true });
    opened = openTemporary(file);
    try {
      writeFileSync(opened.fd, `${JSON.stringify(state)}\n`);
    } finally {
      closeSync(opened.fd);
    }
    renameSync(opened.temporary, file);
    return { ok: true };
  } catch (error) {
    if (opened !== undefined) rmSync(opened.temporary, { force: true });
    return { ok: false, reason: "failed", message: `The state of the alerts could not be written: ${codeOf(error)}` };
  }
}
