import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import type { TestProfile } from "../resource-usage.ts";
import { parseTestProfile } from "./parse-test-profile.ts";

/** Runners tell at the start what they found, and at the end what came of it; what lies between can be very long. */
const HEAD_BYTES = 256 * 1024;
const TAIL_BYTES = 1024 * 1024;

// Without O_NONBLOCK, opening a pipe would wait for somebody to write to it.
const READ_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

function readPart(descriptor: number, from: number, length: number): string {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const read = readSync(descriptor, bytes, filled, length - filled, from + filled);
    if (read === 0) break;
    filled += read;
  }
  return bytes.toString("utf8", 0, filled);
}

function readEnds(descriptor: number): string | undefined {
  const stat = fstatSync(descriptor);
  if (!stat.isFile()) return undefined;
  if (stat.size <= HEAD_BYTES + TAIL_BYTES) return readPart(descriptor, 0, stat.size);
  const head = readPart(descriptor, 0, HEAD_BYTES);
  const tail = readPart(descriptor, stat.size - TAIL_BYTES, TAIL_BYTES);
  // The lines that were cut through are left out: half of a number is another number.
  return head.slice(0, head.lastIndexOf("\n") + 1) + tail.slice(tail.indexOf("\n") + 1);
}

/**
 * Reads the profile from a step's log as {@link parseTestProfile} does. Of a log over 1.25 MiB only the first 256 KiB and the last MiB are
 * read. Undefined also for what is no file or cannot be read; never throws, never waits for a pipe.
 *
 * @param file Path of the log.
 */
export function readTestProfile(file: string): TestProfile | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, READ_FLAGS);
    const text = readEnds(descriptor);
    return text === undefined ? undefined : parseTestProfile(text);
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
