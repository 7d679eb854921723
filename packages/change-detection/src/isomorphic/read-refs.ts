import { lstatSync, readFileSync, readlinkSync } from "node:fs";
import path from "node:path";
import { broken } from "./engine-failure.ts";

/** What a reference holds: an id, the name of another one, or nothing because it is not there. */
export type RefValue =
  | { readonly kind: "id"; readonly id: string }
  | { readonly kind: "symbolic"; readonly target: string }
  | { readonly kind: "missing" };

/** References of a repository. */
export interface Refs {
  /** Follows a full name (`HEAD`, `refs/heads/main`) to an id. `undefined` when nothing is there. */
  readonly resolve: (name: string) => string | undefined;
  /** One step only. */
  readonly read: (name: string) => RefValue;
}

const MISSING: RefValue = { kind: "missing" };
/** git follows no longer chain of symbolic references. */
const MAXIMUM_DEPTH = 5;

/** Is a text a valid name of a reference (git-check-ref-format)? What is not is never looked for on the disk. */
export function isRefName(name: string): boolean {
  // oxlint-disable-next-line no-control-regex -- these are what git forbids
  if (name === "" || name === "@" || /[\0-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|\/$|\.$/.test(name)) return false;
  return name.split("/").every((part) => part !== "" && !part.startsWith(".") && !part.endsWith(".lock"));
}

/** References that every work tree has for itself. */
const isPerWorktree = (name: string): boolean =>
  !name.startsWith("refs/") || /^refs\/(?:bisect|worktree|rewritten)\//.test(name);

function readPacked(commonDir: string): ReadonlyMap<string, string> {
  const packed = new Map<string, string>();
  let text: string;
  try {
    text = readFileSync(path.join(commonDir, "packed-refs"), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return packed;
    throw broken("packed-refs cannot be read", error);
  }
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#") || line.startsWith("^")) continue;
    const match = /^([0-9a-f]{40}) (\S.*)$/.exec(line);
    if (match === null) throw broken("packed-refs has a line that cannot be read");
    packed.set(match[2] ?? "", match[1] ?? "");
  }
  return packed;
}

function readLoose(file: string): RefValue {
  let text: string;
  try {
    const stats = lstatSync(file, { throwIfNoEntry: false });
    if (stats === undefined || stats.isDirectory()) return MISSING;
    if (stats.isSymbolicLink()) {
      const target = readlinkSync(file);
      if (target.startsWith("refs/") && isRefName(target)) return { kind: "symbolic", target };
    }
    text = readFileSync(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return MISSING;
    throw broken(`the reference ${JSON.stringify(file)} cannot be read`, error);
  }
  const target = /^ref:\s*(.*?)\s*$/s.exec(text)?.[1];
  if (target !== undefined) return { kind: "symbolic", target };
  const id = /^([0-9a-f]{40})(?:\s|$)/i.exec(text)?.[1];
  if (id === undefined) throw broken(`the reference ${JSON.stringify(file)} holds neither an id nor a name`);
  return { kind: "id", id: id.toLowerCase() };
}

/** Opens the references of a work tree: its own HEAD, the loose ones of the repository, then the packed ones. */
export function openRefs({ gitDir, commonDir }: { readonly gitDir: string; readonly commonDir: string }): Refs {
  let packed: ReadonlyMap<string, string> | undefined;
  const read = (name: string): RefValue => {
    if (!isRefName(name)) return MISSING;
    const loose = readLoose(path.join(isPerWorktree(name) ? gitDir : commonDir, name));
    if (loose.kind !== "missing" || isPerWorktree(name)) return loose;
    packed ??= readPacked(commonDir);
    const id = packed.get(name);
    return id === undefined ? MISSING : { kind: "id", id };
  };
  return {
    read,
    resolve: (name) => {
      let at = name;
      for (let depth = 0; depth <= MAXIMUM_DEPTH; depth += 1) {
        const value = read(at);
        if (value.kind === "id") return value.id;
        if (value.kind === "missing") return undefined;
        at = value.target;
      }
      return undefined;
    },
  };
}
