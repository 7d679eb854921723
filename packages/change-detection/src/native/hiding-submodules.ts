import { existsSync, readFileSync } from "node:fs";

/** Submodules in submodules that are followed; a link could make them endless. */
const LARGEST_DEPTH = 16;

function readModules(folder: string): string {
  try {
    return readFileSync(`${folder}/.gitmodules`, "utf8");
  } catch {
    return "";
  }
}

/** Paths that a `.gitmodules` file names, without those that need quotes in it. */
function pathsIn(modules: string): readonly string[] {
  return Array.from(modules.matchAll(/^\s*path\s*=\s*(.*?)\s*$/gim), ([, path = ""]) => path).filter(
    (path) => path !== "" && !path.startsWith("/") && !/["\\]|(?:^|\/)\.\.(?:\/|$)/.test(path),
  );
}

function hides(folder: string, depth: number): boolean {
  const modules = readModules(folder);
  if (modules === "" || depth === 0) return false;
  return /^\s*ignore\s*=/im.test(modules) || pathsIn(modules).some((path) => hides(`${folder}/${path}`, depth - 1));
}

/**
 * Paths of submodules inside which edits may be hidden: their own `.gitmodules`, or one further down, has git ignore what is edited in a
 * submodule. `git status` overrides such a setting where it is asked, and not where it asks in turn.
 */
export function hidingSubmodules(root: string): readonly string[] {
  return pathsIn(readModules(root)).filter(
    (path) => existsSync(`${root}/${path}/.git`) && hides(`${root}/${path}`, LARGEST_DEPTH),
  );
}
