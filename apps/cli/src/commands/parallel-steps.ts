import { usableCores } from "@ai-workflow/engine";
import type { Concurrency } from "../concurrency.ts";

/** The number of steps at a time that `--concurrency` means on this machine, of whose cores a container may have only a part. */
export function parallelSteps({ value, unit }: Concurrency): number {
  return unit === "steps" ? value : Math.max(1, Math.floor((usableCores() * value) / 100));
}
