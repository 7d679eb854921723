import path from "node:path";
import { readHistory, readHistoryLines, type HistoryEntry } from "@ai-workflow/profiler";
import { STATE_FOLDER_NAME } from "../state/state-folder-name.ts";
import { EngineError } from "../errors.ts";
import { HISTORY_FILE } from "../state/state-directory.ts";

/**
 * The runs in the history of a target, oldest first; none where there is no history yet.
 *
 * @param directory - absolute path of the target directory
 * @throws {EngineError} ENGINE_DATA_UNREADABLE – what stands in the place of the history cannot be read
 */
export function readRunHistory(directory: string): readonly HistoryEntry[] {
  return readWith((file) => readHistory(file).entries, directory);
}

/**
 * The lines of the history of a target as they are, for those who tell what they set aside; none where there is no history yet.
 *
 * @param directory - absolute path of the target directory
 * @throws {EngineError} ENGINE_DATA_UNREADABLE – what stands in the place of the history cannot be read
 */
export function readRunHistoryLines(directory: string): readonly string[] {
  return readWith(readHistoryLines, directory);
}

function readWith<T>(read: (file: string) => readonly T[], directory: string): readonly T[] {
  const file = path.join(directory, STATE_FOLDER_NAME, HISTORY_FILE);
  try {
    return read(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    if (code === "ENOENT") return [];
    throw new EngineError("ENGINE_DATA_UNREADABLE", `cannot read ${file} (${code})`, {
      hint: "Move it away to go on without what earlier runs left in it",
      cause: error,
    });
  }
}
