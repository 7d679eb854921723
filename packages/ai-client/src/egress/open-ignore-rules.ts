import { dirname, join, posix, relative, resolve, sep } from "node:path";
import type { Ignore } from "ignore";
import { readBounded } from "./read-bounded.ts";

/** Names of the files whose patterns keep other files from being sent, in the syntax of `.gitignore`. */
export const DEFAULT_IGNORE_FILES: readonly string[] = [
  ".gitignore",
  ".aiignore",
  ".aiexclude",
  ".cursorignore",
  ".codeiumignore",
  ".aiderignore",
];

const LARGEST_IGNORE_FILE_BYTES = 1024 * 1024;
const LONGEST_WAY_UP = 100;

/** Answers for one tree of files. */
export interface IgnoreRules {
  /**
   * The rule that keeps the file at `path` from being sent, as `file: pattern`.
   *
   * @param path relative to the directory, with slashes, without `.` and `..`
   */
  readonly findRule: (path: string) => Promise<string | undefined>;
}

interface Pattern {
  readonly pattern: string;
  readonly mark: string;
}

const escapeGlob = (folder: string): string => folder.replace(/[\\*?[\]]/g, "\\$&");

function trimEnd(line: string): string {
  let end = line.length;
  while (line.charAt(end - 1) === " " && line.charAt(end - 2) !== "\\") end -= 1;
  return line.slice(0, end);
}

/** Makes a pattern of an ignore file in `folder` one of the top folder: what has no slash inside matches at any depth below. */
function anchor(line: string, folder: string): string | undefined {
  const isNegative = line.startsWith("!");
  const body = isNegative ? line.slice(1) : line;
  const inner = body.startsWith("/") ? body.slice(1) : body;
  if (inner === "") return undefined;
  if (folder === "") return line;
  const isAnchored = body.slice(0, -1).includes("/");
  return `${isNegative ? "!" : ""}/${escapeGlob(folder)}/${isAnchored ? "" : "**/"}${inner}`;
}

function parse(text: string, file: string, folder: string, name: string): Pattern[] {
  const patterns: Pattern[] = [];
  for (const raw of text.replace(/^\uFEFF/, "").split("\n")) {
    const line = trimEnd(raw.endsWith("\r") ? raw.slice(0, -1) : raw);
    if (line === "" || line.startsWith("#")) continue;
    // `.aiexclude` knows no exceptions.
    if (name === ".aiexclude" && line.startsWith("!")) continue;
    const pattern = anchor(line, folder);
    if (pattern !== undefined) patterns.push({ pattern, mark: `${file}: ${line}` });
  }
  if (patterns.length > 0 || name !== ".aiexclude") return patterns;
  return [{ pattern: folder === "" ? "*" : `/${escapeGlob(folder)}/**`, mark: `${file}: (empty)` }];
}

/** The folder git's own data is in, of the work tree at `top`: also of a linked work tree and of a submodule. */
async function findGitFolder(top: string): Promise<string | undefined> {
  const path = join(top, ".git");
  const link = await readBounded(path, 4096);
  if (link.status === "missing") return undefined;
  if (link.status !== "read") return path;
  const target = /^gitdir: (.*)$/m.exec(link.bytes.toString("utf8"))?.[1];
  if (target === undefined) return undefined;
  const folder = resolve(top, target);
  const common = await readBounded(join(folder, "commondir"), 4096);
  return common.status === "read" ? resolve(folder, common.bytes.toString("utf8").trim()) : folder;
}

/** The top of the work tree that `directory` is in; `directory` itself where there is none. */
async function findTop(directory: string): Promise<{ readonly top: string; readonly gitFolder: string | undefined }> {
  let top = directory;
  for (let i = 0; i < LONGEST_WAY_UP; i += 1) {
    const gitFolder = await findGitFolder(top);
    if (gitFolder !== undefined) return { top, gitFolder };
    if (dirname(top) === top) break;
    top = dirname(top);
  }
  return { top: directory, gitFolder: undefined };
}

/**
 * Reads ignore files as they are needed: those of the folders a path is in, up to the top of the git work tree. Each kind of file has its
 * own say: a path that one of them names is not sent, whatever the others except. Whether git tracks a file makes no difference here.
 * An ignore file that is there but cannot be read (or is larger than 1 MiB) blocks its folder. `.aiexclude` knows no exceptions, and an
 * empty one blocks its folder.
 *
 * Not looked at: the user's global ignore file of git.
 */
export async function openIgnoreRules(directory: string, names: readonly string[]): Promise<IgnoreRules> {
  const [{ default: createIgnore }, { top, gitFolder }] = await Promise.all([import("ignore"), findTop(directory)]);
  const prefix = relative(top, directory).split(sep).join("/");
  const patternsOf = new Map<string, Promise<readonly Pattern[]>>();
  const rulesOf = new Map<string, Ignore>();

  async function readPatterns(path: string, folder: string, name: string): Promise<readonly Pattern[]> {
    const file = posix.join(folder, name);
    const read = await readBounded(path, LARGEST_IGNORE_FILE_BYTES);
    if (read.status === "missing") return [];
    if (read.status === "read") return parse(read.bytes.toString("utf8"), file, folder, name);
    return [{ pattern: folder === "" ? "*" : `/${escapeGlob(folder)}/**`, mark: `${file}: (${read.status})` }];
  }
  function patternsIn(folder: string, name: string): Promise<readonly Pattern[]> {
    const key = `${name}\0${folder}`;
    const known = patternsOf.get(key) ?? readPatterns(join(top, folder, name), folder, name);
    patternsOf.set(key, known);
    return known;
  }
  async function rulesFor(folder: string, name: string): Promise<Ignore> {
    const key = `${name}\0${folder}`;
    const known = rulesOf.get(key);
    if (known !== undefined) return known;
    // Later patterns overrule earlier ones, so deeper folders come last, and `info/exclude` first.
    const rules = createIgnore({ ignorecase: false });
    if (name === ".gitignore" && gitFolder !== undefined) {
      rules.add(await readPatterns(join(gitFolder, "info", "exclude"), "", "info/exclude"));
    }
    rules.add(await patternsIn("", name));
    const parts = folder === "" ? [] : folder.split("/");
    for (let depth = 1; depth <= parts.length; depth += 1) {
      rules.add(await patternsIn(parts.slice(0, depth).join("/"), name));
    }
    rulesOf.set(key, rules);
    return rules;
  }
  return {
    findRule: async (path) => {
      const fromTop = posix.join(prefix, path);
      const folder = posix.dirname(fromTop);
      for (const name of names) {
        const { rule } = (await rulesFor(folder === "." ? "" : folder, name)).test(fromTop);
        if (rule !== undefined) return rule.mark ?? rule.pattern;
      }
      return undefined;
    },
  };
}
