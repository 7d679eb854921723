import { closeSync, constants, existsSync, lstatSync, openSync, readlinkSync, readSync, type Stats } from "node:fs";
import path from "node:path";
import type { Finding, ModuleStepContext, ModuleStepResult } from "@ai-workflow/engine";
import picomatch from "picomatch";
import { readText } from "../../files/read-text.ts";
import { createSubmoduleLookup } from "../../git/create-submodule-lookup.ts";
import { listLeftOut } from "../../git/list-left-out.ts";
import { readOptions } from "../../options.ts";
import { createGitReader } from "../../git/create-git-reader.ts";
import { judgeEnvironment } from "./judge-environment.ts";
import { judgeLayouts } from "./judge-layouts.ts";
import { capped, isSample, judgeNames } from "./judge-names.ts";
import { readTrees } from "./read-trees.ts";

const MEBIBYTE = 1024 * 1024;
/** Documents whose layouts are those of the repository: others mostly show those of somebody's project. */
const DOCUMENT =
  /(?:^|\/)(?:readme|architecture|contributing|development|structure|overview|agents|claude|hacking)[^/]*\.(?:md|markdown|mdx|rst|txt)$/i;
/** Stands in a path for bytes that are no UTF-8, so that nothing is found under it; it may also be meant. */
const UNDECODABLE = "\uFFFD";
const FOREIGN = /(?:^|\/)(?:node_modules|vendor|third[_-]party|bower_components|templates?)\//;

/** Looks at the names, the sizes and the links of all files, and at the layouts in documents. */
export default async function checkStructure(context: ModuleStepContext): Promise<ModuleStepResult> {
  const { directory, files, spans } = context;
  const options = readOptions(context.with);
  const maxBytes = options.number("max_file_mb", 5) * MEBIBYTE;
  const isAllowed = picomatch([...(options.texts("allow") ?? [])], { dot: true });
  const named = spans.measure("discovery", () => judgeNames(files));
  const [known, leftOut] = [withFolders(files), withFolders(await listLeftOut(directory))];
  const [large, links, environment, unreadable]: Finding[][] = [[], [], [], []];
  const statuses = spans.measure("file_operations", () => files.map((file) => statusOf(directory, file)));
  for (const [index, file] of files.entries()) {
    const status = statuses[index];
    if (status === undefined) {
      if (file.includes(UNDECODABLE)) unreadable?.push(notUtf8(file));
    } else if (status.isSymbolicLink()) links?.push(...judgeLink(directory, file, leftOut));
    else if (status.isFile()) {
      if (status.size >= maxBytes) large?.push(tooLarge(file, status.size));
      if (isCoreDump(directory, file, status)) {
        large?.push({ rule: "core-dump", severity: "warning", message: "what a crashed program leaves behind", file });
      }
      if (/(?:^|\/)\.env(?:\.[^/]*)?$/.test(file)) {
        const content = readText(directory, file, MEBIBYTE);
        if (content.ok) environment?.push(...judgeEnvironment(file, content.text));
      }
    }
  }
  const isInSubmodule = createSubmoduleLookup(directory);
  const layouts = spans.measure("parsing", () =>
    documented(directory, files, (name) => {
      const normal = path.posix.normalize(name);
      return known.has(normal) || leftOut.has(normal) || isInSubmodule(normal) || isOnDisk(directory, name);
    }),
  );
  const findings = [
    ...named,
    ...capped(unreadable ?? []),
    ...capped(large ?? []),
    ...capped(await withoutIgnored(directory, links ?? [])),
    ...capped(environment ?? []),
    ...layouts,
  ].filter(({ file }) => file === undefined || !isAllowed(file));
  return { message: `${files.length} ${files.length === 1 ? "file" : "files"}`, findings };
}

function statusOf(directory: string, file: string): Stats | undefined {
  try {
    return lstatSync(path.join(directory, file));
  } catch {
    return undefined;
  }
}

function notUtf8(file: string): Finding {
  return {
    rule: "name-not-utf8",
    severity: "warning",
    message: "its name is not UTF-8: no step can read this file, and other systems cannot check it out",
    file,
    suggestion: "rename it",
  };
}

function tooLarge(file: string, sizeBytes: number): Finding {
  return {
    rule: "large-file",
    severity: "warning",
    message: `${(sizeBytes / MEBIBYTE).toFixed(1)} MiB, which every clone has for ever`,
    file,
    suggestion: "keep it in Git LFS or elsewhere, or allow it with the option `allow`",
  };
}

/** Programs name such a file `core` or `core.<process>`; it begins as an executable does. */
function isCoreDump(directory: string, file: string, { size }: Stats): boolean {
  if (!/(?:^|\/)(?:vg)?core(?:\.\d+)?$/.test(file) || size < 64) return false;
  try {
    const descriptor = openSync(
      path.join(directory, file),
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    );
    try {
      const head = Buffer.alloc(18);
      readSync(descriptor, head, 0, 18, 0);
      // ELF, whose type at offset 16 is 4 for such a file.
      return head.subarray(0, 4).equals(Buffer.from("\u007FELF")) && (head[16] === 4 || head[17] === 4);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return false;
  }
}

function judgeLink(directory: string, file: string, leftOut: ReadonlySet<string>): readonly Finding[] {
  let target: string;
  try {
    target = readlinkSync(path.join(directory, file));
  } catch {
    return [];
  }
  const full = path.resolve(directory, path.dirname(file), target);
  const inside = path.relative(directory, full);
  if (path.isAbsolute(target) || inside === ".." || inside.startsWith(`..${path.sep}`)) {
    const message = `leads out of the repository, to ${JSON.stringify(target.slice(0, 200))}`;
    return [{ rule: "outward-link", severity: isSample(file) ? "info" : "warning", message, file }];
  }
  if (existsSync(full) || leftOut.has(inside)) return [];
  const message = `leads to ${JSON.stringify(target.slice(0, 200))}, which is not there`;
  return [{ rule: "broken-link", severity: isSample(file) ? "info" : "error", message, file }];
}

/** Folders into which dependencies are installed; uv's ignores itself once it is there. */
const INSTALLED = /(?:^|[\\/])(?:node_modules|\.venv|venv)[\\/]/;

/** A link to what git ignores, or to what is installed, is whole once that has been made. */
async function withoutIgnored(directory: string, findings: readonly Finding[]): Promise<readonly Finding[]> {
  const broken = findings.filter(({ rule }) => rule === "broken-link");
  if (broken.length === 0) return findings;
  const targets = broken.map(({ file = "" }) =>
    path.relative(directory, path.resolve(directory, path.dirname(file), readlinkSync(path.join(directory, file)))),
  );
  const answer = await createGitReader(directory)(["check-ignore", "-z", "--stdin"], { input: targets.join("\0") });
  const ignored = new Set(answer.status === "missing" ? [] : answer.stdout.split("\0"));
  const isMade = (target: string): boolean => ignored.has(target) || INSTALLED.test(target);
  return findings.filter(
    (finding) => finding.rule !== "broken-link" || !isMade(targets[broken.indexOf(finding)] ?? ""),
  );
}

/** Files and all folders that they are in. */
function withFolders(files: readonly string[]): ReadonlySet<string> {
  const known = new Set<string>();
  for (const file of files) {
    for (let place = file.length; place > 0; place = file.lastIndexOf("/", place - 1)) known.add(file.slice(0, place));
  }
  return known;
}

function documented(
  directory: string,
  files: readonly string[],
  exists: (name: string) => boolean,
): readonly Finding[] {
  return files
    .filter((file) => DOCUMENT.test(file) && !FOREIGN.test(file) && !isSample(file))
    .flatMap((file) => {
      const content = readText(directory, file, MEBIBYTE);
      return content.ok ? judgeLayouts(file, readTrees(content.text), exists) : [];
    });
}

/** What git ignores is there all the same. */
function isOnDisk(directory: string, name: string): boolean {
  const full = path.resolve(directory, name);
  return full.startsWith(directory + path.sep) && existsSync(full);
}
