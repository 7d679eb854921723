import { parseRunRecord, type RunRecord } from "@ai-workflow/profiler";
import type { MeasuredPair, Measurement, StepTimes } from "@ai-workflow/regression";
import { BENCHMARK_VERSION, type BenchmarkDocument } from "./benchmark-document.ts";

/** One result of hyperfine. */
export interface HyperfineResult {
  readonly command: string;
  /** In the order they were measured. */
  readonly measurements: readonly Measurement[];
}

/** What a file of measurements holds. */
export type Measurements =
  | { readonly kind: "benchmark"; readonly document: BenchmarkDocument }
  | { readonly kind: "run"; readonly record: RunRecord }
  | { readonly kind: "hyperfine"; readonly results: readonly [HyperfineResult, ...HyperfineResult[]] };

/** What a file holds, or in words why it cannot be used. */
export type ParsedMeasurements =
  | { readonly ok: true; readonly value: Measurements }
  | { readonly ok: false; readonly message: string };

const fail = (message: string): ParsedMeasurements => ({ ok: false, message });

/**
 * Reads a run record, what `bench run --output` wrote, or what hyperfine wrote with `--export-json`. A byte order mark is ignored. Never
 * throws; checks all that is used later.
 */
export function parseMeasurements(text: string): ParsedMeasurements {
  const plain = text.startsWith("\uFEFF") ? text.slice(1) : text;
  let value: unknown;
  try {
    value = JSON.parse(plain);
  } catch {
    // What the parser says quotes the text, which may be that of a file that was named by mistake and holds secrets.
    return fail("it is not JSON");
  }
  if (!isObject(value)) return fail("it is JSON of another kind");
  if (value["schema"] === "ai-workflow/run-record") {
    const parsed = parseRunRecord(plain);
    return parsed.ok ? { ok: true, value: { kind: "run", record: parsed.record } } : fail(parsed.problem.message);
  }
  if (value["schema"] === "ai-workflow/benchmark") return readBenchmark(value);
  if (Array.isArray(value["results"])) return readHyperfine(value["results"]);
  return fail("it is neither a run record nor a file of `bench run --output` or of hyperfine");
}

function readBenchmark(value: Readonly<Record<string, unknown>>): ParsedMeasurements {
  const { version, measure, thresholdPercent, pairs, steps, baseline, compare, environment } = value;
  if (typeof version === "number" && version > BENCHMARK_VERSION) {
    return fail(`it has version ${version}, this program reads version ${BENCHMARK_VERSION}; update the program`);
  }
  const wrong =
    version !== BENCHMARK_VERSION
      ? "version"
      : measure !== "cpu" && measure !== "wall"
        ? "measure"
        : !(typeof thresholdPercent === "number" && thresholdPercent > 0 && Number.isFinite(thresholdPercent))
          ? "thresholdPercent"
          : !isArm(baseline)
            ? "baseline"
            : !isArm(compare)
              ? "compare"
              : !(isObject(environment) && typeof environment["cpuCount"] === "number")
                ? "environment"
                : !(Array.isArray(pairs) && pairs.every(isPair))
                  ? "pairs"
                  : !(steps === undefined || (Array.isArray(steps) && steps.every(isStep)))
                    ? "steps"
                    : undefined;
  if (wrong !== undefined) return fail(`it is wrong or incomplete at \`${wrong}\``);
  return { ok: true, value: { kind: "benchmark", document: value as unknown as BenchmarkDocument } };
}

function readHyperfine(results: readonly unknown[]): ParsedMeasurements {
  const read: HyperfineResult[] = [];
  for (const [place, result] of results.entries()) {
    const where = `\`results[${place}]\``;
    if (!isObject(result)) return fail(`${where} is no result of hyperfine`);
    // Its user and system times are means over all runs, so they say nothing about how they scatter.
    const { command, times, memory_usage_byte: memory } = result;
    if (!(Array.isArray(times) && times.length > 0 && times.every(isSeconds))) {
      return fail(`${where} has no \`times\` of single runs; hyperfine writes them with --export-json`);
    }
    read.push({
      command: typeof command === "string" ? command : "?",
      measurements: times.map((seconds: number, run) => ({
        wallMs: seconds * 1_000,
        ...(Array.isArray(memory) && isSeconds(memory[run]) ? { peakMemoryBytes: memory[run] } : {}),
      })),
    });
  }
  const [first, ...others] = read;
  if (first === undefined) return fail("it holds no results");
  if (others.length > 1)
    return fail(`it holds ${read.length} results, and two can be compared: export those two alone`);
  return { ok: true, value: { kind: "hyperfine", results: [first, ...others] } };
}

function isSeconds(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function isArm(value: unknown): boolean {
  return isObject(value) && typeof value["name"] === "string" && typeof value["command"] === "string";
}

/** Single values are set aside later when they cannot be used. */
function isPair(value: unknown): value is MeasuredPair {
  return isObject(value) && isObject(value["baseline"]) && isObject(value["compare"]);
}

function isStep(value: unknown): value is StepTimes {
  if (!isObject(value) || typeof value["step"] !== "string") return false;
  const { baselineMs, compareMs, why } = value;
  return (
    [baselineMs, compareMs].every((ms) => ms === undefined || typeof ms === "number") &&
    (why === undefined || typeof why === "string")
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
