import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import path from "node:path";
import type { FileEntry } from "@ai-workflow/change-detection";
import { writeFileAtomic } from "@ai-workflow/profiler";
import { readStateFile } from "../state/read-state-file.ts";
import { stepFileName } from "../state/step-file-name.ts";

/** What is known of a step that is given only files it has not passed on. */
export interface ProvedFiles {
  /** What the step is apart from its files: what was proved under another key proves nothing. */
  readonly key: string;
  /** Files with their contents that the step has passed on, as by {@link provedFile}, the latest last. */
  readonly proved: ReadonlySet<string>;
  /** Paths that it set out to look at and has not passed on since; they stay due, whatever is committed after them. */
  readonly open: ReadonlySet<string>;
}

/** Contents kept of a step at most, beside those that are there now: of other branches and earlier times. */
const KEPT_OTHERS = 20_000;

/** Identifies a file with its content; 96 bits, for nobody gains from a collision among the files of one repository. */
export function provedFile({ path: file, mode, id }: FileEntry): string {
  return createHash("sha256")
    .update(JSON.stringify([file, mode, id]))
    .digest("base64url")
    .slice(0, 16);
}

/** Nothing is known. */
const NOTHING: ProvedFiles = { key: "", proved: new Set(), open: new Set() };

/** Reads what is known of a step; nothing where there is none or it cannot be understood, for then everything is due. */
export function readProvedFiles(stateDirectory: string, stepId: string): ProvedFiles {
  try {
    const content: unknown = JSON.parse(readStateFile(fileOf(stateDirectory, stepId)).toString("utf8"));
    if (typeof content !== "object" || content === null) return NOTHING;
    const { key, proved, open } = content as Readonly<Record<string, unknown>>;
    if (typeof key !== "string" || !isTexts(proved) || !isTexts(open)) return NOTHING;
    return { key, proved: new Set(proved), open: new Set(open) };
  } catch {
    return NOTHING;
  }
}

/** Writes it down. @throws what the file system says */
export function writeProvedFiles(stateDirectory: string, stepId: string, { key, proved, open }: ProvedFiles): void {
  const file = fileOf(stateDirectory, stepId);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileAtomic(file, `${JSON.stringify({ key, proved: [...proved], open: [...open] })}\n`);
}

/** What is known after the step passed with everything in `now` looked at or proved before. Pure. */
export function addProved(known: ProvedFiles, key: string, now: readonly string[]): ProvedFiles {
  const current = new Set(now);
  const others = known.key === key ? [...known.proved].filter((one) => !current.has(one)).slice(-KEPT_OTHERS) : [];
  return { key, proved: new Set([...others, ...current]), open: new Set() };
}

function fileOf(stateDirectory: string, stepId: string): string {
  return path.join(stateDirectory, "cache", "proved-files", `${stepFileName(stepId)}.json`);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}
