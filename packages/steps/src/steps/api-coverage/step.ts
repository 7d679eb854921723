import path from "node:path";
import type { ModuleStepContext, ModuleStepResult } from "@ai-workflow/engine";
import { isGenerated } from "../../files/is-generated.ts";
import { readText } from "../../files/read-text.ts";
import { readOptions } from "../../options.ts";
import { createGitReader } from "../../git/create-git-reader.ts";
import { askTypescript } from "./ask-typescript.ts";
import { collectExports } from "./collect-exports.ts";
import { findEntries } from "./find-entries.ts";
import { coverageOf, formatPercent, judgeCoverage, percentOf } from "./judge-coverage.ts";
import type { PublicName } from "./public-name.ts";
import { scanEcmascript } from "./scan-ecmascript.ts";
import { scanGo, scanRust } from "./scan-lines.ts";
import { scanPython } from "./scan-python.ts";
import { parseJson } from "../../project/read-data.ts";
import { findPrivate } from "./find-private.ts";

const NOT_PUBLIC =
  /(?:^|\/)(?:tests?|__tests__|testing|testdata|fixtures?|examples?|benches|benchmarks?|docs?|scripts?|tools|internal|vendor|node_modules|target|migrations)\/|_test\.go$|(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest|setup|noxfile|manage)\.py$|(?:^|\/)_[^/_][^/]*\.py$|(?:^|\/)(?:main|build)\.rs$|\/src\/bin\//;

/** Counts what packages offer to their users without a word about it, and compares with the base. */
export default async function checkApiCoverage(context: ModuleStepContext): Promise<ModuleStepResult> {
  const { directory, files, changes, spans } = context;
  const options = readOptions(context.with);
  const minPercent = context.with["min_percent"] === undefined ? undefined : options.number("min_percent", 0);
  const maxPerFile = options.number("max_per_file", 5, 1);
  const all = new Set(files);
  const textOf = (file: string): string | undefined => {
    const content = readText(directory, file);
    return content.ok ? content.text : undefined;
  };
  const notes: string[] = [];
  const offered: PublicName[] = [];

  const entries = files.filter((file) => path.posix.basename(file) === "package.json" && !NOT_PUBLIC.test(file));
  const modules = [...new Set(entries.flatMap((file) => findEntries(file, parseJson(textOf(file)), all)))];
  if (modules.length > 0) {
    const asked = spans.measure("typescript", () => askTypescript(directory, modules));
    if (asked === undefined)
      notes.push("JavaScript and TypeScript by their text, for lack of a compiler of version 5 or 6");
    offered.push(...(asked ?? collectExports(modules, all, textOf)));
  }
  const hasLibrary = (file: string): boolean => all.has(file.replace(/(^|\/)src\/.*$/, "$1src/lib.rs"));
  const scanned = files.filter((file) => !NOT_PUBLIC.test(file));
  for (const file of scanned) {
    const text = file.endsWith(".go") || (file.endsWith(".rs") && hasLibrary(file)) ? textOf(file) : undefined;
    if (text !== undefined) offered.push(...(file.endsWith(".go") ? scanGo(file, text) : scanRust(file, text)));
  }
  const python = scanned.filter((file) => file.endsWith(".py") && isPackaged(file, all));
  const sources = python.flatMap((file) => {
    const text = textOf(file);
    return text === undefined ? [] : [{ file, text }];
  });
  const fromPython = await spans.measure("python", () => scanPython(directory, sources));
  if (fromPython === undefined) notes.push("Python not at all, for lack of python3");
  offered.push(...(fromPython ?? []));

  // What a program writes is documented where it gets it from.
  const written = new Map<string, boolean>();
  const isWritten = (file: string): boolean => {
    const known = written.get(file) ?? isGenerated(textOf(file) ?? "");
    written.set(file, known);
    return known;
  };
  const names = offered.filter(({ file }) => !isWritten(file));

  const before = await spans.measure("git_operations", () =>
    readBefore(context, new Set(names.map(({ file }) => file))),
  );
  const isNew = (one: PublicName): boolean => before.get(one.file)?.has(one.name.split(".").at(-1) ?? "") === false;
  const findings = judgeCoverage(names, isNew, { minPercent, maxPerFile, isPrivate: findPrivate(all, textOf) });
  const { total, documented } = coverageOf(names);
  const added = names.filter(isNew);
  const trend =
    changes.known && added.length > 0
      ? `, ${added.length} new since the base, ${coverageOf(added).documented} of them documented`
      : "";
  const what =
    total === 0
      ? "nothing public found"
      : `${formatPercent(percentOf({ total, documented }))} of ${total} public names documented${trend}`;
  const isUnknown = minPercent !== undefined && fromPython === undefined;
  return {
    message: [what, ...notes].join("; "),
    findings,
    ...(isUnknown ? { outcome: "inconclusive" as const } : {}),
  };
}

/** Whether a module belongs to a package, whose folder says so, rather than being a script. */
function isPackaged(file: string, files: ReadonlySet<string>): boolean {
  return files.has(path.posix.join(path.posix.dirname(file), "__init__.py"));
}

/** Words of the changed files as they were at the base, by file; a file that is new has none. */
async function readBefore(
  { directory, changes }: ModuleStepContext,
  files: ReadonlySet<string>,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const words = new Map<string, ReadonlySet<string>>();
  const git = createGitReader(directory);
  if (!changes.known || changes.base.oid === null) return words;
  for (const { path: file, previousPath } of changes.list) {
    if (!files.has(file)) continue;
    const end = await git(["show", `${changes.base.oid}:./${previousPath ?? file}`]);
    const text = end.status === "ended" && end.code === 0 ? end.stdout : "";
    const exported = scanEcmascript(file, text).names.flatMap(({ name, exportedAs }) => [name, exportedAs]);
    // Of other languages every word counts: a name that was there in any form is not new.
    const isScript = /\.[cm]?[jt]sx?$/.test(file);
    words.set(file, new Set(isScript ? exported : (text.match(/\w+/g) ?? [])));
  }
  return words;
}
