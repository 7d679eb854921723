import type { PastRun, PastStep } from "../src/accounting/history.ts";
import { createRandom } from "./create-random.ts";

/** A step that fails independently of the others. */
export interface SimulatedStep {
  readonly id: string;
  readonly failureProbability: number;
  readonly seconds: number;
}

/** Runs of steps in stages with a gate after each; what is behind a closed gate is cancelled. */
export function simulateHistory(
  stages: readonly (readonly SimulatedStep[])[],
  runs: number,
  seed: number,
): readonly PastRun[] {
  const random = createRandom(seed);
  return Array.from({ length: runs }, (): PastRun => {
    let isClosed = false;
    return {
      steps: stages.flatMap((steps) => {
        const wasClosed = isClosed;
        return steps.map(({ id, failureProbability, seconds }): PastStep => {
          const failed = random() < failureProbability;
          const taken = seconds * (0.8 + 0.4 * random());
          if (wasClosed) return { id, outcome: "cancelled", seconds: 0 };
          if (failed) isClosed = true;
          return { id, outcome: failed ? "failed" : "passed", seconds: taken, started: 0 };
        });
      }),
    };
  });
}
