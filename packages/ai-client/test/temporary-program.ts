import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "./temporary-directory.ts";

/** A Node program in a temporary folder of its own. */
export interface TemporaryProgram {
  readonly command: string;
  readonly args: readonly string[];
  readonly folder: string;
}

/** Writes `source` (ESM) as a program that is removed when the running test ends. */
export function temporaryProgram(source: string): TemporaryProgram {
  const folder = temporaryDirectory();
  const file = join(folder, "program.mjs");
  writeFileSync(file, source);
  return { command: process.execPath, args: [file], folder };
}

/** Start of a program that has its whole standard input in `input`. */
export const READ_INPUT = `let input = ""; process.stdin.setEncoding("utf8"); for await (const chunk of process.stdin) input += chunk;\n`;
