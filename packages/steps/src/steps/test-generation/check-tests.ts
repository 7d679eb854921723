import { isTestFile } from "./choose-subjects.ts";

/** A file of tests as a model proposes it. */
export interface ProposedTest {
  readonly path: string;
  readonly content: string;
  /** What it tests, in words. */
  readonly covers: string;
}

/** What is left of a model's answer. */
export interface CheckedTests {
  readonly kept: readonly ProposedTest[];
  /** What cannot be taken, with why. */
  readonly dropped: readonly { readonly path: string; readonly because: string }[];
  /** Where the model thinks that the code itself is wrong. */
  readonly suspicions: readonly string[];
}

const MAX_CHARACTERS = 200_000;

/**
 * Keeps files that are new, are where tests are, in a language that the repository has, and hold text. Pure.
 *
 * @param answers - what models answered, valid by the schema of the prompt
 * @param isFree - whether nothing is at a path of the repository, and no link leads there
 */
export function checkTests(
  answers: readonly unknown[],
  {
    code,
    isFree,
    maxFiles,
  }: { readonly code: readonly string[]; readonly isFree: (file: string) => boolean; readonly maxFiles: number },
): CheckedTests {
  const extensions = new Set(code.map(extensionOf));
  const kept: ProposedTest[] = [];
  const dropped: { readonly path: string; readonly because: string }[] = [];
  const suspicions: string[] = [];
  for (const answer of answers) {
    if (typeof answer !== "object" || answer === null) continue;
    const { files = [], suspicions: more = [] } = answer as {
      readonly files?: readonly ProposedTest[];
      readonly suspicions?: readonly string[];
    };
    suspicions.push(...more);
    for (const file of files) {
      const because =
        whyDropped(file, extensions, isFree) ??
        (kept.some(({ path }) => path === file.path) ? "it is there twice" : undefined);
      if (because !== undefined) dropped.push({ path: file.path, because });
      else if (kept.length >= maxFiles) dropped.push({ path: file.path, because: `there are more than ${maxFiles}` });
      else kept.push({ ...file, content: file.content.endsWith("\n") ? file.content : `${file.content}\n` });
    }
  }
  return { kept, dropped, suspicions };
}

function whyDropped(
  { path, content }: ProposedTest,
  extensions: ReadonlySet<string>,
  isFree: (file: string) => boolean,
): string | undefined {
  const isPlain = /^[\w@+-][\w@.+ -]*(?:\/[\w@+-][\w@.+ -]*)*$/.test(path) && !/(?:^|\/)node_modules\//.test(path);
  if (!isPlain) return "its path is not one for a file of the repository";
  if (!isTestFile(path)) return "its path is not one for a test";
  if (!extensions.has(extensionOf(path))) return "it is in another language than the code";
  if (!isFree(path)) return "something is there";
  if (content.trim() === "") return "it is empty";
  if (content.length > MAX_CHARACTERS) return "it is too large";
  // oxlint-disable-next-line no-control-regex -- these are what it is about
  if (/[\u0000-\u0008\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]/.test(content))
    return "it holds control characters";
  return content.includes("«SECRET:") ? "it holds the mark of a secret that was replaced" : undefined;
}

/** Of JavaScript and TypeScript all forms are one. */
function extensionOf(file: string): string {
  const extension = /\.([A-Za-z]+)$/.exec(file)?.[1]?.toLowerCase() ?? "";
  return /^[cm]?[jt]sx?$/.test(extension) ? "js" : extension === "kt" ? "java" : extension;
}
