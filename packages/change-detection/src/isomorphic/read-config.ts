import { readFileSync, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import type { Environment } from "../environment.ts";
import { compileWildmatch } from "../walk/wildmatch.ts";
import { broken, unsupported } from "./engine-failure.ts";
import { parseConfig, type ConfigVariable } from "./parse-config.ts";

/** Where a variable was set; only some places may say some things. */
export type ConfigScope = "system" | "global" | "local" | "worktree" | "command";

/** git's configuration as this engine needs it. */
export interface Config {
  /** The last value of a key, `""` for a name without value. */
  readonly text: (key: string, scopes?: readonly ConfigScope[]) => string | undefined;
  readonly flag: (key: string, scopes?: readonly ConfigScope[]) => boolean | undefined;
  /** The last value of a key that is the name of a file, with `~/` replaced. */
  readonly file: (key: string) => string | undefined;
  /** All values of a key, the first first. */
  readonly all: (key: string, scopes: readonly ConfigScope[]) => readonly string[];
  readonly keys: () => Iterable<string>;
}

interface Setting extends ConfigVariable {
  readonly scope: ConfigScope;
}

/** Where the configuration of one repository is. */
export interface ConfigPlaces {
  readonly environment: Environment;
  /** Absent before the repository is known. */
  readonly gitDir: string;
  readonly commonDir: string;
}

/** git gives up at this depth, too. */
const MAXIMUM_INCLUDE_DEPTH = 10;
/** What is read from the configuration at all: sections of which this engine asks for a variable. */
const RELEVANT = /^(?:core|extensions|filter|safe|sparse)\./;

/** The home folder as git sees it. */
export function homeOf(environment: Environment): string {
  return environment["HOME"] ?? homedir();
}

/** git's meaning of a text as true or false; `undefined` where it has none. */
export function parseFlag(value: string | undefined): boolean | undefined {
  if (value === undefined) return true;
  const text = value.toLowerCase();
  if (text === "true" || text === "yes" || text === "on") return true;
  if (text === "" || text === "false" || text === "no" || text === "off") return false;
  return /^[+-]?\d+[kmg]?$/.test(text) ? Number.parseInt(text, 10) !== 0 : undefined;
}

function expandHome(value: string, environment: Environment): string | undefined {
  if (value === "~") return homeOf(environment);
  if (value.startsWith("~/")) return path.join(homeOf(environment), value.slice(2));
  return value.startsWith("~") || value.startsWith("%(prefix)") ? undefined : value;
}

function readText(file: string): string | undefined {
  try {
    // A pipe would make everybody wait, and a device may have no end.
    return statSync(file).isFile() ? readFileSync(file, "utf8") : undefined;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EACCES") return undefined;
    throw broken(`the configuration ${JSON.stringify(file)} cannot be read`, error);
  }
}

/** Is a condition of `includeIf` met? `undefined` where this engine cannot tell. */
function isConditionMet(condition: string, file: string, { gitDir, environment }: ConfigPlaces): boolean | undefined {
  const match = /^gitdir(\/i)?:(.*)$/s.exec(condition);
  if (match === null) return undefined;
  let pattern = match[2] ?? "";
  if (pattern.startsWith("~/")) pattern = path.join(homeOf(environment), pattern.slice(2));
  else if (pattern.startsWith("./")) pattern = path.join(path.dirname(file), pattern.slice(2));
  else if (!path.isAbsolute(pattern)) pattern = `**/${pattern}`;
  if ((match[2] ?? "").endsWith("/")) pattern = `${pattern.replace(/\/+$/, "")}/**`;
  const toRaw = (text: string): string => Buffer.from(text, "utf8").toString("latin1");
  const matches = compileWildmatch(toRaw(pattern), match[1] !== undefined);
  return matches(toRaw(gitDir)) || matches(toRaw(realpathSync(gitDir)));
}

function readFile(file: string, scope: ConfigScope, places: ConfigPlaces, settings: Setting[], depth = 0): void {
  const content = readText(file);
  if (content === undefined) return;
  if (depth > MAXIMUM_INCLUDE_DEPTH) throw broken(`the configuration includes itself at ${JSON.stringify(file)}`);
  const variables = parseConfig(content);
  if ("badLine" in variables) throw broken(`bad config line ${variables.badLine} in file ${file}`);
  for (const variable of variables) {
    const { key, value } = variable;
    const condition = /^includeif\.(.*)\.path$/s.exec(key)?.[1];
    if (key === "include.path" || condition !== undefined) {
      const target = expandHome(value ?? "", places.environment);
      if (target === undefined) throw unsupported(`the configuration includes ${JSON.stringify(value)}`);
      const included = path.resolve(path.dirname(file), target);
      const isMet = condition === undefined || isConditionMet(condition, file, places);
      if (isMet === true) readFile(included, scope, places, settings, depth + 1);
      else if (isMet === undefined) refuseIfRelevant(included, scope, places, condition ?? "");
    } else if (RELEVANT.test(key)) {
      settings.push({ ...variable, scope });
    }
  }
}

/** A condition that cannot be judged does not matter as long as nothing hangs on it. */
function refuseIfRelevant(file: string, scope: ConfigScope, places: ConfigPlaces, condition: string): void {
  const found: Setting[] = [];
  readFile(file, scope, places, found, 1);
  if (found.length > 0) throw unsupported(`the configuration has an includeIf on ${JSON.stringify(condition)}`);
}

/** The files that hold for every repository, in the order in which git reads them. */
function outerFiles(environment: Environment): readonly (readonly [ConfigScope, string])[] {
  const files: [ConfigScope, string][] = [];
  if (parseFlag(environment["GIT_CONFIG_NOSYSTEM"] ?? "") !== true) {
    files.push(["system", environment["GIT_CONFIG_SYSTEM"] ?? "/etc/gitconfig"]);
  }
  const named = environment["GIT_CONFIG_GLOBAL"];
  if (named !== undefined) {
    if (named !== "") files.push(["global", named]);
    return files;
  }
  const home = homeOf(environment);
  files.push(["global", path.join(environment["XDG_CONFIG_HOME"] || path.join(home, ".config"), "git", "config")]);
  files.push(["global", path.join(home, ".gitconfig")]);
  return files;
}

function commandSettings(environment: Environment): Setting[] {
  const count = Number.parseInt(environment["GIT_CONFIG_COUNT"] ?? "0", 10);
  const settings: Setting[] = [];
  for (let index = 0; index < count; index += 1) {
    const key = environment[`GIT_CONFIG_KEY_${index}`];
    const match = key === undefined ? null : /^([^.]+)\.(?:(.*)\.)?([^.]+)$/s.exec(key);
    const value = environment[`GIT_CONFIG_VALUE_${index}`];
    if (match === null || value === undefined) throw broken(`bad configuration in GIT_CONFIG_KEY_${index}`);
    const [, section = "", subsection, name = ""] = match;
    const middle = subsection === undefined ? "" : `${subsection}.`;
    settings.push({ key: `${section.toLowerCase()}.${middle}${name.toLowerCase()}`, value, scope: "command" });
  }
  return settings;
}

/** Reads what git would read for a repository: system, global, local, worktree and environment, in this order. */
export function readConfig(places: ConfigPlaces): Config {
  const { environment, gitDir, commonDir } = places;
  const settings: Setting[] = [];
  for (const [scope, file] of outerFiles(environment)) readFile(file, scope, places, settings);
  readFile(path.join(commonDir, "config"), "local", places, settings);
  const wantsWorktree = settings.findLast(({ key, scope }) => key === "extensions.worktreeconfig" && scope === "local");
  if (wantsWorktree !== undefined && parseFlag(wantsWorktree.value) === true) {
    readFile(path.join(gitDir, "config.worktree"), "worktree", places, settings);
  }
  settings.push(...commandSettings(environment));

  const find = (key: string, scopes: readonly ConfigScope[] | undefined): Setting | undefined =>
    settings.findLast((one) => one.key === key && (scopes === undefined || scopes.includes(one.scope)));
  return {
    text: (key, scopes) => {
      const setting = find(key, scopes);
      return setting === undefined ? undefined : (setting.value ?? "");
    },
    flag: (key, scopes) => {
      const setting = find(key, scopes);
      if (setting === undefined) return undefined;
      const flag = parseFlag(setting.value);
      if (flag === undefined) throw broken(`bad boolean config value ${JSON.stringify(setting.value)} for "${key}"`);
      return flag;
    },
    file: (key) => {
      const value = find(key, undefined)?.value;
      if (value === undefined || value === "") return undefined;
      const file = expandHome(value, environment);
      if (file === undefined) throw unsupported(`${key} is ${JSON.stringify(value)}`);
      return file;
    },
    all: (key, scopes) =>
      settings.filter((one) => one.key === key && scopes.includes(one.scope)).map(({ value }) => value ?? ""),
    keys: () => settings.map(({ key }) => key),
  };
}
