import {
  composePrompt,
  composeReview,
  redactSecrets,
  reviewFiles,
  type AiRequest,
  type AiResult,
  type InconclusiveReason,
  type NotReviewed,
} from "@ai-workflow/ai-client";
import type { AiStepRecord, OpenSpan, SpanRecorder, UnreviewedRecord } from "@ai-workflow/profiler";
import type { AiAction } from "../config/workflow.ts";
import type { PartialAnswer, UnansweredReason } from "../runners/module-question.ts";
import type { StepVerdict } from "../runners/step-run.ts";
import type { AiSession } from "./open-ai-session.ts";
import type { PreparedQuestion } from "./prepare-question.ts";
import { compareGravity, isAtLeast, toRecordFinding } from "./severity.ts";
import { wordSettings } from "./word-settings.ts";
import { countOf } from "../text/count-of.ts";

/** Files and lines that a record lists as not reviewed at most; all are counted. */
const LISTED_UNREVIEWED = 200;

/** What asking needs. */
export interface AskOptions {
  readonly stepId: string;
  readonly action: AiAction;
  readonly question: PreparedQuestion;
  readonly session: AiSession;
  readonly maxInputTokens: number;
  readonly spans: SpanRecorder;
  /** The span of the attempt. */
  readonly span: OpenSpan | undefined;
  /** Takes lines for the step's log. */
  readonly log: (text: string) => void;
  readonly signal: AbortSignal;
  /** The question is about no file: it is asked although there is none. @defaultValue `false` */
  readonly isAboutNoFile?: boolean | undefined;
}

/** What came of asking, judged. */
export interface AskedAboutFiles {
  readonly verdict: StepVerdict & { readonly ai: AiStepRecord };
  /** What was answered, where the template does not ask for findings. */
  readonly answers: readonly PartialAnswer[];
  /** Why it is not complete; `undefined` where it is. */
  readonly incomplete: { readonly reason: UnansweredReason; readonly message: string } | undefined;
}

/** What came of asking, before it is judged. */
interface Asked {
  readonly findings: StepVerdict["findings"];
  /** Whether a finding fails the step, by its title. */
  readonly fatal: string | undefined;
  readonly notReviewed: readonly UnreviewedRecord[];
  readonly dropped: Readonly<Record<string, number>>;
  readonly reviewedFiles: number;
  readonly answers: readonly PartialAnswer[];
  /** Why requests brought no answer. */
  readonly inconclusive: readonly Unanswered[];
}

/** A request that brought no answer. */
interface Unanswered {
  readonly reason: InconclusiveReason;
  readonly message: string;
  readonly rejectedText?: string | undefined;
}

/**
 * Asks a model about files and judges what came back: failed when a finding reaches `fail_on`, inconclusive when anything that may be
 * sent was not reviewed or could not be sent, passed otherwise. What was withheld on purpose is told, and does not keep the step from passing.
 *
 * @throws {TypeError} when the template needs variables that the step does not give
 * @throws {RangeError} when what goes along with every request exceeds `maxInputTokens`
 */
export async function askAboutFiles(options: AskOptions): Promise<AskedAboutFiles> {
  const { action, question, session } = options;
  const asked = question.template.answer === "findings" ? await askForFindings(options) : await askForText(options);
  await logRejected(asked.inconclusive, options.log);
  const notReviewed = [...asked.notReviewed, ...question.unsendable, ...question.withheld];
  const ai: AiStepRecord = {
    prompt: action.prompt,
    promptVersion: question.version,
    reviewedFiles: asked.reviewedFiles,
    notReviewed: notReviewed.slice(0, LISTED_UNREVIEWED),
    notReviewedTotal: notReviewed.length,
    redactions: question.redactions,
    droppedFindings: asked.dropped,
  };
  const { findings, answers, fatal } = asked;
  const incomplete =
    asked.notReviewed.length + question.unsendable.length + asked.inconclusive.length === 0
      ? undefined
      : {
          reason: asked.inconclusive[0]?.reason ?? asked.notReviewed[0]?.reason ?? "withheld",
          message: describeIncomplete(asked, question.unsendable, session),
        };
  const judged =
    fatal !== undefined
      ? ({ outcome: "failed", message: fatal } as const)
      : incomplete === undefined
        ? ({ outcome: "passed" } as const)
        : ({ outcome: "inconclusive", message: incomplete.message } as const);
  return { verdict: { ...judged, findings, ai }, answers, incomplete };
}

async function askForFindings(options: AskOptions): Promise<Asked> {
  const { action, question, session, log, stepId, maxInputTokens, signal, spans, span } = options;
  const { template, persona, files, variables } = question;
  let answeredMs: number | undefined;
  const answered = <Result>(result: Result): Result => {
    answeredMs = spans.elapsedMs();
    return result;
  };
  const configured = <Request extends Pick<AiRequest, "maxOutputTokens" | "parameters">>(
    request: Request,
  ): Request => ({
    ...request,
    maxOutputTokens: session.limitOutput(request.maxOutputTokens),
    parameters: session.chooseParameters(request.parameters),
  });
  const result = await reviewFiles({
    client: {
      ask: (request) => session.client.ask(configured(request)).then(answered),
      askAll: (requests) =>
        session.client.askAll(requests.map(configured), { batchSize: session.batchSize }).then(answered),
    },
    template,
    persona,
    files,
    variables,
    maxInputTokens,
    minConfidence: action.minConfidence,
    nonce: session.nonce,
    label: stepId,
    signal,
  });
  const sorted = [...result.findings].sort(compareGravity);
  const kept = sorted.slice(0, action.maxFindings);
  const dropped: Record<string, number> = {};
  const count = (reason: string, number: number): void => {
    if (number > 0) dropped[reason] = number;
  };
  for (const [reason, number] of Object.entries(result.droppedCounts)) count(reason, number);
  count("unsure", result.hiddenByConfidenceCount);
  count("suppressed", result.suppressed.length);
  count("duplicate", result.duplicateCount);
  count("over-limit", sorted.length - kept.length);

  if (answeredMs !== undefined) {
    // From the last answer on: checking findings against the files, merging and sorting them.
    spans.record("response_parsing", { startMs: answeredMs, endMs: spans.elapsedMs() }, { parent: span });
  }
  const { fileCount, reviewedLineCount, lineCount } = result.coverage;
  log(`asked about ${countOf(fileCount, "file")}: ${reviewedLineCount} of ${lineCount} lines were reviewed`);
  for (const { file, startLine, severity, confidence, title } of kept) {
    log(`${file}:${startLine}: ${severity} (${confidence}): ${title}`);
  }
  for (const { finding, line, reason } of result.suppressed) {
    log(`${finding.file}:${finding.startLine}: ${finding.ruleId} silenced by line ${line}: ${reason}`);
  }
  for (const [reason, number] of Object.entries(dropped)) log(`findings left out, ${reason}: ${number}`);
  const { failOn } = action;
  const fatal = failOn === undefined ? [] : sorted.filter(({ severity }) => isAtLeast(severity, failOn));
  return {
    findings: kept.map(toRecordFinding),
    fatal:
      fatal[0] === undefined
        ? undefined
        : `${countOf(fatal.length, "finding")} of at least ${failOn}: ${fatal[0].title}`,
    notReviewed: result.notReviewed.flatMap(toRecords),
    answers: [],
    dropped,
    reviewedFiles: fileCount - result.inconclusive.reduce((sum, chunk) => sum + chunk.files.length, 0),
    inconclusive: result.inconclusive,
  };
}

/** Templates that want text, or JSON of their own: the answers go to the log, one for each part. */
async function askForText(options: AskOptions): Promise<Asked> {
  const { question, session, log, stepId, maxInputTokens, signal } = options;
  const { template, persona, files, variables } = question;
  const { nonce } = session;
  const { plan, prompts: about } = composeReview({ template, persona, files, variables, maxInputTokens, nonce });
  // What it was to ask about may be withheld; then there is nothing to ask.
  const prompts = options.isAboutNoFile === true ? [composePrompt({ template, persona, variables, nonce })] : about;
  const tokens = prompts[0]?.estimatedInputTokens ?? 0;
  if (options.isAboutNoFile === true && tokens > maxInputTokens)
    throw new RangeError(`Cannot ask: about ${tokens} tokens exceed \`ai.max_input_tokens\`, ${maxInputTokens}`);
  const results: AiResult<unknown>[] = [];
  for (const { system, prompt, identity, parameters, outputSchema, maxOutputTokens } of prompts) {
    const limit = session.limitOutput(maxOutputTokens);
    const chosen = session.chooseParameters(parameters);
    const request = { system, prompt, identity, parameters: chosen, maxOutputTokens: limit, label: stepId, signal };
    const result: AiResult<unknown> = isSchema(outputSchema)
      ? await session.client.ask({ ...request, outputSchema })
      : await session.client.ask(request);
    if (result.status === "answered") log(result.text);
    results.push(result);
  }
  const answers = results.flatMap((result, index): readonly PartialAnswer[] => {
    if (result.status !== "answered") return [];
    return [{ files: [...(prompts[index]?.files.keys() ?? [])], value: result.value }];
  });
  const failed = plan.chunks.flatMap(({ parts }, index) => (results[index]?.status === "answered" ? [] : parts));
  const unanswered = failed.flatMap(({ path, reviewedLines }) =>
    toRecords({ path, lines: reviewedLines, removedLineCount: 0, reason: "no-answer" }),
  );
  return {
    findings: [],
    fatal: undefined,
    notReviewed: [...plan.notReviewed.flatMap(toRecords), ...unanswered],
    answers,
    dropped: {},
    reviewedFiles: plan.coverage.fileCount - new Set(failed.map(({ path }) => path)).size,
    inconclusive: results.filter((result) => result.status === "inconclusive"),
  };
}

function isSchema(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

const WHY: Readonly<Record<NotReviewed["reason"], string>> = {
  "too-large": "a line alone is larger than a request may be",
  limit: "there were too many requests",
  "no-answer": "no answer came",
};

function toRecords({ path, lines, reason }: NotReviewed): readonly UnreviewedRecord[] {
  const because = WHY[reason];
  if (lines.length === 0) return [{ file: path, reason, because }];
  return lines.map(([first, last]) => ({ file: path, lines: { first, last }, reason, because }));
}

function describeIncomplete(
  { notReviewed, inconclusive }: Asked,
  unsendable: readonly UnreviewedRecord[],
  session: AiSession,
): string {
  const all = [...notReviewed, ...unsendable];
  const count = new Set(all.map(({ file }) => file)).size;
  const files = `${count} ${count === 1 ? "file was" : "files were"} not reviewed`;
  const [first] = inconclusive;
  if (first !== undefined) {
    const why = `${first.reason}: ${wordSettings(first.message)}${adviceFor(first, session)}`;
    return count === 0 ? why : `${why}; ${files}`;
  }
  const [unanswered] = notReviewed;
  if (unanswered !== undefined) return `${files}: ${unanswered.because}`;
  const [stayed] = unsendable;
  const why = `${JSON.stringify(stayed?.file ?? "")}: ${stayed?.because ?? ""}`;
  return `${files}: ${why} (\`ai.exclude\` says which files are not to be reviewed)`;
}

function adviceFor({ reason, message }: Unanswered, { provider, programAdvice }: AiSession): string {
  if (reason === "truncated")
    return " (`ai.max_tokens`, or `max_output_tokens` of the template, says how long an answer may be)";
  if (reason === "unreachable" && programAdvice !== undefined) return `; ${programAdvice}`;
  // A miss of a run that only replays has its own words.
  return provider.name === "none" && message.includes("provider is configured") ? "; set `ai.provider`" : "";
}

/** So that prompts can be mended: what the model wrote, where that could not be used. */
async function logRejected(inconclusive: readonly Unanswered[], log: (text: string) => void): Promise<void> {
  for (const { reason, rejectedText } of inconclusive) {
    if (rejectedText === undefined) continue;
    // It may repeat what was redacted before it was sent, or invent something like it.
    const { text } = await redactSecrets(rejectedText);
    log(`${reason}: the answer that could not be used begins so:\n${text}`);
  }
}
