import type { ModuleStepContext } from "@ai-workflow/engine";
import { readText } from "../../files/read-text.ts";
import { createGitReader, type GitReader } from "../../git/create-git-reader.ts";
import type { ChangedText } from "./compare-names.ts";

/** Files whose earlier text is looked up at most. */
const MAX_FILES = 400;

const CODE =
  /\.(?:[cm]?[jt]sx?|vue|svelte|pyi?|go|rs|java|kt|cs|scala|swift|rb|php|(?:ba|z)?sh)$|(?:^|\/)package\.json$|schema[^/]*\.json$/i;

/** What uses names, and offers none. */
const TESTS =
  /(?:^|\/)(?:(?:__)?(?:tests?|specs?|mocks|fixtures)(?:__)?|testdata|benchmarks?|examples?)\/|[._-](?:test|spec|bench)\.\w+$/i;

/** The known change of a module's context. */
type Known = Extract<ModuleStepContext["changes"], { readonly known: true }>;

/** Texts of the changed files that declare names, before and now. `left` is the number of those beyond the limit. */
export async function readChangedCode(
  directory: string,
  { base, list }: Known,
): Promise<{ readonly texts: readonly ChangedText[]; readonly left: number }> {
  const changed = list.filter(
    ({ path, previousPath }) => (CODE.test(path) || CODE.test(previousPath ?? "")) && !TESTS.test(path),
  );
  const git = createGitReader(directory);
  const texts: ChangedText[] = [];
  for (const { path: file, previousPath, status } of changed.slice(0, MAX_FILES)) {
    const after = readText(directory, file);
    const isNew = status === "added" || status === "untracked" || base.oid === null;
    const before = isNew || base.oid === null ? undefined : await showAt(git, base.oid, previousPath ?? file);
    texts.push({ file, previousFile: previousPath, before, after: after.ok ? after.text : undefined });
  }
  return { texts, left: Math.max(0, changed.length - MAX_FILES) };
}

async function showAt(git: GitReader, oid: string, file: string): Promise<string | undefined> {
  // `./` counts from the folder in which git runs, which may be below the top of the work tree.
  const end = await git(["--no-replace-objects", "cat-file", "blob", `${oid}:./${file}`], {
    maxOutputBytes: 8 * 1024 * 1024,
  });
  return end.status === "ended" && end.code === 0 && !end.truncated ? end.stdout : undefined;
}
