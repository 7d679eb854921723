import path from "node:path";

/** Names of files that are a configuration of markdownlint for their folder and those below. */
const CONFIGURATION = /^\.markdownlint(?:-cli2)?\.(?:jsonc?|ya?ml|cjs|mjs)$/;
/** What only the older of its two programs reads, at the root. */
const ROOT_CONFIGURATION = /^\.markdownlint(?:rc|\.toml)$/;

/** Documents parted by whether the repository says how they are judged. */
export interface GovernedDocuments {
  readonly governed: readonly string[];
  readonly others: readonly string[];
}

/**
 * Parts documents by whether a configuration of markdownlint stands in their folder or one above. Pure.
 *
 * @param files - every file that may be a configuration
 */
export function governDocuments(documents: readonly string[], files: readonly string[]): GovernedDocuments {
  const folders = new Set(
    files
      .filter((file) => {
        const { dir, base } = path.posix.parse(file);
        return CONFIGURATION.test(base) || (dir === "" && ROOT_CONFIGURATION.test(base));
      })
      .map((file) => path.posix.dirname(file)),
  );
  const isGoverned = (document: string): boolean => {
    for (let folder = path.posix.dirname(document); ; folder = path.posix.dirname(folder)) {
      if (folders.has(folder)) return true;
      if (folder === ".") return false;
    }
  };
  const [governed, others]: [string[], string[]] = [[], []];
  for (const document of documents) (isGoverned(document) ? governed : others).push(document);
  return { governed, others };
}
