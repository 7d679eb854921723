import { existsSync, lstatSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import type { FileEntry } from "../change.ts";
import type { Environment } from "../environment.ts";
import type { GitName } from "../git-name.ts";

/** Settings by which, or because of which, git converts content. `include`: the setting may be elsewhere; `sparse`: attributes may. */
const CONVERTING = /autocrlf|eol|attributesfile|include|sparse/i;

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
 * Whether settings of git may convert content between what it stores and a work tree, or say where attributes are. Without asking git, and
 * `true` wherever that cannot be told: where a setting has a name that matters, and on systems whose git brings settings of its own.
 */
function settingsMayConvert(root: string, environment: Environment): boolean {
  if (process.platform === "win32" || process.platform === "darwin") return true;
  const gitDir = path.join(root, ".git");
  // In a linked work tree or submodule the settings are elsewhere.
  if (lstatSync(gitDir, { throwIfNoEntry: false })?.isDirectory() !== true) return true;
  const xdg = environment["XDG_CONFIG_HOME"] || path.join(environment["HOME"] ?? homedir(), ".config");
  const telling = [
    path.join(gitDir, "info", "attributes"),
    path.join(gitDir, "config.worktree"),
    path.join(xdg, "git", "attributes"),
    "/etc/gitattributes",
  ];
  if (telling.some((file) => existsSync(file))) return true;
  for (const [name, value] of Object.entries(environment)) {
    if (name.startsWith("GIT_CONFIG_KEY_") && CONVERTING.test(value ?? "")) return true;
  }
  return [path.join(gitDir, "config"), ...configFiles(environment)].some(holdsConverting);
}

const ATTRIBUTES = ".gitattributes";

/**
 * Whether git may give other content into a work tree than it stores: line ends, `$Id$`, encodings, filters.
 *
 * @param files - every file of the work tree
 */
export function mayConvert(root: string, files: readonly FileEntry[], environment: Environment): boolean {
  return files.some(({ path: name }) => name.endsWith(ATTRIBUTES)) || settingsMayConvert(root, environment);
}

/** The same for some files, where the others are not known: attributes lie in the folders above a file. */
export function mayConvertSome(root: string, names: readonly GitName[], environment: Environment): boolean {
  const folders = new Set<string>([""]);
  for (const { path: name, bytes } of names) {
    // Names that are not text are rare; nobody looks for the folders above them.
    if (bytes !== undefined || name.endsWith(ATTRIBUTES)) return true;
    for (
      let end = name.lastIndexOf("/");
      end > 0 && !folders.has(name.slice(0, end + 1));
      end = name.lastIndexOf("/", end - 1)
    ) {
      folders.add(name.slice(0, end + 1));
    }
  }
  for (const folder of folders) if (existsSync(`${root}/${folder}${ATTRIBUTES}`)) return true;
  return settingsMayConvert(root, environment);
}
