import { openAnswerCache, stepIdOf, unknownStep, type AiCache, type LoadedWorkflow } from "@ai-workflow/engine";
import { EXIT } from "../exit-code.ts";
import { countOf, renderCacheStats, renderCleanup, renderExplanation, renderVerify } from "../render/cache.ts";
import { renderJson, type PrintedJson } from "../render/json.ts";
import { readTarget } from "./read-target.ts";

/** Options of the commands of `cache` as commander hands them over. */
interface CacheFlags {
  readonly target?: string;
  readonly json?: boolean;
  readonly maxAge?: number;
  readonly maxSize?: number;
}

const MS_PER_HOUR = 3_600_000;
const BYTES_PER_MB = 2 ** 20;

/** `ai-workflow cache stats`. */
export async function cacheStatsCommand(given: object): Promise<void> {
  const { cache, flags } = await open(given);
  const { updated, since, stats } = cache.totals();
  print(flags, { updated, since, stats }, renderCacheStats({ since, stats }));
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
  const value = { step, explanation: cache.explainLast(step) ?? null };
  print(flags, value, asksModel ? renderExplanation(value) : `${step} asks no model\n`);
}

/** `ai-workflow cache clean`. */
export async function cacheCleanCommand(given: object): Promise<void> {
  const { cache, flags } = await open(given);
  const maxAgeMs = flags.maxAge === undefined ? undefined : Math.round(flags.maxAge * MS_PER_HOUR);
  const maxBytes = flags.maxSize === undefined ? undefined : Math.round(flags.maxSize * BYTES_PER_MB);
  const report = cache.cleanup({ maxAgeMs, maxBytes });
  print(flags, { ...report }, renderCleanup(report));
  cache.close();
}

/** `ai-workflow cache clear`. */
export async function cacheClearCommand(given: object): Promise<void> {
  const { cache, flags } = await open(given);
  const clearedCount = cache.clear();
  print(flags, { clearedCount }, `${countOf(clearedCount, "answer")} removed\n`);
}

/** `ai-workflow cache verify`. */
export async function cacheVerifyCommand(given: object): Promise<void> {
  const { cache, flags } = await open(given);
  const report = cache.verify();
  print(flags, { ...report }, renderVerify(report));
  if (report.damaged.length > 0) process.exitCode = EXIT.failed;
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
