import type { AiStepRecord } from "@ai-workflow/profiler";
import type { AskedAboutFiles } from "../ai/ask-about-files.ts";
import { explainAskError } from "../ai/explain-ask-error.ts";
import { mergeAiStepRecords } from "../ai/merge-ai-step-records.ts";
import type { OpenPaths } from "../ai/open-files.ts";
import type { AiAction } from "../config/workflow.ts";
import type { ChangedPaths } from "../selection/changed-paths.ts";
import type { AnswerModule } from "./module-host-client.ts";
import { readModuleQuestion, type ModuleQuestion, type ModuleReply, type UnansweredReason } from "./module-question.ts";
import type { StepRun, StepVerdict } from "./step-run.ts";

/** The questions of one attempt of a module step. */
export interface ModuleQuestions {
  readonly answer: AnswerModule;
  /** What the verdict of the module comes to: with a question that was not answered, no pass. */
  readonly judge: (verdict: StepVerdict) => StepVerdict;
}

/** A question as a step of the kind `ai` would have it. */
export interface ModuleAsking {
  readonly action: AiAction;
  readonly run: StepRun;
  readonly due: OpenPaths;
  /** In the place of what the template says of the answer. */
  readonly schema?: Readonly<Record<string, unknown>> | undefined;
  readonly isAboutNoFile?: boolean | undefined;
}

/** What {@link createModuleQuestions} needs. */
export interface ModuleQuestionsOptions {
  readonly stepId: string;
  /** Names of the prompts it may ask with. */
  readonly asks: readonly string[];
  readonly run: StepRun;
  readonly hasModel: boolean;
  /** What changed and counts for the step, and what it did not pass on before; `undefined` where it is unknown which files there are. */
  readonly due: () => OpenPaths | undefined;
  readonly changed: ChangedPaths | undefined;
  readonly ask: (asking: ModuleAsking) => Promise<AskedAboutFiles>;
  /** The step passed: nothing of what it set out to ask about is open any more. */
  readonly closeOpen: () => void;
}

const NOTHING = { findings: [], answers: [], notReviewed: [] } as const;

const DEFAULT_MIN_CONFIDENCE = 0.5;
const DEFAULT_MAX_FINDINGS = 50;

/** Answers a module as a step of the kind `ai` is answered, and keeps account of it. */
export function createModuleQuestions(options: ModuleQuestionsOptions): ModuleQuestions {
  const { asks, run, hasModel, due, changed, ask, closeOpen } = options;
  const records: AiStepRecord[] = [];
  /** What the first question without an answer came to. */
  let lacking: string | undefined;
  let pending = 0;

  const unanswered = (reason: UnansweredReason, message: string, isOptional = false): ModuleReply => {
    if (reason !== "no-model" && !isOptional) lacking ??= message;
    return { status: "unanswered", reason, message, ...NOTHING };
  };

  const reply = async (question: ModuleQuestion, signal: AbortSignal): Promise<ModuleReply> => {
    if (!asks.includes(question.prompt)) {
      throw new TypeError(`Cannot ask a model: \`asks\` of the step does not name the prompt "${question.prompt}"`);
    }
    if (!hasModel) return unanswered("no-model", "no model is configured (`ai.provider`)");
    const paths = pathsOf(question, due, changed);
    if (paths === undefined)
      return unanswered("files-unknown", "it is unknown which files there are: asking needs git", question.isOptional);
    const isAboutNoFile = question.files === undefined && question.changes === undefined;
    if (paths.size === 0 && !isAboutNoFile) return { status: "answered", ...NOTHING };
    const asking = { action: toAction(question), run: { ...run, signal }, due: paths, schema: question.schema };
    const asked = await ask({ ...asking, isAboutNoFile });
    const { verdict, answers, incomplete } = asked;
    records.push(verdict.ai);
    const failure = verdict.outcome === "failed" ? { failure: verdict.message ?? "" } : {};
    const given = { findings: verdict.findings, answers, notReviewed: verdict.ai.notReviewed, ...failure };
    if (incomplete === undefined) return { status: "answered", ...given };
    if (question.isOptional !== true) lacking ??= incomplete.message;
    return { status: "unanswered", ...incomplete, ...given };
  };

  return {
    async answer(given, signal): Promise<ModuleReply> {
      pending += 1;
      try {
        // It comes from another process.
        return await reply(readModuleQuestion(given), signal);
      } catch (error) {
        const message = explainAskError(error);
        const isOptional = asTable(given)["isOptional"] === true;
        if (signal.aborted) return unanswered("aborted", "the step ended before the answer came", isOptional);
        if (error instanceof RangeError) return unanswered("too-large", error.message, isOptional);
        if (message === undefined) throw error;
        lacking ??= message;
        throw error;
      } finally {
        pending -= 1;
      }
    },
    judge(verdict): StepVerdict {
      const ai = records.length === 0 ? {} : { ai: mergeAiStepRecords(records) };
      const why = lacking ?? (pending > 0 ? "it did not wait for the answer to a question" : undefined);
      if (verdict.outcome === "passed" && why !== undefined) {
        const message = verdict.message === undefined ? why : `${verdict.message}; ${why}`;
        return { ...verdict, ...ai, outcome: "inconclusive", message };
      }
      if (verdict.outcome === "passed" && hasModel && !run.signal.aborted) closeOpen();
      return { ...verdict, ...ai };
    },
  };
}

function asTable(given: unknown): Readonly<Record<string, unknown>> {
  return typeof given === "object" && given !== null ? (given as Readonly<Record<string, unknown>>) : {};
}

/** What a question is about. Of what did not change since the base there is nothing but the whole to show. */
function pathsOf(
  { files = [], changes = [], since: asked }: ModuleQuestion,
  due: () => OpenPaths | undefined,
  changed: ChangedPaths | undefined,
): OpenPaths | undefined {
  const paths = new Map<string, string | null>();
  if (changes === "due") {
    const known = due();
    if (known === undefined) return undefined;
    for (const [file, since] of known) paths.set(file, since);
  } else {
    const since = new Set(changed?.paths);
    for (const file of changes) paths.set(file, asked ?? (since.has(file) ? (changed?.baseOid ?? null) : null));
  }
  for (const file of files) paths.set(file, null);
  return paths;
}

function toAction({ prompt, persona, variables, minConfidence, maxFindings, failOn }: ModuleQuestion): AiAction {
  return {
    kind: "ai",
    prompt,
    persona,
    files: "all",
    failOn,
    minConfidence: minConfidence ?? DEFAULT_MIN_CONFIDENCE,
    maxFindings: maxFindings ?? DEFAULT_MAX_FINDINGS,
    variables: variables ?? {},
  };
}
