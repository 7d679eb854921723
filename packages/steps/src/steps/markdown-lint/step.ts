import { existsSync } from "node:fs";
import path from "node:path";
import { applyFixes } from "markdownlint";
import type { Finding, ModuleStepContext, ModuleStepResult } from "@ai-workflow/engine";
import { readText } from "../../files/read-text.ts";
import { replaceText } from "../../files/replace-text.ts";
import { whyNotWritten } from "../../files/why-not-written.ts";
import { isDocument } from "../../markdown/is-document.ts";
import { intricateNote, isIntricate } from "../../markdown/is-intricate.ts";
import { readOptions } from "../../options.ts";
import { countOf } from "../../text/count-of.ts";
import { printable } from "../../text/printable.ts";
import { findCertainMistakes } from "./certain-mistakes.ts";
import { governDocuments } from "./govern-documents.ts";
import { findOwnLinter } from "./own-linter.ts";
import type { FixInfo, MarkdownProblem } from "./problem.ts";
import { readCommand } from "./read-command.ts";
import { readRootSettings, type RootSettings } from "./read-settings.ts";
import { runLinter, type FailedLinter, type LinterEnd, type LinterTask } from "./run-linter.ts";
import { tellProblems } from "./tell-problems.ts";
import { parseJsonTable } from "../../project/read-data.ts";
import { findUnseen } from "./find-unseen.ts";

/** Files that say whether the repository runs the linter itself. */
const CALLERS = /^(?:package\.json|\.pre-commit-config\.yaml|\.gitlab-ci\.yml|lefthook\.yml|\.github\/workflows\/.*)$/;

/** Longer lines than any document has take the rules' expressions too long. */
const MAX_BYTES = 2 * 1024 * 1024;

/** Lints the documents that are due by the rules of the repository, or by those that every document should keep. */
export default async function lintMarkdown(context: ModuleStepContext): Promise<ModuleStepResult> {
  const { directory, files, dueFiles, spans } = context;
  const options = readOptions(context.with);
  const fix = options.flag("fix", false);
  const named = options.text("config");

  const manifest = readText(directory, "package.json");
  const command =
    named === undefined
      ? readCommand(parseJsonTable(manifest.ok ? manifest.text : undefined))
      : { config: named, pointer: undefined };
  const config = command?.config === undefined ? undefined : { file: command.config, pointer: command.pointer };
  const due = dueFiles.filter((file) => isDocument(file));
  const parted = config === undefined ? governDocuments(due, files) : { governed: due, others: [] };

  const intricate = new Set<string>();
  const readAll = (names: readonly string[]): ReadonlyMap<string, string> =>
    new Map(
      names.flatMap((file) => {
        const read = readText(directory, file, MAX_BYTES);
        if (!read.ok) return [];
        if (!isIntricate(read.text)) return [[file, read.text] as const];
        intricate.add(file);
        return [];
      }),
    );
  const linter = parted.governed.length === 0 ? undefined : await findOwnLinter(directory);
  const settings = await readSettings(directory, config?.file);
  const governed = parted.governed.filter((file) => !("rules" in settings) || settings.isLinted(file));
  const lintGoverned = async (texts: LinterTask["texts"]): Promise<LinterEnd> =>
    "rules" in settings ? runLinter({ directory, texts, linter, config, rootRules: settings.rules }) : settings;

  const fixed: string[] = [];
  const unwritten: Finding[] = [];
  const judge = async (
    names: readonly string[],
    lint: (texts: LinterTask["texts"]) => Promise<LinterEnd>,
  ): Promise<LinterEnd> => {
    const texts = readAll(names);
    const first = await spans.measure("lint", () => lint(texts));
    if (!fix || !first.ok) return first;
    const { mended, failures } = mend(directory, texts, first.problems);
    unwritten.push(...failures);
    if (mended.length === 0) return first;
    fixed.push(...mended);
    const isMended = new Set(mended);
    const again = await spans.measure("lint_again", () => lint(readAll(mended)));
    if (!again.ok) return again;
    return { ok: true, problems: [...first.problems.filter(({ file }) => !isMended.has(file)), ...again.problems] };
  };
  const byRepository = await judge(governed, lintGoverned);
  const byUs = await judge(parted.others, async (texts) => ({ ok: true, problems: await findCertainMistakes(texts) }));

  const unseen =
    parted.governed.length === 0
      ? undefined
      : findUnseen({
          files,
          config: config?.file,
          isOwnLinter: linter !== undefined,
          exists: (file) => existsSync(path.join(directory, file)),
          read: (file) => {
            const content = readText(directory, file);
            return content.ok ? content.text : undefined;
          },
        });
  const severity = isEnforced(directory, files) || named !== undefined ? "error" : "warning";
  const findings: Finding[] = [
    ...(byRepository.ok ? tellProblems(byRepository.problems, severity) : tellFailure(byRepository)),
    ...(byUs.ok ? tellProblems(byUs.problems, "warning") : []),
    ...unwritten,
  ];
  const message =
    describe({ governed: governed.length, others: parted.others.length, fixed: fixed.length, linter }) +
    intricateNote(intricate.size) +
    (unseen === undefined ? "" : `; looks again each time, for no input tells of changes of ${printable(unseen, 100)}`);
  return {
    message,
    findings,
    ...(unseen === undefined ? {} : { provisional: true }),
    ...(!byRepository.ok && byRepository.isMissing ? { outcome: "inconclusive" } : {}),
  };
}

async function readSettings(directory: string, config: string | undefined): Promise<RootSettings | FailedLinter> {
  try {
    return await readRootSettings(directory, config);
  } catch (error) {
    const message = `the configuration of markdownlint cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    return { ok: false, message, isMissing: false };
  }
}

/** Mends what can be mended; gives the files that were written, and why others could not be. */
function mend(
  directory: string,
  texts: ReadonlyMap<string, string>,
  problems: readonly MarkdownProblem[],
): { readonly mended: readonly string[]; readonly failures: readonly Finding[] } {
  const failures: Finding[] = [];
  const fixes = new Map<string, { lineNumber: number; fixInfo: FixInfo }[]>();
  for (const { file, line, fixInfo } of problems) {
    if (fixInfo === undefined) continue;
    fixes.set(file, [...(fixes.get(file) ?? []), { lineNumber: line, fixInfo }]);
  }
  const mended = [...fixes].flatMap(([file, some]) => {
    const text = texts.get(file);
    if (text === undefined) return [];
    const after = applyFixes(text, some as Parameters<typeof applyFixes>[1]);
    try {
      return after !== text && replaceText(directory, file, text, after) ? [file] : [];
    } catch (error) {
      const message = `it could not be mended: ${whyNotWritten(error)}`;
      failures.push({ rule: "not-written", severity: "error", message, file });
      return [];
    }
  });
  return { mended, failures };
}

function tellFailure({ message, isMissing }: FailedLinter): readonly Finding[] {
  return [
    {
      rule: "configuration",
      severity: isMissing ? "warning" : "error",
      message: `the documents could not be linted: ${printable(message, 300)}`,
      ...(isMissing ? { suggestion: "install what the configuration of markdownlint names" } : {}),
    },
  ];
}

/** Whether the repository runs the linter itself, so that its rules are demanded and not only advised by an editor. */
function isEnforced(directory: string, files: readonly string[]): boolean {
  return files.some((file) => {
    if (!CALLERS.test(file)) return false;
    const read = readText(directory, file);
    return read.ok && /markdown-?lint/.test(read.text);
  });
}

function describe({
  governed,
  others,
  fixed,
  linter,
}: {
  readonly governed: number;
  readonly others: number;
  readonly fixed: number;
  readonly linter: { readonly kind: string; readonly version: string } | undefined;
}): string {
  const parts: string[] = [];
  if (governed > 0) {
    const by = linter === undefined ? "" : ` with its ${linter.kind} ${printable(linter.version, 30)}`;
    parts.push(`${countOf(governed, "document")} by the repository's rules${by}`);
  }
  if (others > 0) parts.push(`${countOf(others, "document")} without a configuration: only what is surely a mistake`);
  if (fixed > 0) parts.push(`mended ${countOf(fixed, "document")}`);
  return parts.length === 0 ? "no documents" : parts.join("; ");
}
