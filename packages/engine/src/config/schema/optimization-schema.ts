/** How a run saves time and money, and within which limits. */
import * as v from "valibot";
import type { OptimizationsConfig } from "../config.ts";
import type { Agrees } from "./agrees.ts";
import { identifier, positive, positiveInteger } from "./values.ts";

const performance = v.strictObject({
  max_parallel_jobs: v.optional(
    v.pipe(positiveInteger, v.description("Steps at the same time; default: the number of CPUs.")),
  ),
  step_timeout_minutes: v.optional(
    v.pipe(positive, v.description("Time limit of a step without its own; default 30.")),
  ),
  max_memory_mb: v.optional(v.pipe(positive, v.description("What `demand.memory_mb` of running steps may add up to."))),
});

const aiCache = v.strictObject({
  enabled: v.optional(v.pipe(v.boolean(), v.description("Keep answers of models; default true."))),
  ttl_hours: v.optional(v.pipe(positive, v.description("How long an answer is served; default 24."))),
  max_size_mb: v.optional(v.pipe(positive, v.description("What kept answers may take on disk; default 100."))),
});

const optimizations = v.strictObject({
  smart_execution: v.optional(
    v.pipe(v.boolean(), v.description("Skip and replay what the change cannot affect; default true.")),
  ),
  parallel_execution: v.optional(
    v.pipe(v.boolean(), v.description("Run independent steps at the same time; default true.")),
  ),
  ml_optimize: v.optional(
    v.pipe(
      v.boolean(),
      v.description(
        "Predict durations with a model trained on earlier runs where it is better than simple rules; default true.",
      ),
    ),
  ),
  speculation: v.optional(
    v.pipe(
      v.boolean(),
      v.description(
        "Start steps of later stages in free slots, before their stage does, where they leave nothing; default false.",
      ),
    ),
  ),
  objective: v.optional(
    v.pipe(
      v.picklist(["makespan", "first-failure"]),
      v.description(
        "What the order of steps is for: `makespan` (default), that a run is over early, or `first-failure`, that a failing one is known early.",
      ),
    ),
  ),
  shadow_rate: v.optional(
    v.pipe(
      v.number(),
      v.minValue(0, "must not be negative"),
      v.maxValue(1, "must not be above 1"),
      v.description(
        "Share of the steps that would be left out and run all the same, to see whether leaving them out is right; default 0.",
      ),
    ),
  ),
  multi_stage: v.optional(v.pipe(v.boolean(), v.description("Pass stages with gates; default true."))),
  ai_cache: v.optional(v.pipe(aiCache, v.description("The cache of model answers."))),
  performance: v.optional(performance),
  skip_rules: v.optional(
    v.array(
      v.strictObject({
        pattern: v.pipe(
          v.string(),
          v.nonEmpty("must not be empty"),
          v.description("Regular expression over the path of a changed file."),
        ),
        steps: v.pipe(v.array(identifier), v.description("Steps for which such a file does not count.")),
      }),
    ),
  ),
});

export const optimizationsSchema: v.GenericSchema<unknown, OptimizationsConfig> = optimizations;

/** Fails to compile when the written types and this schema say different things. */
export const OPTIMIZATION_TYPES_AGREE: readonly true[] = [
  true satisfies Agrees<typeof optimizations, OptimizationsConfig>,
];
