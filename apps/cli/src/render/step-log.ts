import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import path from "node:path";
import type { StepRecord } from "@ai-workflow/engine";
import { printableLog } from "./printable.ts";

/** Whose output is printed. */
export type OutputLogs = "full" | "new-only" | "errors-only" | "none";

/** Bytes of a log that are printed at most; the file holds all. */
const PRINTED_BYTES = 64 * 1024;

/** The end of a step's log as it is printed when the step ends; empty where it is not asked for or there is none. */
export function renderStepLog(step: StepRecord, which: OutputLogs, stateDirectory: string): string {
  const wanted = {
    full: true,
    "new-only": step.outcome !== "replayed",
    "errors-only": step.outcome === "failed" || step.outcome === "timed-out",
    none: false,
  }[which];
  if (!wanted || step.log === undefined) return "";
  const file = path.resolve(stateDirectory, step.log);
  const tail = readTail(file);
  if (tail === undefined || tail.text.trim() === "") return "";
  const head = `--- ${step.id}: ${tail.cut ? `last ${PRINTED_BYTES / 1024} KiB of ` : ""}${path.relative(process.cwd(), file)}\n`;
  return `${head}${printableLog(tail.text).replace(/\n*$/, "\n")}---\n`;
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
