import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { EMPTY_ALERT_STATE, type AlertState } from "./alert-state.ts";
import { parseAlertState } from "./parse-alert-state.ts";

/** A state file above this size is not ours. */
export const MAX_STATE_BYTES: number = 16 * 1024 * 1024;

/** What a state file holds. With a `problem`, `state` is empty: what is still wrong will be told once more. */
export interface ReadAlertState {
  readonly state: AlertState;
  /** `missing` is how it begins; a file of a newer version must not be overwritten. */
  readonly problem?: "missing" | "corrupt" | "newer-version" | "unreadable" | undefined;
}

/** Reads the state that {@link writeAlertState} wrote. Never throws for what is in the file or on the disk. */
export function readAlertState(file: string): ReadAlertState {
  let text: string;
  try {
    const fd = openSync(file, "r");
    try {
      const stats = fstatSync(fd);
      if (!stats.isFile()) return { state: EMPTY_ALERT_STATE, problem: "unreadable" };
      if (stats.size > MAX_STATE_BYTES) return { state: EMPTY_ALERT_STATE, problem: "corrupt" };
      text = readFileSync(fd, "utf8");
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    return { state: EMPTY_ALERT_STATE, problem: isMissing ? "missing" : "unreadable" };
  }
  const parsed = parseAlertState(text);
  return parsed.ok ? { state: parsed.state } : { state: EMPTY_ALERT_STATE, problem: parsed.problem };
}
