import path from "node:path";
import { referencesOf } from "./references-of.ts";

/** Where the step looks for what decides how documents are judged. */
export interface SettingsPlaces {
  /** The inputs of the step. */
  readonly files: readonly string[];
  /** The configuration that is named by an option or a script. */
  readonly config: string | undefined;
  /** Whether the repository's own linter judges. */
  readonly isOwnLinter: boolean;
  readonly exists: (file: string) => boolean;
  readonly read: (file: string) => string | undefined;
}

const CONFIGURATION = /^\.markdownlint(?:-cli2)?\.(?:jsonc?|ya?ml|toml|cjs|mjs)$|^\.markdownlintrc$/;
const LOCK_FILE = /^(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?)$/;
/** Data, and all that a name with a dot hides, count as configuration; a change of other inputs says nothing of the documents beside them. */
const GOVERNS = /\.(?:jsonc?|ya?ml|toml)$|(?:^|\/)\.[^./]/;

/**
 * What decides on documents though no input of the step tells when it changes: a verdict that depends on it must not be kept. `undefined`
 * where there is nothing of the kind. Pure, but for what it is given to read with.
 */
export function findUnseen({ files, config, isOwnLinter, exists, read }: SettingsPlaces): string | undefined {
  const inputs = new Set(files);
  const isSeen = (file: string): boolean => inputs.has(file) && GOVERNS.test(file);
  const pending = files.filter((file) => CONFIGURATION.test(path.posix.basename(file)));
  if (config !== undefined) pending.push(path.posix.normalize(config));
  const looked = new Set<string>();
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (looked.has(file)) continue;
    looked.add(file);
    if (!isSeen(file)) return file;
    const text = read(file);
    if (text !== undefined) pending.push(...referencesOf(file, text, exists));
  }
  const hasLock = files.some((file) => LOCK_FILE.test(file));
  return isOwnLinter && !hasLock ? "the linter's version (there is no lock file)" : undefined;
}
