import path from "node:path";
import type { Finding } from "@ai-workflow/engine";
import { isNear } from "../../text/is-near.ts";
import type { ProjectIndex } from "./project-index.ts";
import type { PlacedReference } from "./read-sources.ts";

/** Of what kind the file is that refers. */
export type SourceKind = "document" | "manifest" | "workflow" | "makefile" | "dockerfile";

/** A reference to a path that is not there, which is none where git ignores the path. */
export interface MissingPath {
  readonly path: string;
  readonly finding: Finding;
}

/** What is mostly there only after something has been run. */
const MADE =
  /(?:^|\/)(?:node_modules|dist|build|out|lib|target|bin|coverage|\.next|\.output|venv|\.venv|env|obj|tmp|temp|vendor|generated|\.cache|release|publish|esm|cjs)(?:\/|$)|\.(?:log|tgz|zip|jar|whl)$/;

/** What is to be said of the references of a file. Pure but for `exists` of the index. */
export function judgeReferences(
  file: string,
  kind: SourceKind,
  references: readonly PlacedReference[],
  index: ProjectIndex,
): { readonly findings: readonly Finding[]; readonly missing: readonly MissingPath[] } {
  const findings: Finding[] = [];
  const missing: MissingPath[] = [];
  const told = new Set<string>();
  for (const { reference, line, isOwn } of references) {
    const tell = (rule: string, message: string, meant: string | undefined): Finding => ({
      rule,
      severity: kind === "document" || rule === "missing-file" ? "warning" : "error",
      message,
      file,
      line,
      ...(meant === undefined ? {} : { suggestion: `\`${meant}\` may be meant` }),
    });
    if (reference.kind === "path") {
      const found = missingPath(file, kind, reference, isOwn, index);
      if (found !== undefined && !told.has(found)) {
        told.add(found);
        missing.push({
          path: found,
          finding: tell("missing-file", `${JSON.stringify(found)} is not there`, undefined),
        });
      }
      continue;
    }
    const names = reference.kind === "script" ? scriptsFor(reference, kind, index) : tasksFor(reference, kind, index);
    if (names === undefined || names.has(reference.name)) continue;
    const meant = [...names].find((name) => isNear(reference.name, name, 4));
    const isPrivate = [...index.packages.values()].every((one) => one?.isPrivate !== false);
    // A document may speak of the repository of its reader.
    if (kind === "document" && !isOwn && !isPrivate && meant === undefined) continue;
    const key = `${reference.program} ${reference.name}`;
    if (told.has(key)) continue;
    told.add(key);
    const what = reference.kind === "script" ? "script" : reference.program === "make" ? "target" : "task";
    findings.push(
      tell(`missing-${what}`, `${reference.program} has no ${what} ${JSON.stringify(reference.name)} here`, meant),
    );
  }
  return { findings, missing };
}

function missingPath(
  file: string,
  kind: SourceKind,
  reference: { readonly path: string; readonly folder: string },
  isOwn: boolean,
  { exists }: ProjectIndex,
): string | undefined {
  const full = path.posix.normalize(path.posix.join(reference.folder, reference.path));
  if (full.startsWith("..") || MADE.test(full)) return undefined;
  const plain = path.posix.normalize(reference.path);
  // Node finds a file without its extension, and the file of a folder.
  const forms = [full, `${full}.js`, `${full}.mjs`, `${full}.cjs`, `${full}.ts`];
  if (forms.some((form) => exists(form))) return undefined;
  if (kind === "document") {
    // Elsewhere in the repository it may be meant from another folder; where its folder is not there, another repository is.
    const folder = path.posix.dirname(plain);
    if (exists(plain) || !isOwn || folder === "." || !(exists(folder) || exists(path.posix.dirname(full))))
      return undefined;
  }
  if (kind === "dockerfile") {
    // The context may be a folder above.
    for (let folder = path.posix.dirname(file); ; folder = path.posix.dirname(folder)) {
      if (exists(path.posix.join(folder, plain))) return undefined;
      if (folder === ".") break;
    }
  }
  return full;
}

type ScriptReference = PlacedReference["reference"] & { readonly kind: "script" };
type TaskReference = PlacedReference["reference"] & { readonly kind: "task" };

/** The names that it may have; `undefined` where that is not known. */
function scriptsFor(
  reference: ScriptReference,
  kind: SourceKind,
  index: ProjectIndex,
): ReadonlySet<string> | undefined {
  const { folder, program, workspace } = reference;
  if (program === "composer") return index.composer.get(folder);
  const all = [...index.packages.values()];
  if (all.includes(undefined)) return undefined;
  const known = all.filter((one) => one !== undefined);
  if (workspace !== undefined) {
    const named = known.filter(({ name }) => name === workspace);
    const meant = named.length > 0 ? named : known;
    return meant.length === 0 ? undefined : union(meant.map(({ scripts }) => scripts));
  }
  const nearest = ancestors(folder).find((one) => index.packages.has(one));
  if (nearest === undefined) return undefined;
  // Documents often leave out which folder they speak of.
  if (kind === "document") return union(known.map(({ scripts }) => scripts));
  return index.packages.get(nearest)?.scripts;
}

function tasksFor(
  { folder, program }: TaskReference,
  kind: SourceKind,
  index: ProjectIndex,
): ReadonlySet<string> | undefined {
  const files = [...index.tasks.values()].filter((one) => one.program === program);
  const own = files.filter((one) => one.folder === folder);
  const meant = kind === "document" ? files : own;
  if (own.length === 0 || meant.some(({ isOpen }) => isOpen)) return undefined;
  return union(meant.map(({ names }) => names));
}

function union(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  return new Set(sets.flatMap((set) => [...set]));
}

function ancestors(folder: string): readonly string[] {
  const found = [folder];
  for (let place = folder.lastIndexOf("/"); place !== -1; place = folder.lastIndexOf("/", place - 1))
    found.push(folder.slice(0, place));
  return folder === "" ? found : [...found, ""];
}
