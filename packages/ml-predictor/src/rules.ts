import type { Candidate, Model, Query } from "./candidate.ts";
import type { Sample } from "./sample.ts";

/** A running figure over the durations of one step. */
interface Figure {
  add(seconds: number): void;
  value(): number;
}

/** Weight of the newest duration in {@link ewma}. */
const EWMA_WEIGHT = 0.3;

/** The step's last duration. O(1). */
export const lastValue: Candidate = perStep("last value", () => {
  let last = 0;
  return { add: (seconds) => void (last = seconds), value: () => last };
});

/** The mean of the step's last five durations (of as many as there are). O(1). */
export const meanOfFive: Candidate = perStep("mean of five", () =>
  overLastFive((values) => values.reduce((sum, seconds) => sum + seconds, 0) / values.length),
);

/** The median of the step's last five durations; of an even number, the mean of the middle two. O(1). */
export const medianOfFive: Candidate = perStep("median of five", () =>
  overLastFive((values) => {
    const sorted = [...values].sort((left, right) => left - right);
    const middle = sorted.length >> 1;
    return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  }),
);

/**
 * The exponentially weighted moving average of the step's durations; the newest weighs 0.3. O(1).
 *
 * Source: S. W. Roberts, "Control chart tests based on geometric moving averages", Technometrics 1 (1959).
 */
export const ewma: Candidate = perStep("EWMA", () => {
  let average: number | undefined;
  return {
    add: (seconds) => {
      average = average === undefined ? seconds : average + EWMA_WEIGHT * (seconds - average);
    },
    value: () => average ?? 0,
  };
});

/**
 * The same rule kept per step and machine. On a machine the step has not run on, or where no machine is named, it answers as the
 * rule itself does over all machines.
 */
export function perMachine(rule: Candidate): Candidate {
  return {
    name: `${rule.name} per machine`,
    create() {
      const anywhere = rule.create();
      const machines = new Map<string, Model>();
      return {
        predict(query: Query) {
          const here = query.machine === undefined ? undefined : machines.get(query.machine)?.predict(query);
          return here ?? anywhere.predict(query);
        },
        learn(sample: Sample) {
          anywhere.learn(sample);
          if (sample.machine === undefined) return;
          let here = machines.get(sample.machine);
          if (here === undefined) machines.set(sample.machine, (here = rule.create()));
          here.learn(sample);
        },
      };
    },
  };
}

/** The simple rules. The first serves until a back-test can speak. */
export const simpleRules: readonly Candidate[] = [lastValue, meanOfFive, medianOfFive, ewma];

/** The simple rules, each kept per machine as well. */
export const machineRules: readonly Candidate[] = simpleRules.map(perMachine);

function perStep(name: string, createFigure: () => Figure): Candidate {
  return {
    name,
    create() {
      const figures = new Map<string, Figure>();
      return {
        predict: (query: Query) => figures.get(query.step)?.value(),
        learn(sample: Sample) {
          let figure = figures.get(sample.step);
          if (figure === undefined) figures.set(sample.step, (figure = createFigure()));
          figure.add(sample.seconds);
        },
      };
    },
  };
}

function overLastFive(figure: (values: readonly number[]) => number): Figure {
  const values: number[] = [];
  return {
    add(seconds) {
      values.push(seconds);
      if (values.length > 5) values.shift();
    },
    value: () => figure(values),
  };
}
