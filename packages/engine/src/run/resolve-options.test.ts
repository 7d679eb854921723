import type { EnvironmentRecord } from "@ai-workflow/profiler";
import { expect, test } from "vitest";
import type { Config } from "../config/config.ts";
import { normalise } from "../config/normalise.ts";
import { resolveOptions, type ResolvedOptions } from "./resolve-options.ts";
import type { RunOptions } from "./run-options.ts";

const machine: EnvironmentRecord = {
  platform: "p",
  arch: "a",
  nodeVersion: "n",
  cpuModel: "c",
  cpuCount: 6,
  memoryBytes: 1,
  loadAverage1m: 0,
  ci: false,
};

function resolve(
  options: Partial<RunOptions> = {},
  config: Omit<Config, "steps"> = {},
  stage?: string,
): ResolvedOptions {
  const { workflow } = normalise({ ...config, steps: { a: { run: "x", stage } } }, "name");
  const loaded = { workflow, directory: "/d", file: "/d/f" };
  return resolveOptions({ loaded, toolVersion: "t", ...options }, machine, {});
}

test("defaults: everything on, as many steps as CPUs, nothing new after a failure", () => {
  expect(resolve()).toMatchObject({
    request: { steps: undefined, force: false, smartExecution: true, multiStage: true },
    optimizations: { smartExecution: true, parallelExecution: true, multiStage: true, mlOptimize: true },
    maxParallel: 6,
    onFailure: "never",
    keepResults: true,
  });
});

test("an option wins over the configuration, the configuration over the default", () => {
  const off: Omit<Config, "steps"> = {
    optimizations: { smart_execution: false, performance: { max_parallel_jobs: 3 } },
  };
  expect(resolve({}, off)).toMatchObject({ optimizations: { smartExecution: false }, maxParallel: 3 });
  expect(resolve({ smartExecution: true, maxParallel: 9 }, off)).toMatchObject({
    optimizations: { smartExecution: true },
    maxParallel: 9,
  });
});

test("the objective is that of the option, then of the configuration, and that of a plain pipeline in a baseline", () => {
  const early: Omit<Config, "steps"> = { optimizations: { objective: "first-failure" } };
  expect(resolve().objective).toBe("makespan");
  expect(resolve({}, early).objective).toBe("first-failure");
  expect(resolve({ objective: "makespan" }, early).objective).toBe("makespan");
  expect(resolve({ objective: "first-failure", baseline: true }).objective).toBe("makespan");
});

test("free slots start steps ahead of their stage only when asked, and where there are free slots", () => {
  const on: Omit<Config, "steps"> = { optimizations: { speculation: true } };
  expect(resolve().speculation).toBe(false);
  expect(resolve({}, on).speculation).toBe(true);
  expect(resolve({ speculation: false }, on).speculation).toBe(false);
  expect(resolve({ speculation: true }).speculation).toBe(true);
  for (const one of [{ maxParallel: 1 }, { parallelExecution: false }, { strict: true }, { baseline: true }]) {
    expect(resolve({ ...one, speculation: true }).speculation).toBe(false);
  }
});

test("without parallel execution one step runs at a time, whatever else is asked", () => {
  expect(resolve({ parallelExecution: false, maxParallel: 9 }).maxParallel).toBe(1);
});

test("baseline switches everything off, whatever else is asked", () => {
  expect(
    resolve({ baseline: true, smartExecution: true, parallelExecution: true, multiStage: true, maxParallel: 4 }),
  ).toMatchObject({
    request: { force: true, smartExecution: false },
    optimizations: { smartExecution: false, parallelExecution: false, multiStage: false, mlOptimize: false },
    maxParallel: 1,
    keepResults: false,
  });
});

test("manual stages start only when the option says so", () => {
  expect(resolve({}).request.isApproved("release")).toBe(false);
  expect(resolve({ approved: "all" }).request.isApproved("release")).toBe(true);
  expect(resolve({ approved: ["release"] }).request.isApproved("release")).toBe(true);
  expect(resolve({ approved: ["release"] }).request.isApproved("other")).toBe(false);
});

test.each([0, -1, 1.5, Number.NaN])("a maximum of %s parallel steps is refused", (maxParallel) => {
  expect(() => resolve({ maxParallel })).toThrow(RangeError);
});

test("a variable of steps that ask a model is refused before anything runs", () => {
  const { workflow } = normalise({ steps: { a: { ai: { prompt: "p.yaml" } } } }, "name");
  const options: RunOptions = { loaded: { workflow, directory: "/d", file: "/d/f" }, toolVersion: "t" };
  expect(() => resolveOptions(options, machine, { AI_CACHE_TTL_HOURS: "abc" })).toThrow(/AI_CACHE_TTL_HOURS must be/);
});
