import { InvalidArgumentError } from "commander";

/** A number of steps, or a share of the CPUs that is worked out where the CPUs are known. */
export interface Concurrency {
  readonly value: number;
  readonly unit: "steps" | "percent";
}

/**
 * Reads the value of `--concurrency`.
 *
 * @throws {InvalidArgumentError} for anything but a whole number of at least 1, or such a number with `%`
 */
export function parseConcurrency(text: string): Concurrency {
  const match = /^(\d+)(%?)$/.exec(text.trim());
  const value = Number(match?.[1] ?? Number.NaN);
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError("Give a whole number of at least 1, or a percentage such as 50%.");
  }
  return { value, unit: match?.[2] === "%" ? "percent" : "steps" };
}
