import { LRUCache } from "lru-cache";
import { randomUUID } from "node:crypto";
import { lstatSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createCacheDirectory } from "../files/create-cache-directory.ts";
import { codeOf } from "../files/file-access.ts";
import { readSmallFile } from "../files/read-small-file.ts";
import type { CacheKey, CacheKeyParts } from "../key/create-cache-key.ts";
import { sha256Hex } from "../key/sha256-hex.ts";
import { addQuestion, formatHistory, MAX_HISTORY_BYTES, parseHistory, type AskedQuestion } from "./question-history.ts";
import { summariseQuestion } from "./summarise-question.ts";

/** Where it lies in a cache directory. */
export const EXPLAIN_FOLDER = "explain";
const FILE_NAME = /^[0-9a-f]{64}\.json$/;
// Steps of a repository, not users of a service: what asks under more labels loses the oldest.
const MAX_LABELS = 256;
// What this run noted already is not written again with every hit.
const MAX_NOTED = 4096;

/** What was asked under which label, without its contents. */
export interface QuestionLog {
  /** This run: the time that the cache is open. */
  readonly run: string;
  /** Remembers that `parts` was asked under `label`. Throws what the file system throws. */
  note(label: string, key: CacheKey, parts: CacheKeyParts): void;
  /** What was asked under `label`, oldest first. Nothing when nothing is known, or the file is damaged. */
  read(label: string): AskedQuestion[];
  /** Takes nothing for noted any more, as after the directory was cleared. */
  forget(): void;
}

/**
 * A log of one file a label, `<directory>/explain/<SHA-256 of the label>.json`, written whole and renamed. Of two processes
 * that write under one label at the same time, the later one's memory stays: it explains misses, nothing depends on it.
 */
export function createQuestionLog(directory: string, now: () => number): QuestionLog {
  const run = randomUUID();
  const folder = join(directory, EXPLAIN_FOLDER);
  const noted = new LRUCache<string, true>({ max: MAX_NOTED });
  const fileOf = (label: string): string => join(folder, `${sha256Hex(label)}.json`);

  function timeOf(file: string): number {
    try {
      return lstatSync(file).mtimeMs;
    } catch {
      return Number.NEGATIVE_INFINITY;
    }
  }

  function read(label: string): AskedQuestion[] {
    return parseHistory(readSmallFile(fileOf(label), MAX_HISTORY_BYTES) ?? "");
  }

  function write(file: string, text: string): void {
    const temporary = `${file.slice(0, -".json".length)}.${randomUUID()}.tmp`;
    const create = (): void => writeFileSync(temporary, text, { flag: "wx", mode: 0o600 });
    try {
      try {
        create();
      } catch (error) {
        if (codeOf(error) !== "ENOENT") throw error;
        createCacheDirectory(directory, EXPLAIN_FOLDER);
        create();
      }
      renameSync(temporary, file);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  }

  function forgetOldest(): void {
    const names = readdirSync(folder).filter((name) => FILE_NAME.test(name));
    if (names.length <= MAX_LABELS) return;
    const files = names.map((name) => ({ file: join(folder, name), timeMs: timeOf(join(folder, name)) }));
    files.sort((a, b) => a.timeMs - b.timeMs);
    for (const { file } of files.slice(0, names.length - MAX_LABELS)) rmSync(file, { recursive: true, force: true });
  }

  return {
    run,
    note(label, key, parts): void {
      const file = fileOf(label);
      const name = `${file} ${key}`;
      if (noted.has(name)) return;
      noted.set(name, true);
      const history = read(label);
      write(file, formatHistory(label, addQuestion(history, summariseQuestion(key, parts), { atMs: now(), run })));
      if (history.length === 0) forgetOldest();
    },
    read,
    forget(): void {
      noted.clear();
    },
  };
}
