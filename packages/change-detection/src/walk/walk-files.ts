import { isUtf8 } from "node:buffer";
import { readdirSync, readFileSync, statSync, type Dirent } from "node:fs";
import type { GitName } from "../git-name.ts";
import { matchIgnoreRules, parseIgnoreRules, type IgnoreRules } from "./ignore-rules.ts";
import { isRepository } from "./is-repository.ts";
import { foldCase } from "./wildmatch.ts";

/** One path of a work tree that no rule hides. */
export interface WalkEntry {
  /** Path from the root with `/` between segments; a nested repository ends in `/`. */
  readonly name: GitName;
  /** A symbolic link is a `"link"` wherever it leads; a directory that is a repository of its own is not entered. */
  readonly kind: "file" | "link" | "nested-repository";
}

/** A directory or rule file that could not be read. What it would have added is missing from the answer. */
export interface WalkProblem {
  /** Path from the root (`""` is the root itself), or a file of `excludeFiles` as it was given. */
  readonly path: string;
  /** The operating system's word, such as `EACCES`, `ENOENT` (gone while being read) or `ENAMETOOLONG`. */
  readonly code: string;
}

/** Where to walk, and by which rules. */
export interface WalkOptions {
  /** The top of the work tree. */
  readonly root: string;
  /**
   * Rule files beside the `.gitignore` files of the tree, lowest precedence first: `core.excludesFile`, then `.git/info/exclude`. One that does
   * not exist has no rules.
   */
  readonly excludeFiles?: readonly string[] | undefined;
  /**
   * git's `core.ignoreCase`: whether rules match without regard to the case of ASCII letters.
   * @defaultValue false
   */
  readonly ignoreCase?: boolean | undefined;
  /** Paths (a directory without its slash) that are neither listed nor entered, whatever the rules say. */
  readonly skip?: ((path: string) => boolean) | undefined;
  /**
   * Called with each folder that is entered (`""` is the root, no slash at the end) right before it is read: whoever watches it from then on misses
   * nothing. What it throws rejects.
   */
  readonly onFolder?: ((path: string) => void) | undefined;
  /** Rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What a walk found. */
export interface Walk {
  /** In the order of git's index: by the bytes of the whole path. */
  readonly entries: readonly WalkEntry[];
  readonly problems: readonly WalkProblem[];
}

/** Entries looked at between two turns of the event loop. */
const ENTRIES_PER_TURN = 1000;

/** The rules for a directory: those of its own file, then those of the directories above it. */
interface RuleChain {
  readonly rules: IgnoreRules;
  /** Length of the part of a path that stands before what the rules see. */
  readonly baseLength: number;
  readonly above: RuleChain | undefined;
}

/** A directory on the way; paths are `""` or end in `/`. */
interface Folder {
  /** The path as a string of bytes (latin1): what rules are matched against. */
  readonly raw: string;
  /** The path as text. */
  readonly path: string;
  readonly isUtf8: boolean;
}

interface Frame {
  readonly folder: Folder;
  readonly rules: RuleChain | undefined;
  readonly children: readonly Child[];
  next: number;
}

interface Child {
  readonly raw: string;
  readonly isDirectory: boolean;
  readonly isLink: boolean;
}

const NOT_ASCII = /[^\0-\u007f]/;

/** Joins folder and name; `end` is `"/"` where a folder is meant. */
function join(folder: Folder, rawName: string, end: "" | "/"): Folder {
  const raw = `${folder.raw}${rawName}${end}`;
  if (!NOT_ASCII.test(rawName)) return { raw, path: `${folder.path}${rawName}${end}`, isUtf8: folder.isUtf8 };
  const bytes = Buffer.from(rawName, "latin1");
  return { raw, path: `${folder.path}${bytes.toString("utf8")}${end}`, isUtf8: folder.isUtf8 && isUtf8(bytes) };
}

function nameOf({ path, raw, isUtf8: isText }: Folder): GitName {
  return { path, bytes: isText ? undefined : Buffer.from(raw, "latin1") };
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "UNKNOWN";
}

function checkOptions({ root, excludeFiles }: WalkOptions): void {
  for (const [name, paths] of [
    ["root", [root]],
    ["excludeFiles", excludeFiles ?? []],
  ] as const) {
    for (const path of paths) {
      if (typeof path !== "string" || path === "" || path.includes("\0")) {
        throw new TypeError(`Cannot walk files: \`${name}\` must be a path, got ${JSON.stringify(path)}`);
      }
    }
  }
}

function isHidden(chain: RuleChain | undefined, raw: string, rawName: string, isDirectory: boolean): boolean {
  for (let one = chain; one !== undefined; one = one.above) {
    const hidden = matchIgnoreRules(one.rules, raw.slice(one.baseLength), rawName, isDirectory);
    if (hidden !== undefined) return hidden;
  }
  return false;
}

/** Files, links and directories in the order of their paths; a directory is ordered as if its name ended in a slash. */
function toChildren(dirents: readonly Dirent[]): Child[] {
  const children: Child[] = [];
  for (const dirent of dirents) {
    const isDirectory = dirent.isDirectory();
    const isLink = dirent.isSymbolicLink();
    if (isDirectory || isLink || dirent.isFile()) children.push({ raw: dirent.name, isDirectory, isLink });
  }
  const keyOf = (child: Child): string => (child.isDirectory ? `${child.raw}/` : child.raw);
  return children.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/**
 * Lists every file, symbolic link and nested repository below `root` that git's ignore rules do not hide, as `git ls-files --others
 * --exclude-standard` does in a repository whose index is empty. Links are never followed and nothing outside the root is read but
 * `excludeFiles`. What a repository tracks although a rule hides it only its index knows; so it is with tracked files inside a directory that
 * has a `.git` of its own. Empty directories, pipes, sockets and devices are nothing, and `.git` is passed over everywhere.
 *
 * One directory after the other is read, with a turn for the event loop now and then; memory is that of the answer.
 * @throws {TypeError} for a path that is none; rejects with the reason of `signal` when it aborts.
 */
export async function walkFiles(options: WalkOptions): Promise<Walk> {
  checkOptions(options);
  const { excludeFiles = [], ignoreCase = false, skip, onFolder, signal } = options;
  const root = options.root.replace(/(?<=.)\/+$/, "");
  const entries: WalkEntry[] = [];
  const problems: WalkProblem[] = [];

  const onDisk = ({ raw, path, isUtf8: isText }: Folder): string | Buffer => {
    const top = root === "/" ? "/" : `${root}/`;
    return isText ? `${top}${path}` : Buffer.concat([Buffer.from(top), Buffer.from(raw, "latin1")]);
  };
  const isGitName = (raw: string): boolean => raw === ".git" || (ignoreCase && foldCase(raw) === ".git");

  let topRules: RuleChain | undefined;
  for (const file of excludeFiles) {
    try {
      if (!statSync(file).isFile()) continue;
      topRules = { rules: parseIgnoreRules(readFileSync(file), ignoreCase), baseLength: 0, above: topRules };
    } catch (error) {
      const code = codeOf(error);
      if (code !== "ENOENT" && code !== "ENOTDIR") problems.push({ path: file, code });
    }
  }

  /** Reads a directory; `undefined` where there is nothing to go through. */
  const open = (folder: Folder, above: RuleChain | undefined): Frame | undefined => {
    onFolder?.(folder.path.slice(0, -1));
    let dirents: Dirent[];
    try {
      // Names byte by byte, so that those that are not UTF-8 stay what they are.
      dirents = readdirSync(onDisk(folder), { withFileTypes: true, encoding: "latin1" });
    } catch (error) {
      problems.push({ path: folder.path.slice(0, -1), code: codeOf(error) });
      return undefined;
    }
    let rules = above;
    for (const dirent of dirents) {
      // A link in the place of a rule file is not followed, as in git since 2.32.
      if (dirent.name === ".gitignore" && dirent.isFile()) {
        const file = join(folder, ".gitignore", "");
        try {
          const own = parseIgnoreRules(readFileSync(onDisk(file)), ignoreCase);
          if (!own.isEmpty) rules = { rules: own, baseLength: folder.raw.length, above };
        } catch (error) {
          problems.push({ path: file.path, code: codeOf(error) });
        }
      } else if (folder.raw !== "" && isGitName(dirent.name) && isRepository(onDisk(folder))) {
        entries.push({ name: nameOf(folder), kind: "nested-repository" });
        return undefined;
      }
    }
    return { folder, rules, children: toChildren(dirents), next: 0 };
  };

  const stack: Frame[] = [];
  const enter = (folder: Folder, above: RuleChain | undefined): void => {
    const frame = open(folder, above);
    if (frame !== undefined) stack.push(frame);
  };
  signal?.throwIfAborted();
  enter({ raw: "", path: "", isUtf8: true }, topRules);
  let looked = 0;
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const child = frame.children[frame.next];
    if (child === undefined) {
      stack.pop();
      continue;
    }
    frame.next += 1;
    looked += 1;
    if (looked % ENTRIES_PER_TURN === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    }
    if (isGitName(child.raw)) continue;
    const { folder, rules } = frame;
    const one = join(folder, child.raw, "");
    if (isHidden(rules, one.raw, child.raw, child.isDirectory) || skip?.(one.path) === true) continue;
    if (child.isDirectory) enter(join(folder, child.raw, "/"), rules);
    else entries.push({ name: nameOf(one), kind: child.isLink ? "link" : "file" });
  }
  return { entries, problems };
}
