import { appendFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { FileEntry } from "@ai-workflow/change-detection";
import type { Step } from "../config/workflow.ts";
import { CHANGED_FILES_VARIABLE, fillInChangedFiles, takesFilesAsWords } from "../incremental/changed-files-command.ts";
import { chooseDueFiles, type DueFiles } from "../incremental/choose-due-files.ts";
import {
  addProved,
  provedFile,
  readProvedFiles,
  writeProvedFiles,
  type ProvedFiles,
} from "../incremental/proved-files.ts";
import type { Preparation } from "../preparation/prepare.ts";
import type { RunContext } from "../run/run-context.ts";
import { isKept } from "../selection/is-kept.ts";
import { runShellStep } from "./run-shell-step.ts";
import { isDiskFull } from "./step-log.ts";
import type { StepRun, StepVerdict } from "./step-run.ts";

/** Runs steps that are given only the files they have not passed on. */
export interface IncrementalRunner {
  runCommand(step: Step, command: string, run: StepRun): Promise<StepVerdict>;
  /** The same for a module. A file in which it finds something, however light, stays due, so that it is told again. */
  runModule(
    step: Step,
    run: Pick<StepRun, "logFile">,
    start: (dueFiles: readonly string[]) => Promise<StepVerdict>,
  ): Promise<StepVerdict>;
  /** To be called when the success of a step is stored, or would be if the step were kept. */
  passed(step: Step): void;
}

/** Reasons to run for which what passed before still counts. */
const BUILDS_ON_PROOF: ReadonlySet<string> = new Set([
  "relevant-change",
  "not-proved",
  "base-unknown",
  "always",
  "not-cached",
]);

const NOTHING_DUE = "nothing was run: it has passed on every file that it names and that counts for it";
const NOTHING_NAMED = "nothing was run: there are no files that it looks at";

/** @param preparation - what was decided for the run */
export function createIncrementalRunner(
  context: Pick<RunContext, "options" | "state" | "notice">,
  preparation: Pick<Preparation, "changed" | "decisions" | "files" | "prints" | "relevances">,
): IncrementalRunner {
  const reasons = new Map(preparation.decisions.map(({ stepId, reason }) => [stepId, reason]));
  /** By step, the files in which a module found something. */
  const withFindings = new Map<string, ReadonlySet<string>>();
  const chosen = new Map<string, { readonly due: DueFiles; readonly known: ProvedFiles; readonly key: string }>();

  const write = (stepId: string, proved: ProvedFiles): void => {
    try {
      writeProvedFiles(context.state.path, stepId, proved);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? String(error);
      const message = `what ${stepId} has passed on could not be written down (${code}): it will be given it again`;
      context.notice({ code: "proved-files-not-kept", message });
    }
  };

  const choose = (step: Step): DueFiles | undefined => {
    const before = chosen.get(step.id);
    if (before !== undefined) return before.due;
    const key = preparation.prints.get(step.id)?.settingsFingerprint();
    const relevance = preparation.relevances.get(step.id);
    if (preparation.files === undefined || relevance === undefined || key === undefined) return undefined;
    const read = readProvedFiles(context.state.path, step.id);
    const known: ProvedFiles = read.key === key ? read : { key, proved: new Set(), open: read.open };
    const isProof = isKept(step) && step.expiresMs === undefined && BUILDS_ON_PROOF.has(reasons.get(step.id) ?? "");
    const due = chooseDueFiles({
      files: preparation.files,
      relevance,
      known: isProof ? known : { ...known, proved: new Set() },
      changed: context.options.loaded.workflow.base.assumeGreen ? preparation.changed : undefined,
    });
    chosen.set(step.id, { due, known, key });
    const open = new Set([...known.open, ...due.due.map((file) => file.path)]);
    // What it looks at anew is proved again when it passes, and not before: it may fail now.
    const anew = new Set(due.due.map(provedFile));
    const proved = new Set([...known.proved].filter((one) => !anew.has(one)));
    if (due.due.length > 0) write(step.id, { ...known, proved, open });
    return due;
  };

  const dueOf = (step: Step, run: Pick<StepRun, "logFile">): DueFiles["due"] | StepVerdict => {
    const choice = choose(step);
    if (choice === undefined) {
      const message = "it is unknown which files there are, so nothing was run: a step with changed files needs git";
      return { outcome: "inconclusive", message, findings: [] };
    }
    if (choice.due.length > 0) return choice.due;
    const isNamed = preparation.relevances.get(step.id)?.isNamed;
    const isAnyNamed = preparation.files?.some((file) => isNamed?.(file.path) === true) === true;
    const message = isAnyNamed ? NOTHING_DUE : NOTHING_NAMED;
    appendUnlessFull(run.logFile, `${message}\n`);
    return { outcome: "passed", message, findings: [] };
  };

  return {
    async runModule(step, run, start): Promise<StepVerdict> {
      const due = dueOf(step, run);
      if ("outcome" in due) return due;
      const verdict = await start(due.map((file) => file.path));
      withFindings.set(step.id, new Set(verdict.findings.flatMap(({ file }) => file ?? [])));
      return verdict;
    },
    async runCommand(step, command, run): Promise<StepVerdict> {
      const due = dueOf(step, run);
      if ("outcome" in due) return due;
      const list = run.logFile.replace(/\.log$/, ".changed-files");
      writeFileSync(list, Buffer.concat(due.flatMap((file) => [nameFrom(step.directory, file), Buffer.of(0)])));
      const unspeakable = due.find((file) => file.pathBytes !== undefined);
      const names = due.map((file) => path.posix.relative(step.directory, file.path));
      if (unspeakable !== undefined && takesFilesAsWords(command)) {
        const message = `the name of ${JSON.stringify(unspeakable.path)} is not UTF-8, so no command can be given it (${CHANGED_FILES_VARIABLE} names a file with the exact names)`;
        return { outcome: "failed", message, findings: [] };
      }
      const given = { ...run, environment: { ...run.environment, [CHANGED_FILES_VARIABLE]: list } };
      let verdict: StepVerdict = { outcome: "passed", exitCode: 0, findings: [] };
      for (const one of fillInChangedFiles(command, names)) {
        verdict = await runShellStep(one, given);
        if (verdict.outcome !== "passed") break;
      }
      return verdict;
    },
    passed(step): void {
      const choice = chosen.get(step.id);
      if (choice === undefined) return;
      const { due, known, key } = choice;
      const found = withFindings.get(step.id) ?? new Set();
      const isOpen = new Set(due.due.filter((file) => found.has(file.path)).map((file) => provedFile(file)));
      const provedThen = due.provedThen.filter((print) => !isOpen.has(print));
      if (isKept(step)) write(step.id, addProved(known, key, provedThen));
      else if (known.open.size > 0 || due.due.length > 0) write(step.id, { ...known, open: new Set() });
    },
  };
}

function appendUnlessFull(file: string, text: string): void {
  try {
    appendFileSync(file, text);
  } catch (error) {
    // Nothing is lost: the message of the step says the same.
    if (!isDiskFull(error)) throw error;
  }
}

/** The exact name of a file as seen from a folder of the target. */
function nameFrom(directory: string, { path: file, pathBytes }: FileEntry): Buffer {
  if (pathBytes === undefined) return Buffer.from(path.posix.relative(directory, file));
  const up = directory === "" ? "" : "../".repeat(directory.split("/").length);
  return Buffer.concat([Buffer.from(up), pathBytes]);
}
