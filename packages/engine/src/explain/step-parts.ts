import { createHmac } from "node:crypto";
import { fingerprintFiles, type FileEntry } from "@ai-workflow/change-detection";
import { hashParts, type FingerprintParts, type StepPrints } from "../selection/fingerprint.ts";

/** Input files of which each is kept; of more only their folders are. */
export const MAX_LISTED_FILES = 20_000;

/** What a fingerprint is made of, as it may be kept: values of the environment only as keyed hashes. */
export interface StepParts {
  readonly fingerprint: string;
  /** By name of a part: SHA-256 over it. Equal parts have equal hashes. */
  readonly whole: Readonly<Record<string, string>>;
  /** Name and keyed hash, or `null` for a variable that is not set, in the order of the step. */
  readonly environment: readonly (readonly [string, string | null])[];
  readonly runtime: FingerprintParts["runtime"];
  readonly tools: readonly (readonly [string, string])[];
  readonly uses: readonly (readonly [string, string])[];
  readonly inputs: readonly string[] | null;
  /** Names its input files with modes and contents. */
  readonly files: string;
}

/** Ids of input files by path, or hashes of their folders by folder where there are too many. */
export interface FileIds {
  readonly by: "file" | "folder";
  readonly ids: Readonly<Record<string, string>>;
}

/** Parts of which nothing but a change can be told. */
const WHOLE_PARTS = [
  "version",
  "scope",
  "action",
  "step",
  "directory",
  "unit",
  "module",
  "script",
  "model",
  "askedSince",
  "ignoreFiles",
  "outputs",
] as const satisfies readonly (keyof FingerprintParts)[];

/**
 * Makes of the parts of a fingerprint what may be kept. Pure.
 *
 * @param key - secret with which values of the environment are hashed (HMAC-SHA256, RFC 2104)
 */
export function toStepParts(
  { fingerprint, parts }: Pick<StepPrints, "fingerprint" | "parts">,
  key: Uint8Array,
): StepParts {
  const given = parts();
  const keyed = (name: string, value: string): string =>
    createHmac("sha256", key)
      .update(JSON.stringify([name, value]))
      .digest("hex");
  return {
    fingerprint,
    whole: Object.fromEntries(WHOLE_PARTS.map((name) => [name, hashParts(given[name])])),
    environment: given.environment.map(([name, value]) => [name, value === null ? null : keyed(name, value)]),
    runtime: given.runtime,
    tools: given.tools ?? [],
    uses: given.uses,
    inputs: given.inputs,
    files: given.files,
  };
}

/** Lists input files, or their folders where there are more than `most`. Pure. */
export function toFileIds(files: readonly FileEntry[], most: number = MAX_LISTED_FILES): FileIds {
  if (files.length <= most) {
    return { by: "file", ids: Object.fromEntries(files.map(({ path, mode, id }) => [path, `${mode} ${id}`])) };
  }
  const folders = new Map<string, FileEntry[]>();
  for (const file of files) {
    const folder = file.path.slice(0, Math.max(0, file.path.lastIndexOf("/")));
    const known = folders.get(folder);
    if (known === undefined) folders.set(folder, [file]);
    else known.push(file);
  }
  return {
    by: "folder",
    ids: Object.fromEntries([...folders].slice(0, most).map(([folder, inside]) => [folder, fingerprintFiles(inside)])),
  };
}
