import path from "node:path";
import { findVersion, inJson, withVersion } from "../../release/version-field.ts";

/** A file that gets another text. */
export interface Edit {
  readonly file: string;
  readonly text: string;
}

/** What raising a version changes. */
export interface VersionPlan {
  readonly edits: readonly Edit[];
  /** Manifests with a version of their own, which stay as they are. */
  readonly others: readonly string[];
}

/**
 * Raises the manifests that have the version, with what lock files say of them and what the others need of them. A manifest that has the
 * next version already stays: so a plan that was carried out in part goes on where it stopped. Pure.
 */
export function planVersions(
  texts: ReadonlyMap<string, string>,
  { from, to }: { readonly from: string; readonly to: string },
): VersionPlan {
  const edited = new Map<string, string>();
  const others: string[] = [];
  const names = new Set<string>();
  for (const [file, text] of texts) {
    const field = findVersion(file, text);
    if (field === undefined) continue;
    if (field.version === from || field.version === to) {
      if (field.version === from) edited.set(file, withVersion(text, field, to));
      const name = path.posix.basename(file) === "package.json" ? inJson(text, ["name"])?.version : undefined;
      if (name !== undefined) names.add(name);
    } else others.push(file);
  }
  for (const [file, text] of texts) {
    if (path.posix.basename(file) === "package.json") {
      edited.set(file, raiseNeeds(edited.get(file) ?? text, { names, from, to }));
    } else if (/^(?:package-lock|npm-shrinkwrap)\.json$/.test(path.posix.basename(file))) {
      edited.set(file, raiseLock(text, { from, to }));
    } else if (path.posix.basename(file) === "Cargo.lock") {
      edited.set(file, raiseCargoLock(text, crateNames(texts, from, to), { from, to }));
    }
  }
  const edits = [...edited].filter(([file, text]) => texts.get(file) !== text).map(([file, text]) => ({ file, text }));
  return { edits, others };
}

const KINDS = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];

/** What the packages of a workspace need of each other, in the form in which they say it. */
function raiseNeeds(
  text: string,
  { names, from, to }: { readonly names: ReadonlySet<string>; readonly from: string; readonly to: string },
): string {
  let result = text;
  for (const kind of KINDS) {
    for (const name of names) {
      const field = inJson(result, [kind, name]);
      const [, before] = field === undefined ? [] : (/^((?:workspace:)?[~^]?)/.exec(field.version) ?? []);
      if (field !== undefined && before !== undefined && field.version === before + from) {
        result = withVersion(result, field, before + to);
      }
    }
  }
  return result;
}

function raiseLock(text: string, { from, to }: { readonly from: string; readonly to: string }): string {
  let result = text;
  for (const place of [["version"], ["packages", "", "version"]]) {
    const field = inJson(result, place);
    if (field?.version === from) result = withVersion(result, field, to);
  }
  return result;
}

function crateNames(texts: ReadonlyMap<string, string>, from: string, to: string): readonly string[] {
  return [...texts].flatMap(([file, text]) => {
    const version = path.posix.basename(file) === "Cargo.toml" ? findVersion(file, text)?.version : undefined;
    const name = /^\s*name\s*=\s*["']([\w-]+)["']/m.exec(text)?.[1];
    return name !== undefined && (version === from || version === to) ? [name] : [];
  });
}

function raiseCargoLock(
  text: string,
  names: readonly string[],
  { from, to }: { readonly from: string; readonly to: string },
): string {
  // A crate of the workspace has no source.
  return text.replace(
    /\[\[package\]\]\nname = "([\w-]+)"\nversion = "([^"]+)"\n(?!source)/g,
    (found, name: string, version: string) =>
      names.includes(name) && version === from ? `[[package]]\nname = "${name}"\nversion = "${to}"\n` : found,
  );
}
