import path from "node:path/posix";
import { STATE_FOLDER_NAME } from "../state/state-folder-name.ts";

/** One file, link or empty folder that a step left. */
export type OutputEntry =
  | {
      readonly kind: "file";
      /** Relative to the target, with `/`. */
      readonly path: string;
      /** SHA-256 of the content. */
      readonly sha256: string;
      readonly sizeBytes: number;
      readonly executable: boolean;
      /** Its permission bits; absent in what older versions stored, which goes by `executable` alone. */
      readonly mode?: number | undefined;
    }
  | {
      readonly kind: "link";
      readonly path: string;
      /** What the link says; it leads to something inside the target. */
      readonly target: string;
    }
  | { readonly kind: "folder"; readonly path: string };

/** Everything that a step left under its `outputs`, in the order of paths. */
export interface OutputManifest {
  readonly entries: readonly OutputEntry[];
}

/** The bits of a mode that say who may read, write and run a file; those that lend the rights of its owner are not among them. */
export const PERMISSIONS = 0o777;

/** Longest path in characters, as file systems have it. */
const MAX_PATH = 4_096;

/**
 * Whether a path may be written in the target: relative, inside, none of git's or this program's own folders. Manifests come from disk, and
 * what is on disk is not to be trusted.
 */
export function isSafeOutputPath(file: string): boolean {
  if (file === "" || file.length > MAX_PATH || file.includes("\0") || file.includes("\\") || path.isAbsolute(file))
    return false;
  const parts = file.split("/");
  if (parts.some((part) => part === "" || part === "." || part === "..")) return false;
  // On file systems that ignore case `.GIT` is `.git`.
  return !parts.some((part) => [".git", STATE_FOLDER_NAME].includes(part.toLowerCase()));
}

/** Whether a link at `file` that says `target` leads to something inside the target directory. */
export function isSafeLink(file: string, target: string): boolean {
  if (target === "" || target.length > MAX_PATH || target.includes("\0") || path.isAbsolute(target)) return false;
  const end = path.normalize(path.join(path.dirname(file), target));
  return end !== ".." && !end.startsWith("../") && (end === "." || isSafeOutputPath(end.replace(/\/$/, "")));
}

/** Whether a value from disk is a manifest, every path of which may be written. */
export function isOutputManifest(value: unknown): value is OutputManifest {
  if (typeof value !== "object" || value === null) return false;
  const { entries } = value as Readonly<Record<string, unknown>>;
  if (!Array.isArray(entries)) return false;
  const seen = new Set<string>();
  return (entries as readonly unknown[]).every((entry) => {
    if (!isOutputEntry(entry) || seen.has(entry.path)) return false;
    seen.add(entry.path);
    return true;
  });
}

function isOutputEntry(value: unknown): value is OutputEntry {
  if (typeof value !== "object" || value === null) return false;
  const { kind, path: file, sha256, sizeBytes, executable, mode, target } = value as Readonly<Record<string, unknown>>;
  if (typeof file !== "string" || !isSafeOutputPath(file)) return false;
  if (kind === "folder") return true;
  if (kind === "link") return typeof target === "string" && isSafeLink(file, target);
  return (
    kind === "file" &&
    typeof sha256 === "string" &&
    /^[0-9a-f]{64}$/.test(sha256) &&
    Number.isSafeInteger(sizeBytes) &&
    (sizeBytes as number) >= 0 &&
    typeof executable === "boolean" &&
    (mode === undefined || (Number.isInteger(mode) && (mode as number) >= 0 && (mode as number) <= PERMISSIONS))
  );
}
