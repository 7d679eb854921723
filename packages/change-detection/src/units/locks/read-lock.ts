import { nameOf } from "../repository-path.ts";
import { MAX_LOCK_BYTES, parseManifest, type ManifestFormat } from "../parse-manifest.ts";
import type { UnitKind } from "../unit.ts";
import type { LockMember, LockReader, LockReading } from "./lock-graph.ts";
import { readBunLock } from "./read-bun-lock.ts";
import { readCargoLock } from "./read-cargo-lock.ts";
import { readNpmLock } from "./read-npm-lock.ts";
import { readPnpmLock } from "./read-pnpm-lock.ts";
import { readPoetryLock, readUvLock } from "./read-uv-lock.ts";
import { isYarnClassic, readYarnBerryLock, readYarnClassicLock } from "./read-yarn-lock.ts";

interface LockFormat {
  readonly kind: UnitKind;
  readonly format: ManifestFormat;
  readonly read: LockReader | "yarn" | "binary" | "unknown";
}

const FORMATS: ReadonlyMap<string, LockFormat> = new Map<string, LockFormat>([
  ["pnpm-lock.yaml", { kind: "js", format: "yaml", read: readPnpmLock }],
  ["package-lock.json", { kind: "js", format: "json", read: readNpmLock }],
  ["npm-shrinkwrap.json", { kind: "js", format: "json", read: readNpmLock }],
  ["yarn.lock", { kind: "js", format: "text", read: "yarn" }],
  ["bun.lock", { kind: "js", format: "jsonc", read: readBunLock }],
  ["bun.lockb", { kind: "js", format: "text", read: "binary" }],
  ["deno.lock", { kind: "js", format: "text", read: "unknown" }],
  ["Cargo.lock", { kind: "cargo", format: "toml", read: readCargoLock }],
  ["uv.lock", { kind: "python", format: "toml", read: readUvLock }],
  ["poetry.lock", { kind: "python", format: "toml", read: readPoetryLock }],
]);

/** The kind of units that a lock file is for; `undefined` for a file that is no lock file with closures to compare. */
export function lockKind(path: string): UnitKind | undefined {
  return FORMATS.get(nameOf(path))?.kind;
}

async function readYarn(bytes: Uint8Array, text: string, members: readonly LockMember[]): Promise<LockReading> {
  if (isYarnClassic(text)) return readYarnClassicLock(text, members);
  const parsed = await parseManifest(bytes, "yaml", MAX_LOCK_BYTES);
  return "reason" in parsed ? parsed : readYarnBerryLock(parsed.value);
}

/** Reads one state of a lock file; what cannot be read or is not known comes back as a reason and is never thrown. */
export async function readLock(path: string, bytes: Uint8Array, members: readonly LockMember[]): Promise<LockReading> {
  const { read, format } = FORMATS.get(nameOf(path)) ?? { read: "unknown", format: "text" };
  if (read === "binary") return { reason: "is binary" };
  if (read === "unknown") return { reason: "is of a format that is not taken apart" };
  const parsed = await parseManifest(bytes, format, MAX_LOCK_BYTES);
  if ("reason" in parsed) return parsed;
  try {
    return read === "yarn" ? await readYarn(bytes, String(parsed.value), members) : read(parsed.value, members);
  } catch (error) {
    return { reason: `cannot be taken apart: ${error instanceof Error ? error.message : String(error)}` };
  }
}
