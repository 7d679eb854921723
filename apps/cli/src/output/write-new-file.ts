import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { EngineError } from "@ai-workflow/engine";

/**
 * Writes a file that must not be there yet, all of it or nothing.
 *
 * @param replace - whether it may be there; a link is replaced, and not followed
 * @throws {EngineError} ENGINE_FILE_EXISTS – it is there
 * @throws {EngineError} ENGINE_OUTPUT_UNWRITABLE – it cannot be written
 */
export function writeNewFile(file: string, text: string, replace: boolean): void {
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${randomUUID()}`);
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(temporary, text, { flag: "wx" });
    if (replace) renameSync(temporary, file);
    // Unlike renaming, this fails where something is.
    else linkSync(temporary, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && !replace) throw alreadyThere(file);
    throw new EngineError("ENGINE_OUTPUT_UNWRITABLE", `cannot write ${file} (${code ?? "unknown error"})`, {
      hint: "Make its folder one that you may write to",
      cause: error,
    });
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** What is said where a file is in the way of a new one. */
export function alreadyThere(file: string): EngineError {
  return new EngineError("ENGINE_FILE_EXISTS", `${file} is there already`, {
    hint: "`--print` shows what would be written, `--force` replaces it",
  });
}
