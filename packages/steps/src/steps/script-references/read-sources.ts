import path from "node:path";
import { findNodeAtLocation, parseTree, type Node } from "jsonc-parser";
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import { createPositions } from "../../text/create-positions.ts";
import { parseCommands } from "./parse-commands.ts";
import { readReferences, type Reference } from "./read-references.ts";
import { isDeepJson } from "../../text/is-deep-json.ts";

/** A reference and where it stands. */
export interface PlacedReference {
  readonly reference: Reference;
  /** Counted from 1. */
  readonly line: number;
  /** Whether the text is about this repository for sure, not about one that its reader has. */
  readonly isOwn: boolean;
}

const SHELL = /^(?:sh|bash|shell|zsh|console|shell-session|shellsession|terminal|sh-session|cli)\b/i;
const OWN_HEADING =
  /\b(?:develop|contribut|building|build from|local(?:ly)?\b|hacking|testing|running the tests|run tests|release|releasing|maintain|scripts|commands|workspace|monorepo|debugging)/i;

/** References of a document, in fenced blocks of shell commands and in code within lines. */
export function readMarkdown(text: string, folder: string, isOwnDocument: boolean): readonly PlacedReference[] {
  const found: PlacedReference[] = [];
  let fence: { readonly mark: string; readonly isShell: boolean; readonly start: number } | undefined;
  let block: string[] = [];
  let isOwn = isOwnDocument;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const mark = /^\s*(`{3,}|~{3,})\s*(\S*)/.exec(line);
    if (fence !== undefined) {
      if (mark?.[1]?.startsWith(fence.mark) === true && mark[2] === "") {
        if (fence.isShell) found.push(...placed(block, folder, fence.start, isOwn));
        fence = undefined;
      } else block.push(line);
      continue;
    }
    if (mark !== null) {
      fence = { mark: mark[1] ?? "", isShell: SHELL.test(mark[2] ?? ""), start: index + 1 };
      block = [];
      continue;
    }
    const heading = /^#{1,6}\s+(.*)/.exec(line)?.[1];
    if (heading !== undefined) isOwn = isOwnDocument || OWN_HEADING.test(heading);
    for (const [, code = ""] of line.matchAll(/(?<!`)`([^`]+)`(?!`)/g)) {
      if (/^(?:npm|pnpm|yarn|bun|make|just|task|composer)\s+\S|^\.\/\S+$/.test(code)) {
        found.push(...placed([code], folder, index, isOwn));
      }
    }
  }
  return found;
}

function placed(block: readonly string[], folder: string, start: number, isOwn: boolean): readonly PlacedReference[] {
  // Where some lines have a prompt, the others are what the commands print.
  const hasPrompt = block.some((line) => /^\s*[$%]\s/.test(line));
  const lines = block.map((line) => (hasPrompt && !/^\s*[$%]\s/.test(line) ? "" : line.replace(/^\s*[$%]\s+/, "")));
  return readReferences(parseCommands(lines.join("\n")), folder).map((reference) => ({
    reference,
    line: start + 1 + reference.line,
    isOwn,
  }));
}

/** References of the scripts of a `package.json`. */
export function readManifest(text: string, folder: string): readonly PlacedReference[] {
  const scripts = scriptsOf(text);
  const at = createPositions(text);
  return (scripts?.children ?? []).flatMap((property) => {
    const command: unknown = property.children?.[1]?.value;
    if (typeof command !== "string") return [];
    const { line } = at(property.offset);
    return readReferences(parseCommands(command), folder).map((reference) => ({ reference, line, isOwn: true }));
  });
}

function scriptsOf(text: string): Node | undefined {
  const root = isDeepJson(text) ? undefined : parseTree(text);
  return root === undefined ? undefined : findNodeAtLocation(root, ["scripts"]);
}

/** References of the `run` steps of a workflow of GitHub, so far as they run in the repository as it is checked out. */
export function readWorkflow(text: string): readonly PlacedReference[] {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, uniqueKeys: false, logLevel: "silent" });
  if (document.errors.length > 0) return [];
  const jobs = document.get("jobs", true);
  const general = textAt(document.getIn(["defaults", "run", "working-directory"]));
  if (!isMap(jobs)) return [];
  return jobs.items.flatMap(({ value: job }) => {
    if (!isMap(job)) return [];
    const steps = job.get("steps", true);
    if (!isSeq(steps)) return [];
    const folderOfJob = textAt(job.getIn(["defaults", "run", "working-directory"])) ?? general ?? "";
    const maps = steps.items.filter((step) => isMap(step));
    const uses = maps.map((step) => textAt(step.get("uses")) ?? "");
    const checkouts = maps.filter((_, index) => uses[index]?.startsWith("actions/checkout@"));
    const isPlain = checkouts.every((step) => !step.hasIn(["with", "path"]) && !step.hasIn(["with", "repository"]));
    // What other steps bring is not in the repository.
    const brings = uses.some((name) => name.startsWith("actions/download-artifact@"));
    if (checkouts.length === 0 || !isPlain || checkouts.some((step) => step.hasIn(["with", "ref"]))) return [];
    const earlier: string[] = [];
    return maps.flatMap((step) => {
      const run = step.get("run", true);
      if (!isScalar(run) || typeof run.value !== "string") return [];
      if (/pwsh|powershell|cmd|python/.test(textAt(step.get("shell")) ?? "")) return [];
      const folder = clean(textAt(step.get("working-directory")) ?? folderOfJob);
      if (folder === undefined) return [];
      const isBlock = run.type === "BLOCK_LITERAL" || run.type === "BLOCK_FOLDED";
      const { line } = counter.linePos(run.range?.[0] ?? 0);
      const commands = run.value.replaceAll(/\$\{\{.*?\}\}/g, "$X");
      const before = earlier.join("\n");
      earlier.push(commands);
      return readReferences(parseCommands(commands), folder)
        .filter(
          (reference) =>
            reference.kind !== "path" ||
            // What another step has named may have been made or fetched by it.
            (!brings && !names(before, path.posix.basename(reference.path))),
        )
        .map((reference) => ({
          reference,
          line: line + (isBlock ? 1 : 0) + (run.type === "BLOCK_FOLDED" ? 0 : reference.line),
          isOwn: true,
        }));
    });
  });
}

/** Whether commands have a word with this in it. */
function names(commands: string, name: string): boolean {
  return commands.split(/\s+/).some((word) => word.includes(name));
}

function textAt(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function clean(folder: string): string | undefined {
  const tidy = folder.replace(/^\.\/|^\.$/, "").replace(/\/$/, "");
  return /\$|^\/|^\.\.|~/.test(tidy) ? undefined : tidy;
}

/** References of the recipes of a `Makefile`. */
export function readMakefile(text: string, folder: string): readonly PlacedReference[] {
  const lines = text.split(/\r?\n/);
  return lines.flatMap((first, index) => {
    if (!first.startsWith("\t") || lines[index - 1]?.endsWith("\\") === true) return [];
    let recipe = first;
    for (let next = index + 1; recipe.endsWith("\\") && next < lines.length; next += 1)
      recipe += `\n${lines[next] ?? ""}`;
    const command = recipe
      .trim()
      .replace(/^[@+-]+/, "")
      .replaceAll(/\$\((?:MAKE)\)|\$\{MAKE\}/g, "make")
      .replaceAll("$$", "$");
    return readReferences(parseCommands(command), folder).map((reference) => ({
      reference,
      line: index + 1 + reference.line,
      isOwn: true,
    }));
  });
}

/** What a `Dockerfile` copies out of its context; wildcards, variables, addresses and other stages are left out. */
export function readDockerfile(text: string, folder: string): readonly PlacedReference[] {
  const found: PlacedReference[] = [];
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index += 1) {
    const start = index;
    const parts = [lines[index] ?? ""];
    while (parts.at(-1)?.trimEnd().endsWith("\\") === true && index + 1 < lines.length) {
      index += 1;
      parts.push(lines[index] ?? "");
    }
    const line = parts.map((part) => part.replace(/\\\s*$/, "")).join(" ");
    const [, rest] = /^\s*(?:COPY|ADD)\s+(.*)$/i.exec(line) ?? [];
    if (rest === undefined || /--from=|<</.test(rest)) continue;
    const words = rest.trim().startsWith("[")
      ? [...rest.matchAll(/"([^"]*)"/g)].map(([, word = ""]) => word)
      : rest.split(/\s+/).filter((word) => word !== "" && !word.startsWith("--"));
    for (const word of words.slice(0, -1)) {
      const name = word.replace(/^\.?\//, "").replace(/\/$/, "");
      if (name === "" || name === "." || /[*?[$]|^https?:|^git@|^\.\./.test(name)) continue;
      const reference: Reference = { kind: "path", path: name, isExecuted: false, folder, line: 0 };
      found.push({ reference, line: start + 1, isOwn: true });
    }
  }
  return found;
}
