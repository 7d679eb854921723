import { composeReview, formatPrompts, type PromptPreview } from "@ai-workflow/ai-client";
import type { Preparation } from "../preparation/prepare.ts";
import { choosePaths } from "./choose-paths.ts";
import { openAiSession, type AiSession, type AiSessionOptions } from "./open-ai-session.ts";
import { createOpenFiles } from "./open-files.ts";
import { prepareQuestion, type PreparedQuestion } from "./prepare-question.ts";

/** A step with what it would ask. */
interface StepQuestion {
  readonly stepId: string;
  readonly question: PreparedQuestion;
}

/** What the steps of a run are expected to ask. */
export interface ExpectedQuestions {
  /** Questions, parts of a large one counted each. */
  readonly questions: number;
  /** Those of them that kept answers serve. */
  readonly kept: number;
  /** Tokens of the others, estimated. */
  readonly inputTokens: number;
  /** US dollars for these tokens by the price list, without those of the answers, which nobody knows; absent without a price. */
  readonly inputCostUsd?: number | undefined;
  /** Built-in steps and modules that may ask as well; about what, they decide when they run. */
  readonly mayAsk: readonly string[];
}

/** What the steps of a workflow would send. */
export interface PreviewedPrompts {
  /** The exact text, for people. */
  readonly text: string;
  readonly expected: ExpectedQuestions;
}

/** What {@link previewWorkflowPrompts} needs. */
export interface PreviewOptions extends AiSessionOptions {
  /** Ids of the steps that would run. */
  readonly stepIds: ReadonlySet<string>;
  readonly preparation: Pick<Preparation, "changed" | "files" | "relevances">;
}

/**
 * What the steps of a workflow would send. Asks nobody and writes nothing.
 *
 * @throws {AiSettingError} when a setting, a variable or a prompt file makes no sense
 */
export async function previewWorkflowPrompts(options: PreviewOptions): Promise<PreviewedPrompts> {
  const { loaded, environment, stateDirectory, stepIds, preparation } = options;
  const { workflow, directory } = loaded;
  const session = await openAiSession(options);
  const openFiles = createOpenFiles(stateDirectory);
  const steps: StepQuestion[] = [];
  const remarks: string[] = [];
  const modules: string[] = [];
  const mayAsk: string[] = [];
  for (const { id, action } of workflow.steps.values()) {
    if (!stepIds.has(id)) continue;
    if (action.kind === "module" && action.asks !== undefined && workflow.ai.provider !== "none") {
      mayAsk.push(id);
      modules.push(`${id}: may ask with ${action.asks.join(", ")}; about what, it decides when it runs`);
    }
    if (action.kind !== "ai") continue;
    const chosen = choosePaths(id, action, preparation, openFiles.read(id));
    if (chosen === undefined) {
      remarks.push(`${id}: nothing can be asked: it is unknown which files there are`);
      continue;
    }
    if (chosen.due.size === 0) continue;
    const { signal } = new AbortController();
    const question = await prepareQuestion({
      action,
      settings: workflow.ai,
      library: session.library,
      directory,
      due: chosen.due,
      environment,
      signal,
      measure: (_name, work) => work(),
    });
    steps.push({ stepId: id, question });
  }
  const { text, previews } = previewPrompts(steps, session, workflow.ai.maxInputTokens, { modules, remarks });
  return { text, expected: { ...expect(previews, session), mayAsk } };
}

function expect(previews: readonly PromptPreview[], { prices }: AiSession): Omit<ExpectedQuestions, "mayAsk"> {
  const asked = previews.filter(({ cache }) => cache === "miss");
  const costs = asked.map(({ model, estimatedInputTokens: inputTokens }) =>
    model === undefined ? undefined : prices?.costUsd(model, { inputTokens, outputTokens: 0 }),
  );
  return {
    questions: previews.length,
    kept: previews.length - asked.length,
    inputTokens: asked.reduce((sum, { estimatedInputTokens }) => sum + estimatedInputTokens, 0),
    ...(costs.includes(undefined) ? {} : { inputCostUsd: costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0) }),
  };
}

/**
 * The exact text that steps would send, for people: with a token estimate, what was redacted, what is withheld, and whether the cache has
 * the answer. Asks nobody and changes nothing.
 */
function previewPrompts(
  steps: readonly StepQuestion[],
  session: AiSession,
  maxInputTokens: number,
  { modules, remarks: remarksBefore }: { readonly modules: readonly string[]; readonly remarks: readonly string[] },
): { readonly text: string; readonly previews: readonly PromptPreview[] } {
  const { provider, cache, cacheMode, keyParts, nonce } = session;
  const servesKept = cacheMode !== "off" && cacheMode !== "refresh";
  const previews: PromptPreview[] = [];
  const remarks = [...remarksBefore];
  for (const { stepId, question } of steps) {
    const { template, persona, files, redactions, variables } = question;
    const { plan, prompts } = composeReview({ template, persona, files, variables, maxInputTokens, nonce });
    for (const [index, composed] of prompts.entries()) {
      const { system, prompt, identity, outputSchema, estimatedInputTokens } = composed;
      const parameters = session.chooseParameters(composed.parameters);
      const model = provider.defaultModel;
      const maxOutputTokens = session.limitOutput(composed.maxOutputTokens);
      const request = { system, prompt, model, parameters, outputSchema, maxOutputTokens };
      const parts = keyParts({ provider: provider.name, baseUrl: provider.baseUrl, request, identity });
      const { key, state } = cache.explain(parts, { label: stepId });
      previews.push({
        title: prompts.length === 1 ? stepId : `${stepId}, part ${index + 1} of ${prompts.length}`,
        model,
        system,
        prompt,
        estimatedInputTokens,
        redactions: Object.entries(redactions).map(([rule, count]) => ({ rule, count })),
        key,
        cache: servesKept && (state === "memory" || state === "disk") ? "hit" : "miss",
      });
    }
    for (const { file, because } of [...question.unsendable, ...question.withheld]) {
      remarks.push(`${stepId}: not sent: ${JSON.stringify(file)} (${because})`);
    }
    for (const { path, reason } of plan.notReviewed) {
      remarks.push(`${stepId}: would not be reviewed: ${JSON.stringify(path)} (${reason})`);
    }
  }
  const parts = [
    ...(previews.length === 0 ? [] : [formatPrompts(previews)]),
    ...(previews.length === 0 && modules.length === 0 ? ["No step would ask a model.\n"] : []),
    ...(modules.length + remarks.length === 0 ? [] : [`${[...modules, ...remarks].join("\n")}\n`]),
  ];
  return { text: parts.join("\n"), previews };
}
