import { existsSync, lstatSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import type { FileEntry } from "../change.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Settings by which, or because of which, git converts content; `include` because the setting may be elsewhere. */
const CONVERTING = /autocrlf|eol|attributesfile|include/i;

function holdsConverting(file: string): boolean {
  try {
    return CONVERTING.test(readFileSync(file, "utf8"));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code !== "ENOENT" && code !== "ENOTDIR";
  }
}

/** Where git looks for settings of the user and of the machine. */
function configFiles(environment: Environment): readonly string[] {
  const { GIT_CONFIG_GLOBAL, GIT_CONFIG_NOSYSTEM, GIT_CONFIG_SYSTEM, HOME, XDG_CONFIG_HOME } = environment;
  const home = HOME ?? homedir();
  const user =
    GIT_CONFIG_GLOBAL === undefined
      ? [path.join(home, ".gitconfig"), path.join(XDG_CONFIG_HOME || path.join(home, ".config"), "git", "config")]
      : [GIT_CONFIG_GLOBAL];
  const isWithoutSystem = GIT_CONFIG_NOSYSTEM !== undefined && /^(?:1|true|yes|on)$/i.test(GIT_CONFIG_NOSYSTEM);
  return isWithoutSystem ? user : [...user, GIT_CONFIG_SYSTEM ?? "/etc/gitconfig"];
}

/**
 * Whether git may give other content into a work tree than it stores: line ends, `$Id$`, encodings, filters. Without asking git, and
 * `true` wherever that cannot be told: where attributes exist, where a setting has a name that matters, and on systems whose git brings
 * settings of its own.
 */
export function mayConvert(root: string, files: readonly FileEntry[], environment: Environment): boolean {
  if (process.platform === "win32" || process.platform === "darwin") return true;
  const gitDir = path.join(root, ".git");
  // In a linked work tree or submodule the settings are elsewhere.
  if (lstatSync(gitDir, { throwIfNoEntry: false })?.isDirectory() !== true) return true;
  if (existsSync(path.join(gitDir, "info", "attributes")) || existsSync(path.join(gitDir, "config.worktree")))
    return true;
  const xdg = environment["XDG_CONFIG_HOME"] || path.join(environment["HOME"] ?? homedir(), ".config");
  if (existsSync(path.join(xdg, "git", "attributes")) || existsSync("/etc/gitattributes")) return true;
  if (
    Object.keys(environment).some(
      (name) => name.startsWith("GIT_CONFIG_KEY_") && CONVERTING.test(environment[name] ?? ""),
    )
  ) {
    return true;
  }
  if ([path.join(gitDir, "config"), ...configFiles(environment)].some(holdsConverting)) return true;
  return files.some(({ path: name }) => name.endsWith(".gitattributes"));
}
