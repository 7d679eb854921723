import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A Node program in a temporary folder of its own. */
export interface TemporaryProgram {
  readonly command: string;
  readonly args: readonly string[];
  readonly folder: string;
}

/** Writes `source` (ESM) as a program that is removed when the running test ends. */
export function temporaryProgram(source: string): TemporaryProgram {
  const folder = mkdtempSync(join(tmpdir(), "ai-client-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "program.mjs");
  writeFileSync(file, source);
  return { command: process.execPath, args: [file], folder };
}

/** Start of a program that has its whole standard input in `input`. */
export const READ_INPUT = `let input = ""; process.stdin.setEncoding("utf8"); for await (const chunk of process.stdin) input += chunk;\n`;
