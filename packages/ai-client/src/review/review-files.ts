import type { StructuredAiRequest } from "../ai-request.ts";
import type { AiResult } from "../ai-result.ts";
import { type ComposedPrompt, composePrompt, type PromptContext } from "../prompts/compose-prompt.ts";
import { createNonce } from "../prompts/nonce.ts";
import type { Persona, PromptTemplate } from "../prompts/prompt-template.ts";
import type { InconclusiveReason, TokenUsage } from "../provider.ts";
import { type Finding, validateFindings } from "./finding.ts";
import { mergeFindings } from "./merge-findings.ts";
import { planReview, toNotReviewed } from "./plan-review.ts";
import type { NotReviewed, ReviewChunk, ReviewCoverage, ReviewFile, ReviewPlan } from "./review-plan.ts";
import { type SuppressedFinding, suppressFindings } from "./suppress-findings.ts";
import { type DropReason, verifyFindings } from "./verify-findings.ts";

/** The most tokens a request of a review takes when nothing else is said: more costs attention before it costs money. */
export const DEFAULT_REVIEW_INPUT_TOKENS = 32_000;

/** What reviewing needs of an {@link AiClient}. */
export interface ReviewClient {
  /** Asks one question. */
  ask<T>(request: StructuredAiRequest<T>): Promise<AiResult<T>>;
  /** Asks several, and gives their results in order. @defaultValue `ask`, one question after another */
  askAll?<T>(requests: readonly StructuredAiRequest<T>[]): Promise<readonly AiResult<T>[]>;
}

/** What to review, and how. */
export interface ComposeReviewOptions {
  /** What to do. For {@link reviewFiles} its `answer` must be `findings`. */
  readonly template: PromptTemplate;
  /** Who does it. */
  readonly persona: Persona;
  /** What to review, as it may leave the machine: see {@link redactReviewFiles}. */
  readonly files: readonly ReviewFile[];
  /** The values of the template's variables. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
  /** What holds for the repository as a whole; goes along with every request. */
  readonly context?: readonly PromptContext[] | undefined;
  /** The most tokens of a request, as estimated. @defaultValue {@link DEFAULT_REVIEW_INPUT_TOKENS} */
  readonly maxInputTokens?: number | undefined;
  /** The most requests. @defaultValue no limit */
  readonly maxRequests?: number | undefined;
  /** Lines shown before a hunk. @defaultValue {@link DEFAULT_CONTEXT_LINES} */
  readonly contextLines?: number | undefined;
  /** The random word in delimiters. @defaultValue a new one for all requests */
  readonly nonce?: string | undefined;
}

/** Options of {@link reviewFiles}. */
export interface ReviewOptions extends ComposeReviewOptions {
  /** Who asks. */
  readonly client: ReviewClient;
  /** The model, where not the provider's own. */
  readonly model?: string | undefined;
  /** The step that asks, for accounts. */
  readonly label?: string | undefined;
  /** Findings of less confidence are hidden and counted, from 0 to 1. @defaultValue 0 */
  readonly minConfidence?: number | undefined;
  /** Aborts the review: what has no answer yet is not reviewed. */
  readonly signal?: AbortSignal | undefined;
}

/** A review as it would be asked. */
export interface ComposedReview {
  /** What is asked about what. */
  readonly plan: ReviewPlan;
  /** The question of each chunk of the plan. */
  readonly prompts: readonly ComposedPrompt[];
}

/** A request that brought no answer. */
export interface InconclusiveChunk {
  /** The files that were in it. */
  readonly files: readonly string[];
  /** Why. */
  readonly reason: InconclusiveReason;
  /** One sentence for people. */
  readonly message: string;
  /** The beginning of an answer that came and could not be used. */
  readonly rejectedText?: string | undefined;
}

/** What came of a review. */
export interface ReviewResult {
  /** `complete` when every line to review was in a request that was answered. Anything else is never a pass. */
  readonly status: "complete" | "incomplete";
  /** Checked, merged, worst first. */
  readonly findings: readonly Finding[];
  /** How many findings the checks of {@link verifyFindings} dropped. */
  readonly droppedCounts: Readonly<Record<DropReason, number>>;
  /** How many findings had wrong lines and were put where their evidence stands. */
  readonly movedCount: number;
  /** How many were hidden as the model was not sure enough. */
  readonly hiddenByConfidenceCount: number;
  /** Silenced by comments in the files. */
  readonly suppressed: readonly SuppressedFinding[];
  /** How many said the same as another. */
  readonly duplicateCount: number;
  /** What nobody has looked at. */
  readonly notReviewed: readonly NotReviewed[];
  /** Requests without an answer; their files are in `notReviewed`. */
  readonly inconclusive: readonly InconclusiveChunk[];
  /** How much was reviewed. */
  readonly coverage: ReviewCoverage;
  /** Tokens spent now, where they are known. */
  readonly usage: TokenUsage;
  /** How many requests took tokens that nobody knows. */
  readonly unknownUsageCount: number;
  /** How many answers came from where. */
  readonly sources: Readonly<Record<"provider" | "cache", number>>;
}

/**
 * The questions that {@link reviewFiles} would ask, without asking them. Templates that want text or JSON of their own can be divided
 * over requests with it, too.
 *
 * @throws {TypeError} when a variable is missing or unknown
 * @throws {RangeError} when a limit is out of range, what goes along with every request exceeds `maxInputTokens`, or `nonce`
 * occurs in the data
 */
export function composeReview(options: ComposeReviewOptions): ComposedReview {
  const { template, persona, files, variables, context, maxRequests, contextLines } = options;
  const { maxInputTokens = DEFAULT_REVIEW_INPUT_TOKENS, nonce = createNonce() } = options;
  const base = { template, persona, variables, context, nonce };
  // With a file, as only then the prompt says how files are shown.
  const empty = composePrompt({ ...base, files: [{ path: "x", rows: [], lineCount: 0 }] });
  const overheadTokens = empty.estimatedInputTokens;
  const plan = planReview({ files, maxInputTokens, overheadTokens, maxRequests, contextLines });
  return { plan, prompts: plan.chunks.map(({ parts }) => composePrompt({ ...base, files: parts })) };
}

async function askEach<T>(client: ReviewClient, requests: readonly StructuredAiRequest<T>[]): Promise<AiResult<T>[]> {
  if (client.askAll !== undefined) return [...(await client.askAll(requests))];
  const results: AiResult<T>[] = [];
  for (const request of requests) results.push(await client.ask(request));
  return results;
}

function withoutChunks(
  plan: ReviewPlan,
  failed: readonly ReviewChunk[],
): Pick<ReviewResult, "coverage" | "notReviewed"> {
  const parts = failed.flatMap((chunk) => chunk.parts);
  const notReviewed = [
    ...plan.notReviewed,
    ...parts.map(({ path, reviewedRows }) => toNotReviewed(path, reviewedRows, "no-answer")),
  ];
  const { fileCount, lineCount } = plan.coverage;
  const lost = parts.reduce((sum, { reviewedRows }) => sum + reviewedRows.length, 0);
  const reviewedLineCount = plan.coverage.reviewedLineCount - lost;
  const wholeFileCount = fileCount - new Set(notReviewed.map(({ path }) => path)).size;
  const share = lineCount === 0 ? 1 : reviewedLineCount / lineCount;
  return { notReviewed, coverage: { fileCount, wholeFileCount, lineCount, reviewedLineCount, share } };
}

/**
 * Asks a model about files, in as many requests as they need, and gives what is left of its findings after checking each against what was
 * in the very prompt that it answers. A request without an answer makes the review incomplete, and what was in it is listed as not
 * reviewed; so is what fits no request.
 *
 * @throws {TypeError} when the template does not ask for findings, or a variable is missing or unknown
 * @throws {RangeError} when a limit is out of range
 */
export async function reviewFiles(options: ReviewOptions): Promise<ReviewResult> {
  const { client, template, files, model, label, signal, minConfidence = 0 } = options;
  if (template.answer !== "findings") {
    throw new TypeError(`Cannot review files: the template "${template.name}" does not ask for findings`);
  }
  if (!(minConfidence >= 0 && minConfidence <= 1)) {
    throw new RangeError(`Cannot review files: \`minConfidence\` must be from 0 to 1, got ${minConfidence}`);
  }
  const { plan, prompts } = composeReview(options);
  const requests = prompts.map(
    ({
      system,
      prompt,
      identity,
      parameters,
      maxOutputTokens,
      outputSchema,
    }): StructuredAiRequest<readonly Finding[]> => ({
      system,
      prompt,
      identity,
      parameters,
      maxOutputTokens,
      outputSchema,
      model,
      label,
      signal,
      validate: validateFindings,
    }),
  );
  const results = requests.length === 0 ? [] : await askEach(client, requests);

  const verified: Finding[] = [];
  const droppedCounts = { "file-not-in-prompt": 0, "lines-out-of-range": 0, "evidence-missing": 0 };
  const failed: ReviewChunk[] = [];
  const inconclusive: InconclusiveChunk[] = [];
  const sources = { provider: 0, cache: 0 };
  let [inputTokens, outputTokens, unknownUsageCount, movedCount] = [0, 0, 0, 0];
  for (const [index, chunk] of plan.chunks.entries()) {
    const result = results[index];
    if (result === undefined) throw new TypeError("Cannot review files: `askAll` must give a result for every request");
    if (result.usage !== undefined) {
      inputTokens += result.usage.inputTokens;
      outputTokens += result.usage.outputTokens;
    } else if (result.callCount > 0) {
      unknownUsageCount += 1;
    }
    if (result.status === "inconclusive") {
      failed.push(chunk);
      const { reason, message, rejectedText } = result;
      const asked = chunk.parts.map(({ path }) => path);
      inconclusive.push({ files: asked, reason, message, ...(rejectedText !== undefined && { rejectedText }) });
      continue;
    }
    sources[result.source] += 1;
    const check = verifyFindings(result.value, prompts[index]?.files ?? new Map());
    verified.push(...check.kept);
    movedCount += check.moved.length;
    for (const { reason } of check.dropped) droppedCounts[reason] += 1;
  }
  const sure = verified.filter(({ confidence }) => confidence >= minConfidence);
  const { kept, suppressed } = suppressFindings(sure, new Map(files.map(({ path, content }) => [path, content])));
  const { findings, duplicateCount } = mergeFindings(kept);
  const { notReviewed, coverage } = withoutChunks(plan, failed);
  return {
    status: notReviewed.length === 0 ? "complete" : "incomplete",
    findings,
    droppedCounts,
    movedCount,
    hiddenByConfidenceCount: verified.length - sure.length,
    suppressed,
    duplicateCount,
    notReviewed,
    inconclusive,
    coverage,
    usage: { inputTokens, outputTokens },
    unknownUsageCount,
    sources,
  };
}
