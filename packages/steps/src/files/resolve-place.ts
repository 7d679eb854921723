import { fileURLToPath } from "node:url";
import path from "node:path";

/** Finds the file of a repository that the output of a program means. */
export interface PlaceResolver {
  /**
   * @param named - as the program writes it: absolute, relative to a folder, as a URL, or a name alone
   * @param hint - what tells files of one name apart, such as a package; the file that shares most of its last parts is meant
   * @returns the file relative to the repository; `undefined` for what is not of it, and where several may be meant
   */
  readonly resolve: (named: string, hint?: string) => string | undefined;
}

/** Looks files up among those of a repository. Pure but for the names of folders. */
export function createPlaceResolver(
  files: readonly string[],
  { root, directory = "" }: { readonly root: string; readonly directory?: string | undefined },
): PlaceResolver {
  const all = new Set(files);
  let byName: Map<string, string[]> | undefined;
  const named = (name: string): readonly string[] => {
    if (byName === undefined) {
      byName = new Map();
      for (const file of files) {
        const key = path.posix.basename(file);
        byName.set(key, [...(byName.get(key) ?? []), file]);
      }
    }
    return byName.get(name) ?? [];
  };
  return {
    resolve(text, hint = "") {
      const file = fromUrl(text).replaceAll("\\", "/");
      if (file.includes("/node_modules/") || file.startsWith("node:")) return undefined;
      const relative = path.posix.isAbsolute(file)
        ? path.posix.relative(root, file)
        : path.posix.normalize(path.posix.join(directory, file));
      if (all.has(relative)) return relative;
      if (path.posix.isAbsolute(file)) return undefined;
      const candidates = named(path.posix.basename(file)).filter((one) => one === file || one.endsWith(`/${file}`));
      if (candidates.length < 2) return candidates[0];
      const scored = candidates
        .map((one) => ({ one, score: sharedParts(path.posix.dirname(one), hint) }))
        .toSorted((first, second) => second.score - first.score);
      return (scored[0]?.score ?? 0) > (scored[1]?.score ?? 0) ? scored[0]?.one : undefined;
    },
  };
}

function fromUrl(text: string): string {
  if (!text.startsWith("file://")) return text;
  try {
    return fileURLToPath(text);
  } catch {
    return text;
  }
}

/** How many of the last parts of a folder's path the hint ends with too. */
function sharedParts(folder: string, hint: string): number {
  const [one, other] = [folder.split("/").toReversed(), hint.split(/[/.\\]/).toReversed()];
  const different = one.findIndex((part, index) => part !== other[index]);
  return different === -1 ? one.length : different;
}
