import {
  checkResults,
  describeResults,
  EngineError,
  explainStep,
  openAnswerCache,
  stepIdOf,
  unknownStep,
  type AiCache,
  type LoadedWorkflow,
} from "@ai-workflow/engine";
import { EXIT } from "../exit-code.ts";
import { countOf } from "../render/count-of.ts";
import {
  renderCacheStats,
  renderCleanup,
  renderExplanation,
  renderResultExplanation,
  renderVerify,
  type ResultExplanation,
} from "../render/cache.ts";
import { renderJson, type PrintedJson } from "../render/json.ts";
import { VERSION } from "../version.ts";
import { cleanWaiting } from "./clean-waiting.ts";
import { bundledFiles } from "../target/bundled-files.ts";
import { readTarget } from "../target/read-target.ts";

/** Options of the commands of `cache` as commander hands them over. */
interface CacheFlags {
  readonly target?: string;
  readonly json?: boolean;
  readonly maxAge?: number;
  readonly maxSize?: number;
  readonly only?: "answers" | "results";
}

const MS_PER_HOUR = 3_600_000;
const BYTES_PER_MB = 2 ** 20;

/** `ai-workflow cache stats`. */
export async function cacheStatsCommand(given: object): Promise<void> {
  const { cache, flags, loaded } = await open(given);
  const { updated, since, stats } = cache.totals();
  const results = describeResults(loaded);
  print(flags, { updated, since, stats, results }, renderCacheStats({ since, stats }, results));
}

/** `ai-workflow cache explain <step>`. */
export async function cacheExplainCommand(name: string, given: object): Promise<void> {
  const { cache, flags, loaded } = await open(given);
  // `review@web` is the step `review` done for a unit.
  const at = name.indexOf("@");
  const [base, unit] = at < 0 ? [name, ""] : [name.slice(0, at), name.slice(at)];
  const { workflow } = loaded;
  const step = stepIdOf(base, workflow) + unit;
  const found = workflow.steps.get(step) ?? workflow.steps.get(step.slice(0, step.length - unit.length));
  if (found === undefined) throw unknownStep(name, workflow);
  const { action } = found;
  const asksModel = action.kind === "ai" || (action.kind === "module" && action.asks !== undefined);
  const result = await explainResult(loaded, name);
  const value = { step, explanation: cache.explainLast(step) ?? null, ...(result === undefined ? {} : { result }) };
  const ofAnswers = asksModel ? renderExplanation(value) : `${step} asks no model\n`;
  print(flags, value, `${ofAnswers}${result === undefined ? "" : renderResultExplanation(result)}`);
}

/** What there is of the result of a step; `undefined` for one that is done for units, each of which has its own. */
async function explainResult(loaded: LoadedWorkflow, name: string): Promise<ResultExplanation | undefined> {
  try {
    const { cache, comparedWith, differences } = await explainStep({
      loaded,
      toolVersion: VERSION,
      shippedPrompts: bundledFiles().shippedPrompts,
      step: name,
    });
    return { ...cache, comparedWith, differences };
  } catch (error) {
    if (error instanceof EngineError && error.code === "ENGINE_UNKNOWN_STEP") return undefined;
    throw error;
  }
}

/** `ai-workflow cache clean`. */
export async function cacheCleanCommand(given: object): Promise<void> {
  const { cache, flags, loaded } = await open(given);
  const maxAgeMs = flags.maxAge === undefined ? undefined : Math.round(flags.maxAge * MS_PER_HOUR);
  const maxBytes = flags.maxSize === undefined ? undefined : Math.round(flags.maxSize * BYTES_PER_MB);
  const report = cache.cleanup({ maxAgeMs, maxBytes });
  cache.close();
  const { results } = await cleanWaiting({ loaded, scope: "results" });
  print(flags, { ...report, results }, renderCleanup(report, results));
}

/** `ai-workflow cache clear`. */
export async function cacheClearCommand(given: object): Promise<void> {
  const { cache, flags, loaded } = await open(given);
  const clearedCount = flags.only === "results" ? 0 : cache.clear();
  const results =
    flags.only === "answers" ? undefined : (await cleanWaiting({ loaded, scope: "every-result" })).results;
  const words = [
    ...(flags.only === "results" ? [] : [countOf(clearedCount, "answer")]),
    ...(results === undefined ? [] : [countOf(results.removedCount, "stored result")]),
  ];
  print(flags, { clearedCount, ...(results === undefined ? {} : { results }) }, `${words.join(" and ")} removed\n`);
}

/** `ai-workflow cache verify`. */
export async function cacheVerifyCommand(given: object): Promise<void> {
  const { cache, flags, loaded } = await open(given);
  const report = cache.verify();
  const results = checkResults(loaded);
  print(flags, { ...report, results }, renderVerify(report, results));
  if (report.damaged.length + results.damaged.length > 0) process.exitCode = EXIT.failed;
}

async function open(
  given: object,
): Promise<{ readonly cache: AiCache; readonly flags: CacheFlags; readonly loaded: LoadedWorkflow }> {
  const flags = given as CacheFlags;
  const loaded = await readTarget(flags.target);
  const onWarning = ({ message }: Error): void => void process.stderr.write(`note: ${message}\n`);
  return { cache: await openAnswerCache({ loaded, onWarning }), flags, loaded };
}

function print({ json }: CacheFlags, value: PrintedJson, text: string): void {
  process.stdout.write(json === true ? renderJson(value) : text);
}
