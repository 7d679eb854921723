import { appendFileSync } from "node:fs";
import type { AiRecord } from "@ai-workflow/profiler";
import { AiSettingError } from "../ai/ai-error.ts";
import { choosePaths } from "../ai/choose-paths.ts";
import { createOpenFiles } from "../ai/open-files.ts";
import type { AiSession } from "../ai/open-ai-session.ts";
import { shippedPrompts } from "../ai/shipped-prompts.ts";
import type { AiAction } from "../config/workflow.ts";
import { EngineError } from "../errors.ts";
import type { Preparation } from "../run/prepare.ts";
import type { RunContext } from "../run/run-context.ts";
import type { StepRun, StepVerdict } from "./step-run.ts";

/** Runs steps that ask a model. What they need is loaded with the first of them that has something to ask. */
export interface AiRunner {
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
      notice: context.notice,
    });
    return opened;
  };

  const ask = async (
    stepId: string,
    action: AiAction,
    run: StepRun,
    paths: readonly string[],
  ): Promise<StepVerdict> => {
    const log = (text: string): void => appendFileSync(run.logFile, `${text}\n`);
    const session = await (opening ??= openSession());
    const [{ prepareQuestion }, { askAboutFiles }] = await Promise.all([
      import("../ai/prepare-question.ts"),
      import("../ai/ask-about-files.ts"),
    ]);
    const question = await context.spans.measure(
      "prepare_prompt",
      () =>
        prepareQuestion({
          action,
          settings: workflow.ai,
          library: session.library,
          directory,
          paths,
          baseOid: action.files === "changed" ? preparation.changed?.baseOid : undefined,
          environment,
          signal: run.signal,
        }),
      { step: stepId },
    );
    for (const { file, because } of question.withheld) log(`not sent: ${JSON.stringify(file)} (${because})`);
    for (const [rule, count] of Object.entries(question.redactions)) log(`secrets replaced, ${rule}: ${count}`);
    return askAboutFiles({
      stepId,
      action,
      question,
      session,
      maxInputTokens: workflow.ai.maxInputTokens,
      log,
      signal: run.signal,
    });
  };

  return {
    async run(stepId, action, run): Promise<StepVerdict> {
      const paths = choosePaths(stepId, action, preparation, openFiles.read(stepId));
      if (paths.length === 0) {
        appendFileSync(run.logFile, "nothing that counts for this step changed: nothing was asked\n");
        return { outcome: "passed", findings: [] };
      }
      let verdict: StepVerdict;
      try {
        verdict = await ask(stepId, action, run, paths);
      } catch (error) {
        if (run.signal.aborted) return { outcome: "cancelled", findings: [] };
        const message = explain(error);
        if (message === undefined) throw error;
        verdict = { outcome: "failed", message, findings: [] };
      }
      if (run.signal.aborted) return { outcome: "cancelled", findings: verdict.findings, ai: verdict.ai };
      const stillOpen = verdict.outcome === "passed" ? [] : paths;
      if (action.files === "changed" && !openFiles.write(stepId, stillOpen)) {
        const message = `what ${stepId} has still to review could not be written down: after a commit it is forgotten`;
        context.notice({ code: "open-files-not-kept", message });
      }
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
