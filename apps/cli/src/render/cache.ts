import type {
  CacheIndex,
  CacheState,
  CleanupReport,
  Explanation,
  ResultsCheck,
  StepExplanation,
  StoredResults,
  SweptResults,
  VerifyReport,
} from "@ai-workflow/engine";
import { CACHE_STATES } from "./cache-states.ts";
import { countOf } from "./count-of.ts";
import { formatDuration } from "./duration.ts";
import { megabytes } from "./megabytes.ts";
import { printable } from "./printable.ts";

/** Files listed one by one; the rest is counted. */
const LISTED_FILES = 20;

function byReason(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([reason, count]) => `${count} ${reason}`);
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

/** Lifetime statistics of answers, and what is stored of steps that passed, for people. */
export function renderCacheStats(answers: Pick<CacheIndex, "since" | "stats">, results: StoredResults): string {
  const contents =
    results.contentCount === 0
      ? ""
      : `; ${countOf(results.contentCount, "content")} of outputs, ${megabytes(results.contentBytes)}`;
  const stored =
    results.count === 0
      ? "stored results: none yet; a step that passes leaves one"
      : `stored results: ${results.count}, ${megabytes(results.sizeBytes)}${contents}`;
  return `${renderAnswerStats(answers)}${stored}\n`;
}

function renderAnswerStats({ since, stats }: Pick<CacheIndex, "since" | "stats">): string {
  if (stats.total_calls === 0 && stats.entries === 0) return "answers of models: none yet; nothing was asked here\n";
  const oldest = stats.oldest_entry === null ? "" : `; the one unused for longest was used ${stats.oldest_entry}`;
  const cost = stats.cost_saved_usd === 0 ? "" : `, ${stats.cost_saved_usd} USD`;
  return [
    `answers of models since ${since}: ${countOf(stats.total_calls, "question")}`,
    `hits      ${stats.hits} (${(100 * stats.hit_rate).toFixed(1)} %; ${stats.hits_by_tier.memory} from memory, ${stats.hits_by_tier.disk} from disk)`,
    `misses    ${stats.misses}${byReason(stats.misses_by_reason)}`,
    `coalesced ${stats.coalesced}`,
    `stored    ${stats.stored}; not stored: ${sum(stats.rejected_by_reason)}${byReason(stats.rejected_by_reason)}`,
    `saved     ${stats.total_tokens_saved} tokens${cost}, ${formatDuration(stats.time_saved_ms)} of waiting`,
    `answers   ${stats.avg_hit_time_ms.toFixed(1)} ms from the cache, ${stats.avg_miss_time_ms.toFixed(1)} ms from models (means)`,
    `on disk   ${countOf(stats.entries, "answer")}, ${stats.cache_size_mb.toFixed(1)} MB${oldest}`,
    `removed   ${stats.evicted} over the limits, ${stats.damaged_removed} damaged, in ${stats.cleanup_runs} clean-ups`,
    "",
  ].join("\n");
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

/** What made the last question of a step another one, for people. */
export function renderExplanation({
  step,
  explanation,
}: {
  readonly step: string;
  readonly explanation: Explanation | null;
}): string {
  if (explanation === null) return `${step} has asked nothing that is remembered\n`;
  const { key, state, storedAtMs, previous, changed } = explanation;
  const stored = storedAtMs === undefined ? "" : `, stored ${new Date(storedAtMs).toISOString()}`;
  const found = state === "memory" || state === "disk" ? "kept" : `not kept (${state})`;
  const lines = [`last question of ${step}: answer ${found}${stored}`, `key ${key}`];
  if (previous === undefined) lines.push("nothing like it was asked before");
  else if (changed.length === 0) lines.push(`the same was asked before, ${new Date(previous.atMs).toISOString()}`);
  else lines.push(`since ${new Date(previous.atMs).toISOString()} these parts of it changed:`);
  for (const { part, change, before, after, path } of changed) {
    const which = path === undefined ? part : `${part} ${JSON.stringify(path)}`;
    const values = [before, after].filter((value) => value !== undefined).map((value) => JSON.stringify(value));
    lines.push(printable(`  ${which} ${change}${values.length === 0 ? "" : `: ${values.join(" -> ")}`}`));
  }
  return `${lines.join("\n")}\n`;
}

/** What there is of a success of a step, and in what the step differs from when it passed. */
export type ResultExplanation = CacheState & Pick<StepExplanation, "comparedWith" | "differences">;

/** Whether a success of a step can be replayed now, and if not what is another than it was, for people. */
export function renderResultExplanation({ state, runId, at, comparedWith, differences }: ResultExplanation): string {
  const ofRun = runId === undefined ? "" : ` (run ${runId} of ${at ?? "unknown time"})`;
  const lines = [`its result: ${CACHE_STATES[state]}${ofRun}`];
  if (comparedWith !== undefined && differences.length > 0) {
    lines.push(`since run ${comparedWith.runId} of ${comparedWith.at}, where it passed:`);
    lines.push(...differences.slice(0, LISTED_FILES).map(({ text }) => `  ${text}`));
    if (differences.length > LISTED_FILES) lines.push(`  and ${differences.length - LISTED_FILES} more`);
  }
  return `${lines.map(printable).join("\n")}\n`;
}

/** What a clean-up did, for people. */
export function renderCleanup(report: CleanupReport, results: SweptResults): string {
  const { evictedCount, damagedCount, freedBytes, temporaryFileCount, lockFileCount, misplacedCount } = report;
  const rest = temporaryFileCount + lockFileCount + misplacedCount;
  const kept = `kept ${countOf(report.keptCount, "answer")}, ${megabytes(report.keptBytes)}, and ${countOf(results.keptCount, "stored result")}, ${megabytes(results.keptBytes)}\n`;
  if (evictedCount + damagedCount + rest + results.removedCount + results.removedBlobCount === 0)
    return `nothing to remove: all is within the limits\n${kept}`;
  return [
    `removed ${countOf(evictedCount, "answer")} over the limits and ${damagedCount} damaged ones, ${megabytes(freedBytes)}`,
    `removed ${countOf(rest, "file")} that ended processes left behind`,
    `removed ${countOf(results.removedCount, "stored result")} and ${countOf(results.removedBlobCount, "stored output")}, ${megabytes(results.freedBytes)}`,
    kept,
  ].join("\n");
}

/** What a check found, for people. */
export function renderVerify(report: VerifyReport, results: ResultsCheck): string {
  const { checkedCount, validCount, damaged, temporaryFiles, locks, misplaced, unknown } = report;
  const lines = [`${validCount} of ${checkedCount} answers are whole`];
  const list = (word: string, items: readonly string[]): void => {
    for (const item of items.slice(0, LISTED_FILES)) lines.push(printable(`${word}: ${item}`));
    if (items.length > LISTED_FILES) lines.push(`and ${items.length - LISTED_FILES} more`);
  };
  list(
    "damaged",
    damaged.map(({ key, reason }) => `${key} (${reason})`),
  );
  const paths = (files: readonly { readonly path: string }[]): readonly string[] => files.map((file) => file.path);
  list("temporary file", paths(temporaryFiles));
  list("abandoned lock", paths(locks.filter(({ isAbandoned }) => isAbandoned)));
  list("misplaced", paths(misplaced));
  list("not ours", paths(unknown));
  lines.push(`${results.validCount} of ${results.checkedCount} stored results are whole`);
  list(
    "damaged",
    results.damaged.map(({ fingerprint, reason }) => `${fingerprint} (${reason})`),
  );
  if (results.damaged.length > 0) {
    lines.push("what is damaged is never replayed; `ai-workflow cache clear --only results` removes all of them");
  }
  if (damaged.length > 0) lines.push("damaged answers are never served; `ai-workflow cache clean` removes them");
  return `${lines.join("\n")}\n`;
}
