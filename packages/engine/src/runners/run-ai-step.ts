import { appendFileSync } from "node:fs";
import type { AiRecord, OpenSpan } from "@ai-workflow/profiler";
import { asksModel } from "../ai/asks-model.ts";
import type { AskedAboutFiles } from "../ai/ask-about-files.ts";
import { choosePaths, type ChosenPaths } from "../ai/choose-paths.ts";
import { createOpenFiles, type OpenPaths } from "../ai/open-files.ts";
import type { AiSession } from "../ai/open-ai-session.ts";
import { shippedPrompts } from "../ai/shipped-prompts.ts";
import type { AiAction, Step } from "../config/workflow.ts";
import type { Preparation } from "../preparation/prepare.ts";
import type { RunContext } from "../run/run-context.ts";
import { explainAskError } from "../ai/explain-ask-error.ts";
import type { ModuleAsking, ModuleQuestions } from "./module-questions.ts";
import type { StepRun, StepVerdict } from "./step-run.ts";

/** Runs steps that ask a model. What they need is loaded with the first of them that has something to ask. */
export interface AiRunner {
  /**
   * Says which steps will run: what they are to ask about is open from now on, whatever becomes of the run and of this process, until they
   * pass.
   */
  announce(steps: Iterable<Pick<Step, "id" | "action">>): void;
  run(stepId: string, action: AiAction, run: StepRun): Promise<StepVerdict>;
  /** Answers what a module asks in one attempt. */
  forModule(stepId: string, asks: readonly string[], run: StepRun): Promise<ModuleQuestions>;
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

  const ask = async ({ stepId, action, run, due, schema, isAboutNoFile }: Asking): Promise<AskedAboutFiles> => {
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
        const template = schema === undefined ? prepared.template : { ...prepared.template, answer: schema };
        return [ready, { ...prepared, template }] as const;
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
      isAboutNoFile,
    });
  };

  const keepOpen = (stepId: string, paths: OpenPaths): void => {
    if (openFiles.write(stepId, paths)) return;
    const message = `what ${stepId} has still to review could not be written down: after a commit it is forgotten`;
    context.notice({ code: "open-files-not-kept", message });
  };

  return {
    announce(steps): void {
      for (const step of steps) {
        if (!asksModel(step)) continue;
        const { id, action } = step;
        const files = action.kind === "ai" ? action.files : "changed";
        const paths = choosePaths(id, { files }, preparation, openFiles.read(id));
        chosen.set(id, paths);
        // A module that finds no model configured has nothing to ask.
        const isAsked = action.kind === "ai" || workflow.ai.provider !== "none";
        if (isAsked && files === "changed" && paths !== undefined && paths.due.size > 0) keepOpen(id, paths.due);
      }
    },
    async forModule(stepId, asks, run): Promise<ModuleQuestions> {
      const { createModuleQuestions } = await import("./module-questions.ts");
      if (run.span !== undefined) attempts.set(stepId, run.span);
      return createModuleQuestions({
        stepId,
        asks,
        run,
        hasModel: workflow.ai.provider !== "none",
        due: () => chosen.get(stepId)?.due,
        changed: preparation.changed,
        ask: (asking) => ask({ ...asking, stepId }),
        closeOpen: () => keepOpen(stepId, new Map()),
      });
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
        ({ verdict } = await ask({ stepId, action, run, due: paths.due }));
      } catch (error) {
        if (run.signal.aborted) return { outcome: "cancelled", findings: [] };
        const message = explainAskError(error);
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

/** What is asked for a step. */
interface Asking extends ModuleAsking {
  readonly stepId: string;
}
