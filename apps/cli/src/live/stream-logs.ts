import { closeSync, openSync, readSync } from "node:fs";
import path from "node:path";
import { StringDecoder } from "node:string_decoder";
import type { RunEvent } from "@ai-workflow/engine";
import { printableLog } from "../render/printable.ts";

/** How often it is looked whether steps have printed something, in milliseconds. */
const TICK_MS = 100;
/** Read at a time, in bytes. */
const CHUNK_BYTES = 64 * 1024;
/** A line that does not end is printed in parts of this many characters. */
const MAX_LINE = 4_096;

/** Prints what steps print while they run. */
export interface LogStream {
  readonly note: (event: RunEvent) => void;
  /** Prints the rest and ends. */
  readonly stop: () => void;
}

/** The log of a step that runs, as far as it was printed. */
interface Tail {
  readonly id: string;
  readonly file: string;
  readonly decoder: StringDecoder;
  offsetBytes: number;
  /** The beginning of a line that has not ended. */
  open: string;
}

/**
 * Prints each line that a step prints with the name of the step before it, as it comes: lines of several steps stand among each other, and
 * none is cut in two by another. Reads the logs that steps write, so that steps are as fast as without it.
 *
 * @param print - prints a text that ends with a line end
 */
export function streamLogs(print: (text: string) => void): LogStream {
  const tails = new Map<string, Tail>();
  let stateDirectory = "";
  let timer: NodeJS.Timeout | undefined;
  const follow = (tail: Tail): void => {
    for (let text = readNext(tail); text !== ""; text = readNext(tail)) {
      const lines = `${tail.open}${text}`.split("\n");
      tail.open = lines.pop() ?? "";
      let from = 0;
      for (; tail.open.length - from > MAX_LINE; from += MAX_LINE) lines.push(tail.open.slice(from, from + MAX_LINE));
      tail.open = tail.open.slice(from);
      if (lines.length > 0) print(lines.map((line) => `${tail.id} | ${printableLog(line)}\n`).join(""));
    }
  };
  const end = (tail: Tail): void => {
    follow(tail);
    if (tail.open !== "") print(`${tail.id} | ${printableLog(tail.open)}\n`);
    tails.delete(tail.id);
  };
  return {
    note(event) {
      if (event.type === "decided") ({ stateDirectory } = event);
      if (event.type === "step-started" && !tails.has(event.stepId)) {
        const { stepId: id, log } = event;
        const file = path.resolve(stateDirectory, log);
        tails.set(id, { id, file, decoder: new StringDecoder("utf8"), offsetBytes: 0, open: "" });
        timer ??= setInterval(() => {
          for (const tail of tails.values()) follow(tail);
        }, TICK_MS).unref();
      }
      const tail = event.type === "step-finished" ? tails.get(event.step.id) : undefined;
      if (tail !== undefined) end(tail);
    },
    stop() {
      clearInterval(timer);
      for (const tail of tails.values()) end(tail);
    },
  };
}

/** What was added to the log since it was read last, or a part of it; empty where that is nothing. */
function readNext(tail: Tail): string {
  let descriptor: number;
  try {
    descriptor = openSync(tail.file, "r");
  } catch {
    // It has printed nothing yet.
    return "";
  }
  try {
    const buffer = Buffer.alloc(CHUNK_BYTES);
    const length = readSync(descriptor, buffer, 0, buffer.length, tail.offsetBytes);
    tail.offsetBytes += length;
    return tail.decoder.write(buffer.subarray(0, length));
  } catch {
    return "";
  } finally {
    closeSync(descriptor);
  }
}
