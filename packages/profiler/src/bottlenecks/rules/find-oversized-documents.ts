import type { Span } from "../../span.ts";
import type { Candidate, RunView } from "../run-view.ts";
import { splitTime } from "../split-time.ts";
import { lengthOf, type TimedStep } from "../timed-step.ts";

/** Stands for questions that are large. */
const LARGE = "ai_call (large)";
/** Files that are named. */
const MOST_NAMED = 5;

/** Documents that were too large for a model, or that made large questions. */
export function findOversizedDocuments(run: RunView): readonly Candidate[] {
  return run.steps.flatMap((timed) => [...unread(timed), ...largeQuestions(run, timed)]);
}

function unread({ step }: TimedStep): readonly Candidate[] {
  const files = [
    ...new Set((step.ai?.notReviewed ?? []).flatMap(({ reason, file }) => (reason === "too-large" ? [file] : []))),
  ];
  if (files.length === 0) return [];
  const named = files.slice(0, MOST_NAMED).join(", ");
  const more = files.length > MOST_NAMED ? ` and ${files.length - MOST_NAMED} more` : "";
  return [
    {
      kind: "oversized-document",
      symptom: `${step.id} could not ask about ${named}${more}`,
      cause: "they are too large for one question",
      remedy: "split the files, leave out what is generated, or raise ai.max_input_tokens where the model takes more",
      evidence: [{ name: "files too large", value: files.length, unit: "count" }],
      steps: [step.id],
    },
  ];
}

function largeQuestions(run: RunView, timed: TimedStep): readonly Candidate[] {
  const { step, startedMs, finishedMs } = timed;
  const { largeQuestionTokens } = run.options;
  const tokensOf = ({ name, attributes }: Span): number => {
    const tokens = attributes?.["tokens"];
    return name === "ai_call" && attributes?.["cache"] !== "hit" && typeof tokens === "number" ? tokens : 0;
  };
  const spans = run.spansOf(step.id);
  const large = new Set(spans.filter((span) => tokensOf(span) >= largeQuestionTokens));
  if (large.size === 0) return [];
  const marked = spans.map((span) => (large.has(span) ? { ...span, name: LARGE } : span));
  const ms = splitTime(marked, startedMs, finishedMs).find(({ name }) => name === LARGE)?.ms ?? 0;
  const most = spans.reduce((largest, span) => Math.max(largest, tokensOf(span)), 0);
  return [
    {
      kind: "oversized-document",
      symptom: `${step.id} asked ${large.size} ${large.size === 1 ? "question" : "questions"} of ${largeQuestionTokens} tokens or more`,
      cause: "large documents make long questions, and a model reads a question in one go",
      remedy:
        "split large documents, so that their parts are asked about at the same time and unchanged parts come from the cache",
      gainMs: run.gainOf(new Map([[step.id, lengthOf(timed) - ms / 2]])),
      gainIf: "each was asked as two halves at the same time",
      evidence: [
        { name: "large questions", value: large.size, unit: "count" },
        { name: "largest question", value: most, unit: "tokens" },
        { name: "time of large questions", value: ms / 1000, unit: "s" },
      ],
      steps: [step.id],
    },
  ];
}
