import { existsSync, lstatSync, readFileSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import type { FileEntry } from "../change.ts";
import type { Environment } from "../environment.ts";
import type { GitName } from "../git-name.ts";

/**
 * Settings by which, or because of which, git converts content. `include`: the setting may be elsewhere; `attr`, `sparse`: attributes may
 * (`core.attributesFile`, `attr.tree`).
 */
const CONVERTING = /autocrlf|eol|attr|include|sparse/i;

function holdsConverting(file: string): boolean {
  try {
    return CONVERTING.test(readFileSync(file, "utf8"));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code !== "ENOENT" && code !== "ENOTDIR";
  }
}

/** Where a git keeps what is set for the machine: `/etc`, or beside its programs where it was made for another place than `/usr`. */
function systemFolders({ PATH = "" }: Environment): readonly string[] {
  for (const folder of PATH.split(path.delimiter)) {
    const program = path.join(folder, "git");
    if (folder === "" || !existsSync(program)) continue;
    const places = [folder, path.dirname(realpathSync(program))];
    return ["/etc", ...new Set(places.map((place) => path.join(place, "..", "etc")))];
  }
  return ["/etc"];
}

/** Where git looks for settings of the user and of the machine. */
function configFiles(environment: Environment, system: readonly string[]): readonly string[] {
  const { GIT_CONFIG_GLOBAL, GIT_CONFIG_NOSYSTEM, GIT_CONFIG_SYSTEM, HOME, XDG_CONFIG_HOME } = environment;
  const home = HOME ?? homedir();
  const user =
    GIT_CONFIG_GLOBAL === undefined
      ? [path.join(home, ".gitconfig"), path.join(XDG_CONFIG_HOME || path.join(home, ".config"), "git", "config")]
      : [GIT_CONFIG_GLOBAL];
  const isWithoutSystem = GIT_CONFIG_NOSYSTEM !== undefined && /^(?:1|true|yes|on)$/i.test(GIT_CONFIG_NOSYSTEM);
  if (isWithoutSystem) return user;
  const files =
    GIT_CONFIG_SYSTEM === undefined ? system.map((folder) => path.join(folder, "gitconfig")) : [GIT_CONFIG_SYSTEM];
  return [...user, ...files];
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
  const system = systemFolders(environment);
  const telling = [
    path.join(gitDir, "info", "attributes"),
    path.join(gitDir, "config.worktree"),
    path.join(xdg, "git", "attributes"),
    ...system.map((folder) => path.join(folder, "gitattributes")),
  ];
  if (telling.some((file) => existsSync(file))) return true;
  for (const [name, value] of Object.entries(environment)) {
    if (name.startsWith("GIT_CONFIG_KEY_") && CONVERTING.test(value ?? "")) return true;
  }
  return [path.join(gitDir, "config"), ...configFiles(environment, system)].some(holdsConverting);
}

const ATTRIBUTES = ".gitattributes";

/** Whether a file says how others are converted. */
export const isAttributesFile = (name: string): boolean => name.endsWith(ATTRIBUTES);

/**
 * Whether git may give other content into a work tree than it stores: line ends, `$Id$`, encodings, filters.
 *
 * @param files - every file of the index. One of attributes that is in no commit need not be in any list, so that the root is looked at
 */
export function mayConvert(root: string, files: readonly FileEntry[], environment: Environment): boolean {
  return (
    files.some(({ path: name }) => isAttributesFile(name)) ||
    existsSync(path.join(root, ATTRIBUTES)) ||
    settingsMayConvert(root, environment)
  );
}

/** The same for some files, where the others are not known: attributes lie in the folders above a file. */
export function mayConvertSome(root: string, names: readonly GitName[], environment: Environment): boolean {
  const folders = new Set<string>([""]);
  for (const { path: name, bytes } of names) {
    // Names that are not text are rare; nobody looks for the folders above them.
    if (bytes !== undefined || isAttributesFile(name)) return true;
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
