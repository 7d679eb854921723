import { createHash, randomBytes } from "node:crypto";
import { lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { writeFileAtomic } from "@ai-workflow/profiler";
import { readStateFile } from "../state/read-state-file.ts";
import { stepFileName } from "../state/step-file-name.ts";
import type { StepPrints } from "../selection/fingerprint.ts";
import type { KnownParts } from "./diff-parts.ts";
import { toFileIds, toStepParts, type FileIds, type StepParts } from "./step-parts.ts";

/** Version of the files, and of what they mean; of others nothing is known. */
const FORMAT_VERSION = 1;

/** Bytes of the key of the hashes of values. */
const KEY_BYTES = 32;

/** A fingerprint's parts, and the run that had it. */
export interface KeptParts {
  readonly runId: string;
  /** When that run began, ISO 8601 in UTC. */
  readonly at: string;
  readonly keyId: string;
  readonly parts: StepParts;
}

/** What is kept of a step. */
export interface StepManifest {
  /** Of the last run in which it passed or its success was replayed. */
  readonly passed?: KeptParts | undefined;
  /** Of the last run in which it ran, where it did not pass there. */
  readonly failed?: KeptParts | undefined;
}

/** A step whose parts are to be kept. */
export interface StepToKeep {
  readonly stepId: string;
  readonly prints: Pick<StepPrints, "fingerprint" | "parts" | "inputFiles">;
  /** Whether it passed, now or when what was replayed ran. */
  readonly passed: boolean;
}

/** Keeps of what the last fingerprints of steps were made. */
export interface PartsStore {
  /** What is kept of a step; empty where that is nothing that can be read. */
  readonly find: (stepId: string) => StepManifest;
  /** The kept parts with the files that belong to them. */
  readonly resolve: (kept: KeptParts) => KnownParts;
  /** The parts of a fingerprint of now, to compare kept ones with. Writes nothing. */
  readonly describe: (prints: StepToKeep["prints"]) => KnownParts;
  /**
   * Keeps the parts of steps; files are written only where something changed.
   *
   * @param known - ids of all steps; what is kept of others goes
   * @throws what writing threw
   */
  readonly keep: (
    steps: readonly StepToKeep[],
    run: { readonly runId: string; readonly at: string },
    known: Iterable<string>,
  ) => void;
}

/**
 * Opens what is kept under `cache/fingerprints` of a state folder: one file a step, one for each distinct set of input files, and the key
 * of the hashes of values, which is random and stays there. Creates nothing until something is kept.
 */
export function openPartsStore(state: string): PartsStore {
  const folder = path.join(state, "cache", "fingerprints");
  const sets = path.join(folder, "files");
  const keyFile = path.join(folder, "key");
  const manifestOf = (stepId: string): string => path.join(folder, `${stepFileName(stepId)}.json`);
  const fileSets = new Map<string, FileIds | undefined>();
  let key: Uint8Array | undefined;

  /** A repository can hold links; a key that lies elsewhere is no secret. */
  const hasKey = (): boolean => {
    const stat = lstatSync(keyFile, { throwIfNoEntry: false });
    return stat?.isFile() === true && stat.size === KEY_BYTES;
  };
  const readKey = (): Uint8Array => {
    key ??= readOr(keyFile, (bytes) => (hasKey() ? new Uint8Array(bytes) : undefined));
    // Without one no kept value can be compared, whatever the key.
    return (key ??= randomBytes(KEY_BYTES));
  };
  const keyId = (): string => createHash("sha256").update("key id").update(readKey()).digest("hex").slice(0, 16);
  const setFile = (files: string): string =>
    path.join(sets, `${createHash("sha256").update(files).digest("hex").slice(0, 40)}.json`);
  /** Steps often share a set of files. */
  const idsOnce = (files: string, list: () => FileIds | undefined): FileIds | undefined => {
    if (!fileSets.has(files)) fileSets.set(files, list());
    return fileSets.get(files);
  };
  const find = (stepId: string): StepManifest => readManifest(manifestOf(stepId)) ?? {};

  return {
    find,
    resolve: ({ parts, keyId: id }) => ({
      parts,
      keyId: id,
      files: () => idsOnce(parts.files, () => readOr(setFile(parts.files), parseFileIds)),
    }),
    describe(prints) {
      const parts = toStepParts(prints, readKey());
      return { parts, keyId: keyId(), files: () => idsOnce(parts.files, () => toFileIds(prints.inputFiles())) };
    },
    keep(steps, run, known) {
      for (const name of [folder, sets]) {
        // What is written or swept through a link would be outside.
        if (lstatSync(name, { throwIfNoEntry: false })?.isDirectory() === false) rmSync(name);
        mkdirSync(name, { recursive: true });
      }
      if (!hasKey()) {
        rmSync(keyFile, { force: true, recursive: true });
        writeFileSync(keyFile, readKey(), { flag: "wx", mode: 0o600 });
      }
      let isNewSet = false;
      for (const { stepId, prints, passed } of steps) {
        const before = find(stepId);
        const isSame = (kept: KeptParts | undefined): boolean =>
          kept?.parts.fingerprint === prints.fingerprint && kept.keyId === keyId();
        if (passed ? isSame(before.passed) && before.failed === undefined : isSame(before.failed)) continue;
        const now: KeptParts = { ...run, keyId: keyId(), parts: toStepParts(prints, readKey()) };
        const file = setFile(now.parts.files);
        // The name says what is in it.
        if (lstatSync(file, { throwIfNoEntry: false }) === undefined) {
          writeFileAtomic(file, JSON.stringify(toFileIds(prints.inputFiles())));
          isNewSet = true;
        }
        const manifest: StepManifest = passed ? { passed: now } : { passed: before.passed, failed: now };
        writeFileAtomic(manifestOf(stepId), `${JSON.stringify({ formatVersion: FORMAT_VERSION, ...manifest })}\n`);
      }
      // A set is new wherever another may have become useless.
      if (isNewSet) sweep(known);
    },
  };

  function sweep(known: Iterable<string>): void {
    const manifests = new Set([...known].map(manifestOf));
    const used = new Set<string>();
    for (const name of readdirSync(folder)) {
      const file = path.join(folder, name);
      if (name === "key" || name === "files") continue;
      if (!manifests.has(file)) {
        rmSync(file, { force: true, recursive: true });
        continue;
      }
      const { passed, failed } = readManifest(file) ?? {};
      for (const kept of [passed, failed]) if (kept !== undefined) used.add(path.basename(setFile(kept.parts.files)));
    }
    for (const name of readdirSync(sets)) {
      if (!used.has(name)) rmSync(path.join(sets, name), { force: true, recursive: true });
    }
  }
}

function readOr<Value>(file: string, parse: (bytes: Buffer) => Value | undefined): Value | undefined {
  try {
    return parse(readStateFile(file));
  } catch {
    // Missing or damaged: it is made anew.
    return undefined;
  }
}

function readManifest(file: string): StepManifest | undefined {
  return readOr(file, (bytes) => {
    const { formatVersion, passed, failed } = JSON.parse(bytes.toString("utf8")) as StepManifest & {
      readonly formatVersion: unknown;
    };
    if (formatVersion !== FORMAT_VERSION) return undefined;
    return { passed: isKeptParts(passed) ? passed : undefined, failed: isKeptParts(failed) ? failed : undefined };
  });
}

/** Whether it has the shape that comparing relies on; a file may have been damaged by hand. */
function isKeptParts(kept: KeptParts | undefined): kept is KeptParts {
  if (typeof kept !== "object" || kept === null || typeof kept.parts !== "object" || kept.parts === null) return false;
  const { fingerprint, files, whole, runtime, environment, tools, uses } = kept.parts;
  const isPairs = (value: unknown): boolean =>
    Array.isArray(value) && value.every((pair) => Array.isArray(pair) && typeof pair[0] === "string");
  return (
    [fingerprint, files, kept.runId, kept.at, kept.keyId].every((text) => typeof text === "string") &&
    [whole, runtime].every((value) => typeof value === "object" && value !== null) &&
    [environment, tools, uses].every(isPairs)
  );
}

function parseFileIds(bytes: Buffer): FileIds | undefined {
  const { by, ids } = JSON.parse(bytes.toString("utf8")) as FileIds;
  const isWhole =
    (by === "file" || by === "folder") &&
    typeof ids === "object" &&
    Object.values(ids).every((id) => typeof id === "string");
  return isWhole ? { by, ids } : undefined;
}
