import { lstatSync, readdirSync, type Dirent } from "node:fs";
import path from "node:path";
import { createPathMatcher } from "@ai-workflow/change-detection";
import { isSafeOutputPath } from "./output-manifest.ts";

/** A file, link or empty folder under the outputs of a step. */
export interface FoundOutput {
  /** Relative to the target, with `/`. */
  readonly path: string;
  readonly kind: "file" | "link" | "folder";
}

/**
 * Lists what is under the outputs of a step, in the order of paths, also what git ignores. Links are listed and never followed; of
 * folders only empty ones are listed, and what is neither file, folder nor link is passed over.
 *
 * @param target - absolute path of the target directory
 * @param globs - as in the configuration
 */
export function findOutputs(target: string, globs: readonly string[]): readonly FoundOutput[] {
  const matches = createPathMatcher(globs);
  const found = new Map<string, FoundOutput>();
  const visit = (relative: string, kind: "file" | "link" | "folder" | "other"): void => {
    if (relative !== "" && !isSafeOutputPath(relative)) return;
    if (kind === "folder") {
      const entries = list(path.join(target, relative));
      for (const entry of entries) {
        visit(relative === "" ? entry.name : `${relative}/${entry.name}`, kindOf(entry));
      }
      if (entries.length === 0 && relative !== "" && matches(relative)) found.set(relative, { path: relative, kind });
    } else if (kind !== "other" && matches(relative)) found.set(relative, { path: relative, kind });
  };
  for (const base of staticBases(globs)) {
    const stat = base === "" ? undefined : lstatSync(path.join(target, base), { throwIfNoEntry: false });
    if (base !== "" && (stat === undefined || leadsThroughLink(target, base))) continue;
    visit(base, stat === undefined ? "folder" : kindOf(stat));
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Folders from which every match can be reached, none inside another: a walk of `dist/**` need not look at anything else. */
export function staticBases(globs: readonly string[]): readonly string[] {
  const bases = globs
    .filter((glob) => !glob.startsWith("!"))
    .map((glob) => {
      const parts = glob
        .replace(/^(?:\.?\/)+/, "")
        .replace(/\/+$/, "")
        .split("/");
      const special = parts.findIndex((part) => /[*?[\]{}()!+@\\]/.test(part));
      return (special < 0 ? parts : parts.slice(0, special)).join("/");
    });
  if (globs[0]?.startsWith("!") === true || bases.includes("")) return [""];
  const all = [...new Set(bases)];
  return all.filter((base) => !all.some((other) => other !== base && base.startsWith(`${other}/`)));
}

/** Whether a folder on the way is a link: what is behind it is not ours. */
function leadsThroughLink(target: string, relative: string): boolean {
  const parts = relative.split("/");
  return parts.some(
    (_, index) =>
      index < parts.length - 1 &&
      lstatSync(path.join(target, ...parts.slice(0, index + 1)), { throwIfNoEntry: false })?.isSymbolicLink() === true,
  );
}

function list(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function kindOf(
  entry: Pick<Dirent, "isFile" | "isDirectory" | "isSymbolicLink">,
): "file" | "link" | "folder" | "other" {
  if (entry.isSymbolicLink()) return "link";
  if (entry.isDirectory()) return "folder";
  return entry.isFile() ? "file" : "other";
}
