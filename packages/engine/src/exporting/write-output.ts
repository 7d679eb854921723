import { accessSync, constants, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { writeFileAtomic } from "@ai-workflow/profiler";
import { EngineError } from "../errors.ts";

/**
 * Looks whether a file can be written, before minutes of work go into it.
 *
 * @param file - absolute path
 * @throws {EngineError} ENGINE_OUTPUT_UNWRITABLE
 */
export function checkOutput(file: string): void {
  const attempt = (): void => {
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true) throw withCode("EISDIR");
    let folder = path.dirname(file);
    while (statSync(folder, { throwIfNoEntry: false }) === undefined) folder = path.dirname(folder);
    if (!statSync(folder).isDirectory()) throw withCode("ENOTDIR");
    accessSync(folder, constants.W_OK);
  };
  explaining(file, attempt);
}

/**
 * Writes a file as a whole or not at all; missing folders are made. What is no file, such as a pipe or `/dev/stdout`, is written to and stays what
 * it is.
 *
 * @param file - absolute path
 * @throws {EngineError} ENGINE_OUTPUT_UNWRITABLE
 */
export function writeOutput(file: string, text: string): void {
  explaining(file, () => {
    if (isDevice(file)) writeFileSync(file, text, { flag: "a" });
    else writeFileAtomic(file, text);
  });
}

/** Something that another file must not take the place of. Standard output may be redirected to a file. */
function isDevice(file: string): boolean {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat !== undefined && (!stat.isFile() || file.startsWith("/dev/"));
}

function explaining(file: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new EngineError("ENGINE_OUTPUT_UNWRITABLE", `cannot write ${file} (${code})`, {
      hint: "Name a file in a folder that you may write to",
      cause: error,
    });
  }
}

function withCode(code: string): Error {
  return Object.assign(new Error(code), { code });
}
