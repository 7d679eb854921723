/** What selection leaves out is what running everything would have shown. */
import { execFileSync } from "node:child_process";
import { cpSync, lstatSync, mkdtempSync, readFileSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { RunRecord, StepRecord } from "@ai-workflow/profiler";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createRepository, ENVIRONMENT, type Repository } from "./create-repository.ts";
import { createEngineHost, type EngineHost, type SentOptions } from "./engine-host.ts";
import { act, filesUnder, firstFiles, history, readSpec, type Action } from "./random-history.ts";
import { leftBy, renderWorkflow, stepId, workflowSpec, type WorkflowSpec } from "./random-workflow.ts";

/** Histories that are tried; `pnpm run stress` tries many more. */
const HISTORIES = Number(process.env["HISTORIES"] ?? 25);
const SEED = Number(
  process.env["FC_SEED"] ?? (process.env["HISTORIES"] === undefined ? 20_261_126 : Date.now() % 2 ** 31),
);

const GREEN: ReadonlySet<string> = new Set(["passed", "replayed", "skipped"]);

/** What running everything shows: by step whether it passes, and what it leaves. */
interface Truth {
  readonly passes: ReadonlyMap<string, boolean>;
  readonly left: ReadonlyMap<string, readonly string[]>;
}

/** Runs everything in a copy, which no run has seen before. */
async function runEverything(
  host: EngineHost,
  repository: Repository,
  spec: WorkflowSpec,
  environment: SentOptions["environment"],
): Promise<Truth> {
  const copy = realpathSync(mkdtempSync(path.join(tmpdir(), "engine-copy-")));
  try {
    const leftOut = new Set([".git", ".workflow", "out", "made"].map((name) => repository.file(name)));
    // Outside of a repository nobody can tell which files a step is to be given.
    if (spec.steps.some(({ incremental }) => incremental)) execFileSync("git", ["init", "--quiet", copy]);
    cpSync(repository.path, copy, { recursive: true, filter: (source) => !leftOut.has(source) });
    const run = await host.run(copy, { environment, baseline: true, onFailure: "always", maxParallel: 2 });
    if (run.killed) throw new Error("nobody killed it");
    const passes = new Map(run.record.steps.map(({ id, outcome }) => [id, outcome === "passed"]));
    for (const { id, outcome } of run.record.steps)
      expect([id, outcome]).toEqual([id, outcome === "passed" ? "passed" : "failed"]);
    return { passes, left: readLeft(copy, spec) };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** What is under the outputs of each step that has some. */
function readLeft(directory: string, spec: WorkflowSpec): ReadonlyMap<string, readonly string[]> {
  return new Map(
    spec.steps.flatMap(({ outputs }, position) => {
      if (!outputs) return [];
      const folder = path.join(directory, leftBy(spec, position));
      return [
        [stepId(position), filesUnder(folder).map((file) => describeFile(path.join(folder, file), file))] as const,
      ];
    }),
  );
}

function describeFile(place: string, file: string): string {
  const stat = lstatSync(place);
  if (stat.isSymbolicLink()) return `${file} -> ${readlinkSync(place)}`;
  return `${file} ${(stat.mode & 0o111) === 0 ? "" : "x"} ${readFileSync(place, "latin1")}`;
}

/** Steps that use this one's needs, and theirs, by position. */
function behind(spec: WorkflowSpec, position: number, key: "needs" | "uses"): readonly number[] {
  const step = spec.steps[position];
  const next = step === undefined ? [] : key === "uses" ? step.uses : [...step.uses, ...step.needs];
  return [...new Set(next.flatMap((one) => [one, ...behind(spec, one, key)]))];
}

const EXPIRES_MS: Readonly<Record<string, number>> = { "1ms": 1, "12h": 12 * 3_600_000, "48h": 48 * 3_600_000 };

/** Asserts that a run says what running everything says. */
function judge(record: RunRecord, truth: Truth, left: Truth["left"], spec: WorkflowSpec, options: SentOptions): void {
  const asked = record.steps.filter(({ decision }) => decision.reason !== "not-requested");
  const outcomes = new Map(asked.map((step) => [step.id, step.outcome]));
  for (const step of asked) {
    const passes = truth.passes.get(step.id);
    const what = `${step.id} is ${step.outcome} (${step.decision.reason}: ${step.decision.explanation}) ${step.message ?? ""}`;
    if (GREEN.has(step.outcome)) expect(passes, what).toBe(true);
    else if (step.outcome === "failed") expect(passes, what).toBe(false);
    else expect(step.outcome, what).toBe("cancelled");

    const position = Number(step.id.slice(1));
    const usedPass = behind(spec, position, "uses").every((used) => truth.passes.get(stepId(used)));
    if (GREEN.has(step.outcome) && usedPass)
      expect(left.get(step.id), `outputs of ${what}`).toEqual(truth.left.get(step.id));
    const basis = step.replayedFrom ?? step.provedBy;
    const expiresMs = EXPIRES_MS[spec.steps[position]?.expires ?? "never"] ?? Infinity;
    if (basis !== undefined) {
      const ageMs = Date.parse(record.startedAt) - Date.parse(basis.at);
      expect(ageMs, `age of what ${what} rests on`).toBeLessThanOrEqual(expiresMs);
    }
    if (step.outcome === "cancelled") expect(isHeldUp(step, truth, outcomes, spec, options), what).toBe(true);
  }
  const anyFails = asked.some(({ id }) => truth.passes.get(id) === false);
  if (anyFails) expect(record.status).toBe("failed");
  if ([...truth.passes.values()].every(Boolean)) expect(record.status).toBe("passed");
}

/** Whether a step may have been kept from starting by one that fails. */
function isHeldUp(
  step: StepRecord,
  truth: Truth,
  outcomes: ReadonlyMap<string, string>,
  spec: WorkflowSpec,
  { onFailure }: SentOptions,
): boolean {
  const failed = [...outcomes].filter(([, outcome]) => outcome === "failed").map(([id]) => id);
  if (onFailure === "never") return failed.length > 0;
  const stages = new Map(spec.steps.map((_, position) => [stepId(position), stageIn(spec, position)]));
  const own = stages.get(step.id);
  // A gate is closed by what failed before it, and by what could not start for that.
  if (own !== undefined && spec.failFast && failed.some((id) => stages.get(id) === own)) return true;
  if (
    own === 1 &&
    spec.trigger === "on_success" &&
    [...outcomes].some(([id, outcome]) => stages.get(id) === 0 && !GREEN.has(outcome))
  )
    return true;
  return behind(spec, Number(step.id.slice(1)), "needs").some((need) => {
    const outcome = outcomes.get(stepId(need));
    return outcome === "failed" || outcome === "cancelled";
  });
}

function stageIn(spec: WorkflowSpec, position: number): number | undefined {
  const config = JSON.parse(renderWorkflow(spec)[".workflow-config.yaml"] ?? "") as {
    readonly steps: Readonly<Record<string, { readonly stage?: string }>>;
  };
  const stage = config.steps[stepId(position)]?.stage;
  return stage === undefined ? undefined : Number(stage.slice(-1));
}

/** How often steps were left out and run, over all histories: a property of workflows in which nothing is left out would be worth nothing. */
const tally: Record<string, number> = {};

async function holds(
  host: EngineHost,
  {
    spec: first,
    files,
    actions,
  }: {
    readonly spec: WorkflowSpec;
    readonly files: Readonly<Record<string, string>>;
    readonly actions: readonly Action[];
  },
): Promise<void> {
  using repository = createRepository({ ...files, ...renderWorkflow(first) });
  let clockMs = 0;
  let environment: Record<string, string> = { ...ENVIRONMENT, WORKFLOW_MONITOR_RESOURCES: "false" };
  for (const action of actions) {
    if (action.do === "set-variable") {
      const { VALUE: _, ...rest } = environment;
      environment = action.value === undefined ? rest : { ...rest, VALUE: action.value };
    } else if (action.do === "wait") clockMs += action.hours * 3_600_000;
    else if (action.do !== "run") act(repository, action);
    else {
      const spec = readSpec(repository);
      const known = new Set(spec.steps.map((_, position) => stepId(position)));
      const steps = action.options.steps?.filter((id) => known.has(id));
      const options = { ...action.options, steps, environment, clockMs };
      const run = await host.run(repository.path, options, action.kill);
      tally[run.killed ? "killed" : "ended"] = (tally[run.killed ? "killed" : "ended"] ?? 0) + 1;
      if (run.killed) continue;
      const left = readLeft(repository.path, spec);
      for (const { decision, outcome } of run.record.steps) {
        const key = outcome === "failed" ? "failed" : decision.reason;
        tally[key] = (tally[key] ?? 0) + 1;
      }
      judge(run.record, await runEverything(host, repository, spec, environment), left, spec, options);
    }
  }
}

test(
  "replaying and skipping give the outcomes and outputs of running everything, whatever is changed, fails and is killed",
  { timeout: 60_000 + HISTORIES * 20_000 },
  async () => {
    await using host = createEngineHost();
    const drawn = fc.record({ spec: workflowSpec(5), files: firstFiles, actions: history(8) });
    await fc.assert(
      fc.asyncProperty(drawn, (given) => holds(host, given)),
      { numRuns: HISTORIES, seed: SEED, endOnFailure: process.env["SHRINK"] === undefined },
    );
    for (const reason of ["fingerprint-equal", "no-relevant-change", "result-expired", "failed", "killed"])
      expect(tally[reason], JSON.stringify(tally)).toBeGreaterThan(0);
    if (process.env["HISTORIES"] !== undefined) process.stdout.write(`${JSON.stringify(tally)}\n`);
  },
);
