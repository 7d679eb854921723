import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import type { StepWindow, ToldSpans } from "./child-span.ts";
import { parseChildSpans } from "./parse-child-spans.ts";

/** Bytes that are read of a file of spans; enough for some ten thousand lines. */
const MAX_BYTES = 4 * 2 ** 20;

/**
 * Reads what the processes of a step appended to their file of spans; nothing when there is none. What stands in its place and is no file
 * is told, never waited for.
 */
export function readChildSpans(file: string, window: StepWindow): ToldSpans {
  let opened: number;
  try {
    // A pipe without a writer would hang, and a link may lead anywhere.
    opened = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { spans: [], problems: code === "ENOENT" ? [] : [`the file of spans cannot be read (${code ?? "?"})`] };
  }
  try {
    const stat = fstatSync(opened);
    if (!stat.isFile()) return { spans: [], problems: ["what stands in place of the file of spans is no file"] };
    const buffer = Buffer.allocUnsafe(Math.min(stat.size, MAX_BYTES));
    let length = 0;
    for (let read = 1; read > 0 && length < buffer.length; length += read) {
      read = readSync(opened, buffer, length, buffer.length - length, length);
    }
    const told = parseChildSpans(buffer.toString("utf8", 0, length), window);
    if (stat.size <= MAX_BYTES) return told;
    return { ...told, problems: [...told.problems, `only the first ${MAX_BYTES} of ${stat.size} bytes were read`] };
  } catch (error) {
    const { code = "?" } = error as NodeJS.ErrnoException;
    return { spans: [], problems: [`the file of spans cannot be read (${code})`] };
  } finally {
    closeSync(opened);
  }
}
