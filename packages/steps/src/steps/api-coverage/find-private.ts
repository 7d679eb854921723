import path from "node:path";
import { parseJsonTable, parseTomlTable, textsOf, valueAt } from "../../project/read-data.ts";

/** The manifest that says whether a package of a language is published. */
const MANIFESTS: readonly (readonly [RegExp, string, (text: string) => boolean])[] = [
  [/\.[cm]?[jt]sx?$/, "package.json", (text) => parseJsonTable(text)["private"] === true],
  [
    /\.rs$/,
    "Cargo.toml",
    (text) => {
      const publish = valueAt(parseTomlTable(text), "package", "publish");
      return publish === false || (Array.isArray(publish) && publish.length === 0);
    },
  ],
  [
    /\.py$/,
    "pyproject.toml",
    (text) =>
      textsOf(valueAt(parseTomlTable(text), "project", "classifiers")).some((one) => one.startsWith("Private ::")),
  ],
];

/**
 * Tells whether the nearest manifest above a file says that its package is never published: then its names reach nobody outside.
 *
 * @param files - of the repository, manifests among them
 * @param textOf - text of one of them; each manifest is asked for once
 */
export function findPrivate(
  files: ReadonlySet<string>,
  textOf: (file: string) => string | undefined,
): (file: string) => boolean {
  const known = new Map<string, boolean>();
  return (file) => {
    const [, name, isPrivate] = MANIFESTS.find(([pattern]) => pattern.test(file)) ?? [];
    if (name === undefined || isPrivate === undefined) return false;
    for (let folder = path.posix.dirname(file); ; folder = path.posix.dirname(folder)) {
      const manifest = path.posix.join(folder, name);
      if (files.has(manifest)) {
        const answer = known.get(manifest) ?? isPrivate(textOf(manifest) ?? "");
        known.set(manifest, answer);
        return answer;
      }
      if (folder === ".") return false;
    }
  };
}
