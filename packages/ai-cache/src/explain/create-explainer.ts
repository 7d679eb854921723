import type { ExplainOptions, Explanation } from "../ai-cache.ts";
import type { Tiers } from "../entries/create-tiers.ts";
import { createCacheKey, type CacheKey, type CacheKeyParts } from "../key/create-cache-key.ts";
import type { QuestionLog } from "./create-question-log.ts";
import { diffQuestions } from "./diff-questions.ts";
import { findPredecessor, type AskedQuestion } from "./question-history.ts";
import { summariseQuestion, type QuestionSummary } from "./summarise-question.ts";

/** Tells why a question is answered from the cache or not. */
export interface Explainer {
  explain(parts: CacheKeyParts, options?: ExplainOptions): Explanation;
  explainLast(label: string): Explanation | undefined;
}

/** `label`, which must be a text that is not empty. */
export function requireLabel(label: string): string {
  if (typeof label === "string" && label !== "") return label;
  throw new TypeError("Cannot tell who asks AI cache: `label` must be a string that is not empty");
}

type Placed = QuestionSummary & { readonly run: string; readonly ordinal: number };

// What the question is compared with, and how it differs from it.
function compare(history: readonly AskedQuestion[], question: Placed): Pick<Explanation, "previous" | "changed"> {
  const same = history.find(({ key }) => key === question.key);
  const sameAtMs = same?.run === question.run ? same.previousAtMs : same?.atMs;
  if (sameAtMs !== undefined) return { previous: { key: question.key, atMs: sameAtMs }, changed: [] };
  const previous = findPredecessor(history, question);
  if (previous === undefined) return { changed: [] };
  return { previous: { key: previous.key, atMs: previous.atMs }, changed: diffQuestions(previous, question) };
}

/** Explains from what `tiers` hold and `log` remembers. */
export function createExplainer(tiers: Tiers, log: QuestionLog, ttlMs: number): Explainer {
  function tell(key: CacheKey, comparison: Pick<Explanation, "previous" | "changed">): Explanation {
    const { state, entry } = tiers.inspect(key);
    if (entry === undefined) return { key, state, ...comparison };
    const expiresMs = Math.min(entry.expiresMs, entry.createdMs + ttlMs);
    return { key, state, storedAtMs: entry.createdMs, expiresMs, ...comparison };
  }

  return {
    explain(parts, { label } = {}): Explanation {
      const key = createCacheKey(parts);
      if (label === undefined) return tell(key, { changed: [] });
      const history = log.read(requireLabel(label));
      const ordinal = history.filter(({ run }) => run === log.run).length;
      return tell(key, compare(history, { ...summariseQuestion(key, parts), run: log.run, ordinal }));
    },
    explainLast(label): Explanation | undefined {
      const history = log.read(requireLabel(label));
      const last = history.at(-1);
      return last === undefined ? undefined : tell(last.key, compare(history, last));
    },
  };
}
