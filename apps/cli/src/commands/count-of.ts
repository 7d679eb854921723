import { availableParallelism } from "node:os";
import type { Concurrency } from "../concurrency.ts";

/** The number of steps at a time that `--concurrency` means on this machine. */
export function countOf({ value, unit }: Concurrency): number {
  return unit === "steps" ? value : Math.max(1, Math.floor((availableParallelism() * value) / 100));
}
