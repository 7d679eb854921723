import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import type { Attempt } from "./attempt.ts";

/** What GitHub shows of one step; of a larger file it shows nothing. */
export const MAX_JOB_SUMMARY_BYTES: number = 1024 * 1024;

/**
 * Appends to the file of a job summary in one write, parted by an empty line from what is there. Nothing is written when the file
 * would have more than 1 MiB, because then GitHub would drop all of it.
 *
 * Source: "Workflow commands for GitHub Actions", "Job summaries".
 */
export function appendJobSummary(file: string, markdown: string): Attempt {
  const fail = (failure: "no-room" | "unreachable" | "misconfigured", message: string): Attempt => ({
    ok: false,
    failure,
    message,
    canRetry: false,
  });
  let fd: number;
  try {
    fd = openSync(file, "a+");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    return fail("unreachable", `The job summary cannot be opened: ${code}`);
  }
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) return fail("misconfigured", "GITHUB_STEP_SUMMARY names no file");
    const end = Buffer.alloc(2);
    const endLength = stats.size === 0 ? 0 : readSync(fd, end, 0, 2, Math.max(0, stats.size - 2));
    const tail = end.toString("latin1", 0, endLength);
    const gap = tail === "" || tail === "\n\n" ? "" : tail.endsWith("\n") ? "\n" : "\n\n";
    const data = Buffer.from(`${gap}${markdown}\n`, "utf8");
    if (stats.size + data.length > MAX_JOB_SUMMARY_BYTES)
      return fail("no-room", "The job summary has no room left: GitHub takes 1 MiB for a step");
    for (let written = 0; written < data.length;) written += writeSync(fd, data, written);
    return { ok: true };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    return fail("unreachable", `The job summary cannot be written: ${code}`);
  } finally {
    closeSync(fd);
  }
}
