import { lstatSync, readFileSync, readlinkSync, realpathSync, statSync, type Stats } from "node:fs";
import path from "node:path";
import type { Environment } from "../environment.ts";
import { shellQuote } from "../shell-quote.ts";
import { broken, failure, unsupported } from "./engine-failure.ts";
import { parseFlag, readConfig, type Config } from "./read-config.ts";

/** A repository that was found, allowed and understood. */
export interface RepositoryPlace {
  /** Top level of the work tree; the git directory where there is none. */
  readonly root: string;
  readonly hasWorkTree: boolean;
  /** HEAD and index of this work tree are here. */
  readonly gitDir: string;
  /** Everything else is here; the same but for a linked work tree. */
  readonly commonDir: string;
  /** Place of the directory asked for below `root`: `""` or `"services/a/"`. */
  readonly prefix: string;
  readonly config: Config;
}

/** Extensions that change nothing for a reader, or that this engine follows. */
const KNOWN_EXTENSIONS: ReadonlySet<string> = new Set([
  "noop",
  "noop-v1",
  "partialclone",
  "preciousobjects",
  "relativeworktrees",
  "worktreeconfig",
]);

function statOf(file: string): Stats | undefined {
  try {
    return statSync(file);
  } catch {
    return undefined;
  }
}

const isDirectory = (file: string): boolean => statOf(file)?.isDirectory() === true;

function readLine(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").replace(/[\r\n]+$/, "");
  } catch {
    return undefined;
  }
}

function hasHead(gitDir: string): boolean {
  const file = path.join(gitDir, "HEAD");
  try {
    if (lstatSync(file).isSymbolicLink()) return readlinkSync(file).startsWith("refs/");
  } catch {
    return false;
  }
  return /^(?:ref:\s*refs\/|[0-9a-f]{40})/i.test(readLine(file) ?? "");
}

function commonDirOf(gitDir: string): string {
  const common = readLine(path.join(gitDir, "commondir"));
  return common === undefined ? gitDir : path.resolve(gitDir, common);
}

/** What git takes for a git directory: HEAD, `objects` and `refs`. */
function isGitDirectory(gitDir: string): boolean {
  const commonDir = commonDirOf(gitDir);
  return hasHead(gitDir) && isDirectory(path.join(commonDir, "objects")) && isDirectory(path.join(commonDir, "refs"));
}

interface Found {
  readonly top: string | undefined;
  readonly gitDir: string;
  /** The `.git` file that led here. */
  readonly gitFile: string | undefined;
}

/** The git directory that `<folder>/.git` is or leads to. */
function openGitEntry(folder: string): Found | undefined {
  const entry = path.join(folder, ".git");
  const stats = statOf(entry);
  if (stats === undefined) return undefined;
  if (stats.isDirectory()) {
    return isGitDirectory(entry) ? { top: folder, gitDir: realpathSync(entry), gitFile: undefined } : undefined;
  }
  if (!stats.isFile()) return undefined;
  const text = readLine(entry);
  if (text?.startsWith("gitdir: ") !== true || text.length === "gitdir: ".length) {
    throw broken(`invalid gitfile format: ${entry}`);
  }
  const gitDir = path.resolve(folder, text.slice("gitdir: ".length));
  if (!isGitDirectory(gitDir)) {
    throw failure(
      "not-a-repository",
      `not a git repository: ${gitDir}`,
      "Run inside a git repository, or create one with: git init",
    );
  }
  return { top: folder, gitDir: realpathSync(gitDir), gitFile: entry };
}

/** Folders above which git does not look. */
function ceilings(environment: Environment): readonly string[] {
  const list: string[] = [];
  let isReal = true;
  for (const one of (environment["GIT_CEILING_DIRECTORIES"] ?? "").split(path.delimiter)) {
    if (one === "") isReal = false;
    else if (path.isAbsolute(one)) {
      try {
        list.push(isReal ? realpathSync(one) : path.resolve(one));
      } catch {
        // A ceiling that does not exist is above nothing.
      }
    }
  }
  return list;
}

function discover(start: string, environment: Environment): Found {
  const stops = ceilings(environment);
  const crosses = parseFlag(environment["GIT_DISCOVERY_ACROSS_FILESYSTEM"] ?? "") === true;
  const device = statSync(start).dev;
  for (let folder = start; ;) {
    const found = openGitEntry(folder);
    if (found !== undefined) return found;
    if (isGitDirectory(folder)) return { top: undefined, gitDir: folder, gitFile: undefined };
    const parent = path.dirname(folder);
    const isEnd = parent === folder || stops.includes(parent) || (!crosses && statOf(parent)?.dev !== device);
    if (isEnd) break;
    folder = parent;
  }
  throw failure(
    "not-a-repository",
    "not a git repository (or any of the parent directories): .git",
    "Run inside a git repository, or create one with: git init",
  );
}

function isOwnedByUser(file: string, environment: Environment): boolean {
  const user = process.geteuid?.();
  if (user === undefined) return true;
  const owner = lstatSync(file).uid;
  if (owner === user) return true;
  // Under sudo git trusts what the calling user owns.
  return user === 0 && environment["SUDO_UID"] !== undefined && Number(environment["SUDO_UID"]) === owner;
}

/** Refuses what git refuses: a repository of another user that nobody has called safe (git-config, "safe.directory"). */
function checkOwner({ top, gitDir, gitFile }: Found, config: Config, environment: Environment): void {
  const owned = [gitFile, top, gitDir].filter((file) => file !== undefined);
  if (owned.every((file) => isOwnedByUser(file, environment))) return;
  const place = top ?? gitDir;
  let isSafe = false;
  for (const value of config.all("safe.directory", ["system", "global", "command"])) {
    if (value === "") isSafe = false;
    else if (value === "*" || value === place) isSafe = true;
    else if (value.endsWith("/*") && place.startsWith(value.slice(0, -1))) isSafe = true;
    else if (value.startsWith("~/") && place === path.join(environment["HOME"] ?? "", value.slice(2))) isSafe = true;
  }
  if (isSafe) return;
  throw failure(
    "unsafe-ownership",
    "git refuses a repository that belongs to another user",
    `git config --global --add safe.directory ${shellQuote(place)}`,
  );
}

/** Refuses what git refuses on demand: a bare repository that was only come upon (git-config, "safe.bareRepository"). */
function checkBare({ top, gitDir }: Found, config: Config): void {
  const allowed = config.text("safe.barerepository", ["system", "global", "command"]);
  if (top === undefined && allowed === "explicit" && path.basename(gitDir) !== ".git") {
    throw broken(`cannot use bare repository '${gitDir}' (safe.bareRepository is 'explicit')`);
  }
}

function checkFormat(config: Config): void {
  const scopes = ["local", "worktree"] as const;
  const version = config.text("core.repositoryformatversion", ["local"]) ?? "0";
  if (version !== "0" && version !== "1") throw unsupported(`the repository has format version ${version}`);
  for (const key of config.keys()) {
    if (!key.startsWith("extensions.")) continue;
    const name = key.slice("extensions.".length);
    const value = config.text(key, scopes);
    if (value === undefined || KNOWN_EXTENSIONS.has(name)) continue;
    if (name === "objectformat" && value.toLowerCase() === "sha1") continue;
    if (name === "refstorage" && value.toLowerCase() === "files") continue;
    const what =
      name === "objectformat" ? `its object ids are ${value.toUpperCase()}` : `it has the extension ${name}=${value}`;
    throw unsupported(what);
  }
}

/**
 * Finds the repository that a directory is in, as git does, and checks that it may and can be read.
 * @throws {EngineFailure} with the reason.
 */
export function findRepository(directory: string, environment: Environment): RepositoryPlace {
  let start: string;
  try {
    start = realpathSync(directory);
    if (!isDirectory(start)) throw new Error("not a directory");
  } catch {
    throw failure(
      "not-a-repository",
      "the directory does not exist",
      "Name an existing directory inside a git repository",
    );
  }
  const found = discover(start, environment);
  const { top, gitDir } = found;
  const commonDir = commonDirOf(gitDir);
  const config = readConfig({ environment, gitDir, commonDir });
  checkOwner(found, config, environment);
  checkBare(found, config);
  checkFormat(config);

  // A linked work tree does not share whether the repository is bare, nor where its work tree is.
  const scopes = commonDir === gitDir ? (["local", "worktree"] as const) : (["worktree"] as const);
  const isBare = top === undefined || config.flag("core.bare", scopes) === true;
  const elsewhere = config.text("core.worktree", scopes);
  if (elsewhere !== undefined) {
    const named = path.resolve(gitDir, elsewhere);
    if (top === undefined || statOf(named) === undefined || realpathSync(named) !== top) {
      throw unsupported(`core.worktree is ${JSON.stringify(elsewhere)}`);
    }
  }
  if (top === undefined || (isBare && elsewhere === undefined)) {
    return { root: gitDir, hasWorkTree: false, gitDir, commonDir, prefix: "", config };
  }
  const below = path.relative(top, start).split(path.sep).join("/");
  return { root: top, hasWorkTree: true, gitDir, commonDir, prefix: below === "" ? "" : `${below}/`, config };
}
