import path from "node:path";

/** Names that readers and hosts look for by themselves. */
const KNOWN =
  /(?:^|\/)(?:readme|index|summary|changelog|changes|history|news|contributing|code[_-]of[_-]conduct|security|support|governance|maintainers|authors|contributors|license|licence|notice|copying|agents|claude|gemini|copilot-instructions|roadmap|todo|releasing|funding|codeowners|upgrading|skill)(?:[.-][\w-]+)*\.\w+$/i;
/** Folders whose files programs read. */
const READ_BY_PROGRAMS =
  /(?:^|\/)(?:\.[^/]+|_[^/]+|templates?|prompts?|agents|skills|commands|rules|examples?|tests?|__tests__|i18n|locales?|blog|posts)\//i;

/** What is known of a document that another may link to. */
export interface LinkingDocument {
  readonly file: string;
  readonly text: string;
  readonly urls: readonly string[];
}

/**
 * Documents that no other one links to or names. Pure.
 *
 * @param isSite - whether a site lists the document by itself
 */
export function findOrphans(
  documents: readonly LinkingDocument[],
  isSite: (document: string) => boolean,
): readonly string[] {
  const targets = new Set(
    documents.flatMap(({ file, urls }) =>
      urls.flatMap((url) => {
        const target = targetOf(file, url);
        return target === undefined || target === file ? [] : [target];
      }),
    ),
  );
  const isLinked = (file: string): boolean =>
    targets.has(file) ||
    targets.has(path.posix.dirname(file)) ||
    targets.has(file.replace(/\.\w+$/, "")) ||
    targets.has(file.replace(/\.\w+$/, ".html")) ||
    [...targets].some((target) => target.endsWith(`/${file}`));
  const isNamed = (file: string): boolean =>
    documents.some((other) => other.file !== file && other.text.includes(path.posix.basename(file)));
  return documents
    .map(({ file }) => file)
    .filter(
      (file) => !KNOWN.test(file) && !READ_BY_PROGRAMS.test(file) && !isSite(file) && !isLinked(file) && !isNamed(file),
    );
}

function targetOf(file: string, url: string): string | undefined {
  const address = url.replace(/[?#].*$/s, "");
  if (address === "") return undefined;
  let decoded = address;
  try {
    decoded = decodeURIComponent(address);
  } catch {
    // It is taken as it stands.
  }
  // An address on the host of the repository ends with the path in it.
  if (/^[a-z][a-z0-9+.-]*:/i.test(decoded)) return decoded;
  const joined = decoded.startsWith("/") ? decoded.slice(1) : path.posix.join(path.posix.dirname(file), decoded);
  return path.posix.normalize(joined).replace(/\/$/, "");
}
