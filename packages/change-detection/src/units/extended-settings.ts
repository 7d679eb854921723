import { field, textOf, textsOf } from "./field.ts";
import { MAX_MANIFEST_BYTES, parseManifest } from "./parse-manifest.ts";
import { folderOf, nameOf, resolvePath } from "./repository-path.ts";
import type { Tree } from "../trees/tree.ts";

/** A `tsconfig.json` that takes over a changed file. */
export interface ExtendedSettings {
  /** The changed file. */
  readonly path: string;
  /** The file that extends it, maybe through others. */
  readonly by: string;
  /** Why it is not known what `by` extends. */
  readonly reason?: string | undefined;
}

const SETTINGS = /^[jt]sconfig(?:[.-][\w.-]*)?\.json$/;
const SKIPPED = /(?:^|\/)node_modules\//;
const PARALLEL = 64;

/** Tells whether a path looks like a TypeScript configuration that others may extend. */
export function maySettingsExtend(path: string): boolean {
  return path.endsWith(".json") && /(?:^|\/)[^/]*[jt]sconfig/i.test(path);
}

/** What a file may mean by `"../base"`: the file itself, with `.json`, or the `tsconfig.json` of a folder. */
function targetsOf(path: string, extended: string): readonly string[] {
  if (!/^\.{1,2}(?:\/|$)/.test(extended)) return [];
  const target = resolvePath(folderOf(path), extended);
  return target === undefined
    ? []
    : [target, `${target}.json`, target === "" ? "tsconfig.json" : `${target}/tsconfig.json`];
}

/**
 * Finds the `tsconfig*.json` and `jsconfig*.json` of a tree that extend one of the changed files, through any number of others.
 * Packages named in `extends` are left to the graph of units.
 * @see https://www.typescriptlang.org/tsconfig/#extends
 */
export async function findExtendedSettings(
  tree: Tree,
  changed: ReadonlySet<string>,
): Promise<readonly ExtendedSettings[]> {
  const files = (await tree.paths()).filter((path) => SETTINGS.test(nameOf(path)) && !SKIPPED.test(path));
  const extendedBy = new Map<string, string[]>();
  const found: ExtendedSettings[] = [];
  const [anyChanged = ""] = changed;
  const look = async (file: string): Promise<void> => {
    const bytes = await tree.read(file).catch(() => undefined);
    const parsed = bytes === undefined ? undefined : await parseManifest(bytes, "jsonc", MAX_MANIFEST_BYTES);
    if (parsed === undefined || "reason" in parsed) {
      found.push({ path: anyChanged, by: file, reason: parsed === undefined ? "cannot be read" : parsed.reason });
      return;
    }
    const extended = field(parsed.value, "extends");
    for (const one of textOf(extended) === undefined ? textsOf(extended) : [String(extended)]) {
      for (const target of targetsOf(file, one)) {
        const list = extendedBy.get(target);
        if (list === undefined) extendedBy.set(target, [file]);
        else list.push(file);
      }
    }
  };
  for (let at = 0; at < files.length; at += PARALLEL) await Promise.all(files.slice(at, at + PARALLEL).map(look));
  for (const path of changed) {
    const seen = new Set([path]);
    const open = [path];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const by of extendedBy.get(at) ?? []) {
        if (seen.has(by)) continue;
        seen.add(by);
        open.push(by);
        found.push({ path, by });
      }
    }
  }
  return found.sort((a, b) => (a.by < b.by ? -1 : a.by > b.by ? 1 : 0));
}
