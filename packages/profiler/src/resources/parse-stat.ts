import type { ProcessSample } from "./process-sample.ts";

/** How the kernel counts: both are constants of a machine. */
export interface KernelUnits {
  /** Length of a clock tick in milliseconds. */
  readonly tickMs: number;
  readonly pageBytes: number;
}

/** What `/proc/<pid>/stat` tells, with the state as a letter (`Z`: ended, not waited for). */
export interface ParsedStat extends ProcessSample {
  readonly state: string;
}

/**
 * Reads the text of `/proc/<pid>/stat`; `undefined` when it is not that. The name of the program stands in brackets and may hold anything,
 * also brackets and line ends, so everything is counted from the last closing one.
 *
 * Source: proc_pid_stat(5).
 */
export function parseStat(text: string, { tickMs, pageBytes }: KernelUnits): ParsedStat | undefined {
  const open = text.indexOf(" (");
  const close = text.lastIndexOf(") ");
  if (open < 1 || close < open) return undefined;
  // Field 3, the state, is the first one here.
  const fields = text
    .slice(close + 2)
    .trimEnd()
    .split(" ");
  const pid = Number(text.slice(0, open));
  const numbers = [1, 2, 3, 11, 12, 13, 14, 19, 21].map((index) => Number(fields[index]));
  const [parentPid = Number.NaN, groupId = 0, sessionId = 0, user = 0, system = 0, childUser = 0, childSystem = 0] =
    numbers;
  const [startedAt = 0, pages = 0] = numbers.slice(7);
  if (!Number.isInteger(pid) || fields.length < 22 || numbers.some((number) => !Number.isFinite(number)))
    return undefined;
  return {
    pid,
    parentPid,
    groupId,
    sessionId,
    startedAt,
    ownCpuMs: (user + system) * tickMs,
    childrenCpuMs: (childUser + childSystem) * tickMs,
    ownSystemMs: system * tickMs,
    childrenSystemMs: childSystem * tickMs,
    memoryBytes: Math.max(0, pages) * pageBytes,
    state: fields[0] ?? "",
  };
}
