import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { didYouMean } from "../config/did-you-mean.ts";

/** A script of a `package.json`, as npm would run it. */
export interface PackageScript {
  /** `pre…`, the script itself and `post…`, as far as they are there, in the order in which they run. */
  readonly lines: readonly { readonly event: string; readonly text: string }[];
  /** What of the package npm puts into the environment: `npm_package_name` and the like. */
  readonly variables: Readonly<Record<string, string>>;
}

/** The script, or in one sentence why there is none to run. */
export type FoundScript = PackageScript | { readonly problem: string };

/** Fields of a package that npm puts into the environment of its scripts (npm RFC 21). */
const FIELDS = ["name", "version", "config", "engines"] as const;

/**
 * Reads a script from the `package.json` of a folder.
 *
 * @param target - absolute path of the target
 * @param directory - the folder, relative to the target
 */
export function readPackageScript(target: string, directory: string, script: string): FoundScript {
  const file = path.posix.join(directory, "package.json");
  const content = parse(path.join(target, file));
  if (typeof content === "string") return { problem: `${file} ${content}` };
  const scripts = isMapping(content["scripts"]) ? content["scripts"] : {};
  const textOf = (event: string): unknown => (Object.hasOwn(scripts, event) ? scripts[event] : undefined);
  const own = textOf(script);
  if (own === undefined) {
    return { problem: `${file} has no script "${script}"${didYouMean(script, Object.keys(scripts))}` };
  }
  if (typeof own !== "string") return { problem: `the script "${script}" of ${file} is no text` };
  const lines = [`pre${script}`, script, `post${script}`].flatMap((event) => {
    const text = textOf(event);
    return typeof text === "string" && text !== "" ? [{ event, text }] : [];
  });
  return { lines, variables: packageVariables(content) };
}

/** SHA-256 over all that a script step takes from its `package.json`, also behind a link or where git ignores it. */
export function hashPackageScript(target: string, directory: string, script: string): string {
  return createHash("sha256")
    .update(JSON.stringify(readPackageScript(target, directory, script)))
    .digest("hex");
}

/** The content, or what is wrong with the file. */
function parse(file: string): Readonly<Record<string, unknown>> | string {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return code === "ENOENT" || code === "ENOTDIR" ? "does not exist" : `cannot be read (${code})`;
  }
  try {
    const content: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    return isMapping(content) ? content : "holds no object";
  } catch {
    return "is no valid JSON";
  }
}

function packageVariables(content: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {};
  const add = (name: string, value: unknown): void => {
    if (value === undefined) return;
    // Of a list, each entry with its place, as of an object each with its name.
    if (typeof value === "object" && value !== null) {
      for (const [key, inner] of Object.entries(value)) add(`${name}_${key}`, inner);
    } else variables[name] = value === null || value === false ? "" : textOf(value);
  };
  for (const field of FIELDS) add(`npm_package_${field}`, content[field]);
  add("npm_package_bin", programs(content["bin"], content["name"]));
  return variables;
}

/** A number or a flag as JSON has it, which is as npm has it. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** `bin` as npm completes it: a program without a name has that of its package. */
function programs(bin: unknown, name: unknown): unknown {
  const all: unknown =
    typeof bin === "string" && typeof name === "string" ? { [name.replace(/^@[^/]*\//, "")]: bin } : bin;
  if (!isMapping(all)) return undefined;
  return Object.fromEntries(
    Object.entries(all).map(([key, file]) => [key, typeof file === "string" ? path.posix.join(file) : file]),
  );
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
