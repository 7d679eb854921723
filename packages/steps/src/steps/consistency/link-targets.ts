import path from "node:path";
import { createSiteLookup } from "../../markdown/create-site-lookup.ts";
import type { LinkTargets } from "./judge-links.ts";

/** Looks links up among the files of a repository. */
export function createLinkTargets(
  files: readonly string[],
  { anchorsOf, isOnDisk }: Pick<LinkTargets, "anchorsOf" | "isOnDisk">,
): LinkTargets {
  const known = new Set(files);
  const folders = new Set<string>([""]);
  const byLowerCase = new Map<string, string>();
  /** By name; `undefined` where several have it. */
  const byName = new Map<string, string | undefined>();
  const add = (one: string): void => {
    if (!byLowerCase.has(one.toLowerCase())) byLowerCase.set(one.toLowerCase(), one);
  };
  for (const file of files) {
    add(file);
    const name = path.posix.basename(file);
    byName.set(name, byName.has(name) ? undefined : file);
    for (let folder = path.posix.dirname(file); folder !== "." && !folders.has(folder);) {
      folders.add(folder);
      add(folder);
      folder = path.posix.dirname(folder);
    }
  }
  return {
    hasFile: (file) => known.has(file),
    hasFolder: (folder) => folders.has(folder),
    otherCase: (one) => byLowerCase.get(one.toLowerCase()),
    sameName: (one) => byName.get(path.posix.basename(one)),
    anchorsOf,
    isOnDisk,
    isSite: createSiteLookup(files),
  };
}
