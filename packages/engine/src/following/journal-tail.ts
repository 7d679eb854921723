import { closeSync, readSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { openRegularFile } from "@ai-workflow/profiler";

/** Read at a time, in bytes. */
const CHUNK_BYTES = 256 * 1024;

/** A file that grows, read line by line. */
export interface JournalTail {
  /** The lines that have come since the last call; of a line that has not ended nothing is given. None while there is no file. */
  readonly next: () => readonly string[];
  readonly close: () => void;
}

/** Follows a file that others append to. Once it has been found it is read to its end, also when its name is gone by then. */
export function followLines(file: string): JournalTail {
  const decoder = new StringDecoder("utf8");
  const buffer = Buffer.alloc(CHUNK_BYTES);
  let opened: number | undefined;
  let offset = 0;
  let open = "";
  return {
    next() {
      opened ??= tryOpen(file);
      if (opened === undefined) return [];
      const lines: string[] = [];
      for (;;) {
        const length = readSync(opened, buffer, 0, buffer.length, offset);
        if (length === 0) return lines;
        offset += length;
        const [first = "", ...rest] = decoder.write(buffer.subarray(0, length)).split("\n");
        open += first;
        for (const line of rest) {
          lines.push(open);
          open = line;
        }
      }
    },
    close() {
      if (opened !== undefined) closeSync(opened);
      opened = undefined;
    },
  };
}

function tryOpen(file: string): number | undefined {
  try {
    return openRegularFile(file).fd;
  } catch {
    return undefined;
  }
}
