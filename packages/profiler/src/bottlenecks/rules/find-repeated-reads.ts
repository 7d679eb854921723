import { groupBy } from "../group-by.ts";
import type { Candidate, RunView } from "../run-view.ts";
import { lengthOf, type TimedStep } from "../timed-step.ts";

/** Last runs of a step, this one included, in each of which it read much. */
const RUNS = 3;

/**
 * Steps that fetched the same from storage more than once: several steps with the same inputs in this run, or one step in each of its last runs.
 * What it cost is not computed, as the page cache may serve any part of it: at stake is the time without CPU work on the critical path.
 */
export function findRepeatedReads(run: RunView): readonly Candidate[] {
  const readers = run.steps.filter(({ step }) => (step.resources?.readBytes ?? 0) >= run.options.minReadBytes);
  const together = [...groupBy(readers, inputsOf)].flatMap(([inputs, steps]) =>
    inputs === undefined || steps.length < 2 ? [] : [steps],
  );
  const shared = new Set(together.flat());
  const again = readers.filter((timed) => !shared.has(timed) && readsEveryTime(run, timed));
  return [
    ...together.map((steps) =>
      describe(
        run,
        steps,
        `${steps.length} steps with the same inputs each read them from storage`,
        "the inputs did not stay in the page cache from one step to the next",
        "read the inputs in one step and use its result in the others, run these steps one right after the other, or free memory",
      ),
    ),
    ...again.map((timed) =>
      describe(
        run,
        [timed],
        `${timed.step.id} reads much from storage in every run`,
        `each of its last ${RUNS} runs did, so nothing is kept from one to the next`,
        "keep what it makes of its inputs between runs, read less of them, or keep them on faster storage",
      ),
    ),
  ];
}

/** Known inputs that are as many and as large as those of another step are taken for the same. */
function inputsOf({ step }: TimedStep): string | undefined {
  const { input_files: files, input_bytes: bytes } = step.features ?? {};
  return typeof files === "number" && typeof bytes === "number" ? `${files} ${bytes}` : undefined;
}

function readsEveryTime(run: RunView, { step }: TimedStep): boolean {
  const earlier = run
    .earlier(step.id)
    .flatMap(({ step: { read_mb: read } }) => read ?? [])
    .slice(1 - RUNS);
  return earlier.length === RUNS - 1 && earlier.every((mb) => mb * 2 ** 20 >= run.options.minReadBytes);
}

function describe(
  run: RunView,
  steps: readonly TimedStep[],
  symptom: string,
  cause: string,
  remedy: string,
): Candidate {
  const waitedMs = steps
    .filter(({ step }) => run.isOnPath(step.id))
    .reduce((sum, timed) => sum + Math.max(0, lengthOf(timed) - (timed.step.resources?.cpuMs ?? 0)), 0);
  return {
    kind: "repeated-reads",
    symptom,
    cause,
    remedy,
    atStakeMs: waitedMs,
    evidence: [
      ...steps.map(({ step }) => ({
        name: `${step.id} read`,
        value: (step.resources?.readBytes ?? 0) / 2 ** 20,
        unit: "MB" as const,
      })),
      { name: "without CPU work on the critical path", value: waitedMs / 1000, unit: "s" },
    ],
    steps: steps.map(({ step }) => step.id),
  };
}
