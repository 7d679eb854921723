import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import path from "node:path";
import type { StepRecord } from "@ai-workflow/engine";
import { printable, printableLog } from "./printable.ts";

/** Whose output is printed. */
export type OutputLogs = "full" | "new-only" | "errors-only" | "none";

/** Bytes of a log that are printed at most; the file holds all. */
const PRINTED_BYTES = 64 * 1024;

/** The end of a step's log as it is printed when the step ends; empty where it is not asked for or there is none. */
export function renderStepLog(step: StepRecord, which: OutputLogs, stateDirectory: string): string {
  const wanted = {
    full: true,
    "new-only": step.outcome !== "replayed",
    "errors-only": isFailure(step.outcome),
    none: false,
  }[which];
  if (!wanted || step.log === undefined) return "";
  const file = path.resolve(stateDirectory, step.log);
  const tail = readTail(file);
  if (tail === undefined || tail.text.trim() === "") return "";
  const head = `--- ${step.id}: ${tail.cut ? `last ${PRINTED_BYTES / 1024} KiB of ` : ""}${printable(path.relative(process.cwd(), file))}\n`;
  return `${head}${printableLog(tail.text).replace(/\n*$/, "\n")}---\n`;
}

/** Steps whose last lines are printed at the end of a run at most. */
const LISTED_STEPS = 5;
/** Lines of each. */
const LAST_LINES = 10;

/** The last lines of what failed steps printed, under the name of each; empty where they printed nothing. */
export function renderLastLines(steps: readonly StepRecord[], stateDirectory: string): string {
  const failed = steps.filter(({ outcome, log }) => isFailure(outcome) && log !== undefined);
  return failed
    .slice(0, LISTED_STEPS)
    .map((step) => {
      const file = path.resolve(stateDirectory, step.log ?? "");
      const text = readTail(file)?.text.trimEnd() ?? "";
      if (text === "") return "";
      const last = text.split("\n").slice(-LAST_LINES);
      return `--- ${step.id}: the end of ${printable(path.relative(process.cwd(), file))}\n${printableLog(last.join("\n"))}\n---\n`;
    })
    .join("");
}

function isFailure(outcome: StepRecord["outcome"]): boolean {
  return outcome === "failed" || outcome === "timed-out";
}

function readTail(file: string): { readonly text: string; readonly cut: boolean } | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch {
    return undefined;
  }
  try {
    const { size } = fstatSync(descriptor);
    const buffer = Buffer.alloc(Math.min(size, PRINTED_BYTES));
    const length = readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
    return { text: buffer.toString("utf8", 0, length), cut: size > PRINTED_BYTES };
  } finally {
    closeSync(descriptor);
  }
}
