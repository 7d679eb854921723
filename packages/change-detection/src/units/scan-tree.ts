import { field } from "./field.ts";
import { parseManifest, MAX_MANIFEST_BYTES, type ManifestFormat } from "./parse-manifest.ts";
import { folderOf, foldersAbove, nameOf } from "./repository-path.ts";
import type { Tree } from "../trees/tree.ts";
import type { UnitProblem } from "./unit.ts";

/** Names of the files that say which units there are and what they need. */
export const MANIFEST_NAMES: ReadonlySet<string> = new Set(
  (
    "package.json pnpm-workspace.yaml .yarnrc.yml Cargo.toml go.mod go.work pyproject.toml pom.xml build.gradle build.gradle.kts " +
    "settings.gradle settings.gradle.kts gradle.properties libs.versions.toml gradle-wrapper.properties"
  ).split(" "),
);

/** Names of the lock files that this package knows. */
export const LOCK_NAMES: ReadonlySet<string> = new Set(
  (
    "pnpm-lock.yaml package-lock.json npm-shrinkwrap.json yarn.lock bun.lock bun.lockb deno.lock Cargo.lock uv.lock poetry.lock " +
    "pdm.lock go.sum go.work.sum"
  ).split(" "),
);

const SKIPPED = /(?:^|\/)(?:node_modules|bower_components)\//;
const ASIDE =
  /(?:^|\/)(?:vendor|vendored|third[_-]party|testdata|test[-_]data|fixtures?|__fixtures__|__mocks__|__snapshots__)(?:\/|$)/i;

/** What the readers of workspaces see of a tree. */
export interface TreeScan {
  /** The folders that hold a file of this name, outermost first, then by name. */
  readonly foldersWith: (name: string) => readonly string[];
  /** Tells whether a manifest or lock file is there; knows no other files. */
  readonly has: (path: string) => boolean;
  /** A parsed manifest; `undefined` where it is missing or broken, and then `reasonOf()` knows why. */
  readonly read: (path: string, format: ManifestFormat) => Promise<unknown>;
  /** Reads many at once, so that a slow tree is asked in parallel. */
  readonly readAll: (paths: readonly string[], format: ManifestFormat) => Promise<void>;
  /** Why `read()` gave nothing for a file that is there. */
  readonly reasonOf: (path: string) => string | undefined;
  readonly problems: UnitProblem[];
}

const PARALLEL = 64;
const depth = (path: string): number => (path === "" ? 0 : path.split("/").length);

/** Tells whether a folder holds what belongs to others or to tests, so that a manifest in it makes no unit unless one names it. */
export function isAside(folder: string): boolean {
  return ASIDE.test(folder);
}

/**
 * Tells whether a manifest that no workspace names makes a unit: nothing of its kind lies above it, or it has its own lock file.
 */
export function standsAlone(folder: string, folders: ReadonlySet<string>, hasOwnLock: boolean): boolean {
  if (isAside(folder)) return false;
  if (hasOwnLock || folder === "") return true;
  for (const above of foldersAbove(folder)) if (folders.has(above)) return false;
  return true;
}

/** Looks through the names of a tree once; contents are read when asked for. */
export async function scanTree(tree: Tree): Promise<TreeScan> {
  const byName = new Map<string, string[]>();
  const known = new Set<string>();
  for (const path of await tree.paths()) {
    const name = nameOf(path);
    if ((!MANIFEST_NAMES.has(name) && !LOCK_NAMES.has(name)) || SKIPPED.test(path)) continue;
    known.add(path);
    const folders = byName.get(name);
    if (folders === undefined) byName.set(name, [folderOf(path)]);
    else folders.push(folderOf(path));
  }
  for (const folders of byName.values()) {
    folders.sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1));
  }
  const values = new Map<string, unknown>();
  const reasons = new Map<string, string>();
  const read = async (path: string, format: ManifestFormat): Promise<unknown> => {
    if (values.has(path) || reasons.has(path)) return values.get(path);
    let bytes: Uint8Array | undefined;
    try {
      bytes = await tree.read(path);
    } catch (error) {
      reasons.set(path, `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
    if (bytes === undefined) {
      if (known.has(path)) reasons.set(path, "cannot be read");
      return undefined;
    }
    const parsed = await parseManifest(bytes, format, MAX_MANIFEST_BYTES);
    if ("reason" in parsed) {
      reasons.set(path, parsed.reason);
      return undefined;
    }
    if (
      format !== "text" &&
      (typeof parsed.value !== "object" || parsed.value === null || Array.isArray(parsed.value))
    ) {
      // An empty YAML file is nothing to complain about, an empty manifest is.
      if (format === "yaml" && (parsed.value === undefined || parsed.value === null || parsed.value === "")) {
        values.set(path, {});
        return values.get(path);
      }
      reasons.set(path, "does not hold an object");
      return undefined;
    }
    const value = format === "xml" ? field(parsed.value, "project") : parsed.value;
    if (format === "xml" && (typeof value !== "object" || value === null)) reasons.set(path, "has no <project>");
    else values.set(path, value);
    return values.get(path);
  };
  return {
    foldersWith: (name) => byName.get(name) ?? [],
    has: (path) => known.has(path),
    read,
    readAll: async (paths, format) => {
      for (let at = 0; at < paths.length; at += PARALLEL) {
        await Promise.all(paths.slice(at, at + PARALLEL).map((path) => read(path, format)));
      }
    },
    reasonOf: (path) => reasons.get(path),
    problems: [],
  };
}
