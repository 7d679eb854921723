import type { Finding, ModuleStepContext, ModuleStepResult } from "@ai-workflow/engine";
import { readText } from "../../files/read-text.ts";
import { guessKind } from "../../init/guess-kind.ts";
import { readOptions } from "../../options.ts";
import { createGitReader } from "../../git/create-git-reader.ts";
import { describeProject } from "../../project/describe-project.ts";
import { printable } from "../../text/printable.ts";
import { describeFacts } from "./describe-facts.ts";
import { findRisks, manifestsOf } from "./find-risks.ts";
import { parseNumstat, type LineCounts } from "./parse-numstat.ts";
import { describeChange, summariseChange, type Change } from "./summarise-change.ts";
import { unitFolders } from "./unit-of.ts";

/** Units that are named in the summary; of the others the number is told. */
const MAX_UNITS = 8;

/** Sums up what changed. It passes, whatever that is. */
export default async function analyse(context: ModuleStepContext): Promise<ModuleStepResult> {
  const { directory, changes, files, spans } = context;
  const largeChangeLines = readOptions(context.with).number("large_change_lines", 1000, 1);
  const textOf = (file: string): string | undefined => {
    const content = readText(directory, file);
    return content.ok ? content.text : undefined;
  };
  const all = new Set(files);
  const facts = spans.measure("discovery", () => {
    const units = [...unitFolders(files)].filter((folder) => folder !== "");
    const { kind } = guessKind({ files: all, read: textOf, units });
    return describeFacts(files.length, describeProject(all, textOf), kind);
  });
  if (!changes.known) return { message: `what changed is not known: ${printable(changes.message)}`, findings: facts };

  const base = changes.base.oid;
  const ask = createGitReader(directory);
  let hangs: string | undefined;
  const git = async (...args: readonly string[]): Promise<string | undefined> => {
    const end = await ask(args);
    hangs ??= end.hangs;
    return end.status === "ended" && end.code === 0 ? end.stdout : undefined;
  };
  const counted = await spans.measure("git_operations", () =>
    base === null ? undefined : git("diff", "--numstat", "-z", "--no-renames", "--relative", "--end-of-options", base),
  );
  const lines = new Map<string, LineCounts>(parseNumstat(counted ?? ""));
  for (const { path: file, status } of changes.list) {
    if (lines.has(file) || status === "deleted") continue;
    const text = textOf(file);
    if (text !== undefined) lines.set(file, { added: linesOf(text), removed: 0 });
  }
  const list: readonly Change[] = changes.list;
  const units = unitFolders(files);
  const summary = summariseChange(list, lines, units);
  const before = new Map<string, string>();
  if (base !== null) {
    for (const file of manifestsOf(list)) {
      const text = await git("show", `${base}:./${file}`);
      if (text !== undefined) before.set(file, text);
    }
  }
  const risks = findRisks(list, {
    summary,
    files: all,
    before: (file) => before.get(file),
    after: textOf,
    largeChangeLines,
  });
  const named = summary.units
    .slice(0, MAX_UNITS)
    .map(([unit, number]) => `${unit === "" ? "the root" : unit} ${number}`);
  const left = summary.units.length - named.length;
  const places: readonly Finding[] =
    summary.units.length < 2
      ? []
      : [
          {
            rule: "changed-units",
            severity: "info",
            message: printable(
              `changed files by unit: ${named.join(", ")}${left > 0 ? `, and ${left} more` : ""}`,
              400,
            ),
          },
        ];
  return {
    message: `${describeChange(summary, changes.base.ref)}${hangs === undefined ? "" : `; ${hangs}`}`,
    findings: [...places, ...facts, ...risks],
  };
}

function linesOf(text: string): number {
  return text === "" ? 0 : text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}
