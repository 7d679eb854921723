import { appendFileSync } from "node:fs";
import type { AiRecord, OpenSpan } from "@ai-workflow/profiler";
import { AiSettingError } from "../ai/ai-error.ts";
import { choosePaths, type ChosenPaths } from "../ai/choose-paths.ts";
import { createOpenFiles, type OpenPaths } from "../ai/open-files.ts";
import type { AiSession } from "../ai/open-ai-session.ts";
import { shippedPrompts } from "../ai/shipped-prompts.ts";
import type { AiAction, Step } from "../config/workflow.ts";
import { EngineError } from "../errors.ts";
import type { Preparation } from "../run/prepare.ts";
import type { RunContext } from "../run/run-context.ts";
import type { StepRun, StepVerdict } from "./step-run.ts";

/** Runs steps that ask a model. What they need is loaded with the first of them that has something to ask. */
export interface AiRunner {
  /**
   * Says which steps will run: what they are to ask about is open from now on, whatever becomes of the run and of this process, until they
   * pass.
   */
  announce(steps: Iterable<Pick<Step, "id" | "action">>): void;
  run(stepId: string, action: AiAction, run: StepRun): Promise<StepVerdict>;
  /** What was asked so far; `undefined` when nothing was. */
  record(): AiRecord | undefined;
  /** Writes down what the cache did. */
  close(): void;
}

/** A runner for the steps of one run, which share its budget, cache and provider. */
export function createAiRunner(context: RunContext, preparation: Preparation): AiRunner {
  const { options, environment, state } = context;
  const { workflow, directory } = options.loaded;
  const openFiles = createOpenFiles(state.path);
  const chosen = new Map<string, ChosenPaths | undefined>();
  const attempts = new Map<string, OpenSpan>();
  let opening: Promise<AiSession> | undefined;
  let opened: AiSession | undefined;

  const openSession = async (): Promise<AiSession> => {
    const { openAiSession } = await import("../ai/open-ai-session.ts");
    opened = await openAiSession({
      loaded: options.loaded,
      environment,
      stateDirectory: state.path,
      shippedPrompts: options.shippedPrompts ?? shippedPrompts(),
      cacheMode: context.resolved.aiCache,
      spans: context.spans,
      spanOf: (stepId) => attempts.get(stepId),
      notice: context.notice,
    });
    return opened;
  };

  const ask = async (stepId: string, action: AiAction, run: StepRun, due: OpenPaths): Promise<StepVerdict> => {
    const log = (text: string): void => appendFileSync(run.logFile, `${text}\n`);
    const { spans } = context;
    const [session, question] = await spans.measure(
      "setup",
      async (setup) => {
        const [ready, { prepareQuestion }] = await Promise.all([
          (opening ??= openSession()),
          import("../ai/prepare-question.ts"),
        ]);
        const prepared = await prepareQuestion({
          action,
          settings: workflow.ai,
          library: ready.library,
          directory,
          due,
          environment,
          signal: run.signal,
          measure: (name, work) => spans.measure(name, work, { parent: setup }),
        });
        return [ready, prepared] as const;
      },
      { parent: run.span },
    );
    const { askAboutFiles } = await import("../ai/ask-about-files.ts");
    for (const { file, because } of [...question.unsendable, ...question.withheld])
      log(`not sent: ${JSON.stringify(file)} (${because})`);
    for (const [rule, count] of Object.entries(question.redactions)) log(`secrets replaced, ${rule}: ${count}`);
    return askAboutFiles({
      stepId,
      action,
      question,
      session,
      maxInputTokens: workflow.ai.maxInputTokens,
      spans,
      span: run.span,
      log,
      signal: run.signal,
    });
  };

  const keepOpen = (stepId: string, paths: OpenPaths): void => {
    if (openFiles.write(stepId, paths)) return;
    const message = `what ${stepId} has still to review could not be written down: after a commit it is forgotten`;
    context.notice({ code: "open-files-not-kept", message });
  };

  return {
    announce(steps): void {
      for (const { id, action } of steps) {
        if (action.kind !== "ai") continue;
        const paths = choosePaths(id, action, preparation, openFiles.read(id));
        chosen.set(id, paths);
        if (action.files === "changed" && paths !== undefined && paths.due.size > 0) keepOpen(id, paths.due);
      }
    },
    async run(stepId, action, run): Promise<StepVerdict> {
      if (run.span !== undefined) attempts.set(stepId, run.span);
      const paths = chosen.get(stepId);
      const log = (text: string): void => appendFileSync(run.logFile, `${text}\n`);
      if (paths === undefined) {
        const message = "it is unknown which files there are, so nothing was asked: a step that asks a model needs git";
        return { outcome: "inconclusive", message, findings: [] };
      }
      for (const file of paths.deleted) log(`deleted, so there is nothing to ask about: ${JSON.stringify(file)}`);
      if (paths.nothingDue !== undefined) {
        log(paths.nothingDue);
        return { outcome: "passed", message: paths.nothingDue, findings: [] };
      }
      let verdict: StepVerdict;
      try {
        verdict = await ask(stepId, action, run, paths.due);
      } catch (error) {
        if (run.signal.aborted) return { outcome: "cancelled", findings: [] };
        const message = explain(error);
        if (message === undefined) throw error;
        verdict = { outcome: "failed", message, findings: [] };
      }
      if (run.signal.aborted) return { outcome: "cancelled", findings: verdict.findings, ai: verdict.ai };
      if (action.files === "changed" && verdict.outcome === "passed") keepOpen(stepId, new Map());
      return verdict;
    },
    record: () => opened?.record(),
    close: () => opened?.close(),
  };
}

/** What the user can mend, in words; a mistake of this program has none. */
function explain(error: unknown): string | undefined {
  if (error instanceof AiSettingError) return error.message;
  if (error instanceof EngineError) return `${error.message}. ${error.hint}`;
  // Arguments that come from the configuration: variables of the template, limits that leave no room for a question.
  return error instanceof TypeError || error instanceof RangeError ? error.message : undefined;
}
