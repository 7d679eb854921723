import { existsSync, lstatSync } from "node:fs";
import path from "node:path";
import type { Finding, ModuleStepContext, ModuleStepResult } from "@ai-workflow/engine";
import picomatch from "picomatch";
import { readText } from "../../files/read-text.ts";
import { createSubmoduleLookup } from "../../git/create-submodule-lookup.ts";
import { listLeftOut } from "../../git/list-left-out.ts";
import { readOptions } from "../../options.ts";
import { createGitReader } from "../../git/create-git-reader.ts";
import { checkShellScripts, type ShellScript } from "./check-shell-scripts.ts";
import { judgeReferences, type MissingPath, type SourceKind } from "./judge-references.ts";
import { readPackageScripts, readTaskFile, type ProjectIndex, type TaskFile } from "./project-index.ts";
import {
  readDockerfile,
  readMakefile,
  readManifest,
  readMarkdown,
  readWorkflow,
  type PlacedReference,
} from "./read-sources.ts";

const MAX_BYTES = 1024 * 1024;
/** A file is told of up to here. */
const MAX_PER_FILE = 10;
/** Others' files, and those that tests and generators read. */
const FOREIGN =
  /(?:^|\/)(?:node_modules|vendor|third[_-]party|bower_components|__?fixtures?__?|fixtures?|test[-_]?data|templates?|_?examples?|samples?|demos?|skeletons?|scaffolds?|blueprints?|__snapshots__|mocks?)\//i;
const INSTALLED = /(?:^|\/)(?:node_modules|vendor|third[_-]party|bower_components)\//;
/** Of other times. */
const HISTORY =
  /(?:^|\/)(?:changelog|changes|history|news|release[-_]?notes|migrat\w*|upgrad\w*)[^/]*\.\w+$|(?:^|\/)(?:\.changeset|changelogs?|blog|posts|adr|rfcs?|proposals|archive)\//i;
const OWN_DOCUMENT =
  /(?:^|\/)(?:contributing|development|developing|developers?|hacking|building|maintain\w*|agents|claude|copilot-instructions|testing|releas(?:e|ing))[^/]*\.mdx?$/i;
const TASK_FILES: readonly (readonly [RegExp, TaskFile["program"]])[] = [
  [/(?:^|\/)(?:GNUm|[Mm])akefile$/, "make"],
  [/(?:^|\/)\.?[Jj]ustfile$/, "just"],
  [/(?:^|\/)[Tt]askfile(?:\.dist)?\.ya?ml$/, "task"],
];
/** Stands for a file of tasks that cannot be read: others may be there, in the words of each program. */
const UNKNOWN_TASKS = "include x\nimport x\nincludes:\n";

/** Reads what names commands, and compares it with what is there. */
export default async function checkReferences(context: ModuleStepContext): Promise<ModuleStepResult> {
  const { directory, spans } = context;
  const options = readOptions(context.with);
  const useShellcheck = options.flag("shellcheck", true);
  const isAllowed = picomatch([...(options.texts("allow") ?? [])], { dot: true });
  const files = context.files.filter((file) => !FOREIGN.test(file));
  const read = (file: string): string | undefined => {
    const content = readText(directory, file, MAX_BYTES);
    return content.ok ? content.text : undefined;
  };
  // What stands in them is unknown, but not that they are there.
  const leftOut = await listLeftOut(directory);
  const index = spans.measure("discovery", () =>
    readIndex(
      directory,
      [...context.files, ...leftOut],
      [...files, ...leftOut.filter((file) => !FOREIGN.test(file))],
      read,
    ),
  );
  const findings: Finding[] = [];
  const missing: MissingPath[] = [];
  spans.measure("parsing", () => {
    for (const file of files) {
      const source = sourceOf(file, read);
      if (source === undefined) continue;
      const judged = judgeReferences(file, source.kind, source.references, index);
      findings.push(...judged.findings);
      missing.push(...judged.missing);
      findings.push(...notExecutable(directory, file, source.references));
    }
  });
  findings.push(...(await notIgnored(directory, missing)));
  const scripts = useShellcheck ? shellScripts(directory, files, read) : [];
  const shell =
    scripts.length === 0
      ? undefined
      : await spans.measure("test_execution", () => checkShellScripts(directory, scripts));
  findings.push(...(shell?.findings ?? []));
  const told = capped(findings.filter(({ file }) => file === undefined || !isAllowed(file)));
  const by =
    shell === undefined
      ? ""
      : `, ${scripts.length} shell ${scripts.length === 1 ? "script" : "scripts"} read by ${shell.tool}`;
  return { message: `${files.length} ${files.length === 1 ? "file" : "files"}${by}`, findings: told };
}

function folderOf(file: string): string {
  return file.includes("/") ? file.slice(0, file.lastIndexOf("/")) : "";
}

function readIndex(
  directory: string,
  all: readonly string[],
  files: readonly string[],
  read: (file: string) => string | undefined,
): ProjectIndex {
  const packages: [string, ReturnType<typeof readPackageScripts>][] = [];
  const composer: [string, ReadonlySet<string> | undefined][] = [];
  const tasks: [string, TaskFile][] = [];
  for (const file of all) {
    const name = path.posix.basename(file);
    // Documents also speak of the scripts of examples.
    if (name === "package.json" && FOREIGN.test(file) && !INSTALLED.test(file)) {
      const scripts = readPackageScripts(read(file) ?? "");
      if (scripts !== undefined) packages.push([folderOf(file), { ...scripts, isPrivate: true }]);
    }
  }
  for (const file of files) {
    const name = path.posix.basename(file);
    const program = TASK_FILES.find(([pattern]) => pattern.test(file))?.[1];
    if (name === "package.json") packages.push([folderOf(file), readPackageScripts(read(file) ?? "")]);
    else if (name === "composer.json") composer.push([folderOf(file), readPackageScripts(read(file) ?? "")?.scripts]);
    else if (program !== undefined)
      tasks.push([file, readTaskFile(program, folderOf(file), read(file) ?? UNKNOWN_TASKS)]);
  }
  const known = new Set<string>();
  for (const file of all) {
    for (let place = file.length; place > 0; place = file.lastIndexOf("/", place - 1)) known.add(file.slice(0, place));
  }
  const isInSubmodule = createSubmoduleLookup(directory);
  const exists = (name: string): boolean => {
    const full = path.resolve(directory, name);
    return known.has(name) || isInSubmodule(name) || (full.startsWith(directory + path.sep) && existsSync(full));
  };
  return { packages: new Map(packages), composer: new Map(composer), tasks: new Map(tasks), exists };
}

function sourceOf(
  file: string,
  read: (file: string) => string | undefined,
): { readonly kind: SourceKind; readonly references: readonly PlacedReference[] } | undefined {
  const name = path.posix.basename(file);
  const folder = folderOf(file);
  const source = (kind: SourceKind, parse: (text: string) => readonly PlacedReference[]) => {
    const text = read(file);
    return text === undefined ? undefined : { kind, references: parse(text) };
  };
  if (name === "package.json") return source("manifest", (text) => readManifest(text, folder));
  if (/^\.github\/workflows\/[^/]+\.ya?ml$/.test(file)) return source("workflow", readWorkflow);
  if (/^(?:GNUm|[Mm])akefile$/.test(name)) return source("makefile", (text) => readMakefile(text, folder));
  if (/^(?:Dockerfile|Containerfile)(?:\.\w+)?$/.test(name))
    return source("dockerfile", (text) => readDockerfile(text, folder));
  if (/\.(?:md|markdown|mdx)$/i.test(name) && !HISTORY.test(file)) {
    return source("document", (text) => readMarkdown(text, folder, OWN_DOCUMENT.test(file)));
  }
  return undefined;
}

/** Scripts that are called by their path need leave to be executed; Windows knows no such thing. */
function notExecutable(directory: string, file: string, references: readonly PlacedReference[]): readonly Finding[] {
  if (process.platform === "win32") return [];
  return references.flatMap(({ reference, line, isOwn }): readonly Finding[] => {
    if (reference.kind !== "path" || !reference.isExecuted || !isOwn) return [];
    const target = path.posix.normalize(path.posix.join(reference.folder, reference.path));
    if (target.startsWith("..")) return [];
    try {
      const status = lstatSync(path.join(directory, target));
      if (!status.isFile() || (status.mode & 0o111) !== 0) return [];
    } catch {
      return [];
    }
    const message = `${JSON.stringify(target)} is called, but must not be executed`;
    const suggestion = `git update-index --chmod=+x ${target}`;
    return [{ rule: "not-executable", severity: "warning", message, file, line, suggestion }];
  });
}

/** What git ignores is made by something. */
async function notIgnored(directory: string, missing: readonly MissingPath[]): Promise<readonly Finding[]> {
  if (missing.length === 0) return [];
  const input = missing.map((one) => one.path).join("\0");
  const answer = await createGitReader(directory)(["check-ignore", "--no-index", "-z", "--stdin"], { input });
  const ignored = new Set(answer.status === "ended" ? answer.stdout.split("\0") : []);
  return missing.filter((one) => !ignored.has(one.path)).map(({ finding }) => finding);
}

function shellScripts(
  directory: string,
  files: readonly string[],
  read: (file: string) => string | undefined,
): readonly ShellScript[] {
  return files.flatMap((file): readonly ShellScript[] => {
    const name = path.posix.basename(file);
    const isNamed = /\.(?:sh|bash)$/.test(name);
    if (!isNamed && !(!name.includes(".") && /(?:^|\/)(?:bin|scripts?|hooks|\.husky|tools|ci)\//.test(file))) return [];
    const text = read(file);
    if (text === undefined || /\{\{|\{%|<%/.test(text)) return [];
    const [, shell] = /^#!.*?\b(sh|bash|dash|ash|ksh|zsh|fish|python\d?|node|perl|ruby)\b/.exec(text) ?? [];
    if (shell === undefined) return isNamed ? [{ file, shell: "bash" }] : [];
    if (shell === "bash") return [{ file, shell: "bash" }];
    return shell === "sh" || shell === "dash" || shell === "ash" ? [{ file, shell: "sh" }] : [];
  });
}

function capped(findings: readonly Finding[]): readonly Finding[] {
  const counts = new Map<string, number>();
  const kept = findings.filter(({ file = "" }) => {
    const count = (counts.get(file) ?? 0) + 1;
    counts.set(file, count);
    return count <= MAX_PER_FILE;
  });
  const more = [...counts].filter(([, count]) => count > MAX_PER_FILE);
  return [
    ...kept,
    ...more.map(([file, count]): Finding => ({
      rule: "more",
      severity: "info",
      message: `${count - MAX_PER_FILE} more in this file`,
      file,
    })),
  ];
}
