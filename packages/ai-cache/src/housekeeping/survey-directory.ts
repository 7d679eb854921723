import { lstatSync, readdirSync, type Dirent } from "node:fs";
import { join } from "node:path";
import { EXPLAIN_FOLDER } from "../explain/create-question-log.ts";
import { classifyFile, type FileKind } from "./classify-file.ts";
import { JOURNAL_FOLDER } from "../statistics/merge-statistics.ts";

/** A file in a cache directory. */
export interface SurveyedFile {
  /** Below the cache directory, with `/` between names. */
  readonly path: string;
  readonly kind: FileKind;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

const FOLDER = /^[0-9a-f]{2}$/;
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
    if (entry.isDirectory() && (FOLDER.test(entry.name) || NAMED_FOLDERS.includes(entry.name))) {
      for (const { name } of namesIn(join(directory, entry.name))) yield* surveyFile(entry.name, name);
    } else yield* surveyFile(undefined, entry.name);
  }
}
