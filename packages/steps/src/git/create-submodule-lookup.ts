import { readdirSync } from "node:fs";
import path from "node:path";
import { readText } from "../files/read-text.ts";

/**
 * Looks up whether a path is in a submodule that is not checked out, as after a plain `git clone`; nothing is known of what is there.
 *
 * @param directory - absolute path of the root of the repository; elsewhere none is found
 */
export function createSubmoduleLookup(directory: string): (file: string) => boolean {
  const settings = readText(directory, ".gitmodules");
  const named = settings.ok ? [...settings.text.matchAll(/^[ \t]*path[ \t]*=[ \t]*"?([^"\n]*?)"?[ \t]*\r?$/gm)] : [];
  const empty = named.map(([, folder = ""]) => folder).filter((folder) => isEmpty(path.join(directory, folder)));
  return (file) => empty.some((folder) => file === folder || file.startsWith(`${folder}/`));
}

function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0;
  } catch {
    return true;
  }
}
