import { lstatSync, readdirSync, type Dirent } from "node:fs";
import { join } from "node:path";
import { EXPLAIN_FOLDER } from "../explain/create-question-log.ts";
import { isFanOutFolder } from "../files/list-fan-out.ts";
import { JOURNAL_FOLDER } from "../statistics/merge-statistics.ts";
import { classifyFile, type FileKind } from "./classify-file.ts";

/** A file in a cache directory. */
export interface SurveyedFile {
  /** Below the cache directory, with `/` between names. */
  readonly path: string;
  readonly kind: FileKind;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** A temporary file this old has lost its writer, in milliseconds. */
export const TEMPORARY_FILE_MAX_AGE_MS: number = 60 * 60 * 1000;

/** Whether a file was on its way to another name and never got there; one from far ahead was written while a clock was wrong. */
export function isOldTemporary(file: Pick<SurveyedFile, "kind" | "modifiedMs">, nowMs: number): boolean {
  return file.kind === "temporary" && Math.abs(nowMs - file.modifiedMs) >= TEMPORARY_FILE_MAX_AGE_MS;
}

const NAMED_FOLDERS: readonly string[] = [JOURNAL_FOLDER, EXPLAIN_FOLDER];

function namesIn(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/**
 * Every file of the cache in `directory` but whole folders that are not its own, which count as one. Only what is not an
 * entry is looked at. Never throws; what vanishes meanwhile is left out.
 */
export function* surveyDirectory(directory: string): Generator<SurveyedFile> {
  function* surveyFile(folder: string | undefined, name: string): Generator<SurveyedFile> {
    const path = folder === undefined ? name : `${folder}/${name}`;
    const kind = classifyFile(folder, name);
    if (kind === "entry") return;
    try {
      const { size, mtimeMs } = lstatSync(join(directory, path));
      yield { path, kind, sizeBytes: size, modifiedMs: mtimeMs };
    } catch {
      // Another process removed it between the two calls.
    }
  }
  for (const entry of namesIn(directory)) {
    if (entry.isDirectory() && (isFanOutFolder(entry.name) || NAMED_FOLDERS.includes(entry.name))) {
      for (const { name } of namesIn(join(directory, entry.name))) yield* surveyFile(entry.name, name);
    } else yield* surveyFile(undefined, entry.name);
  }
}
