import {
  goOn,
  planWorkflow,
  waitingStages,
  type FailurePolicy,
  type LoadedWorkflow,
  type RunOptions,
} from "@ai-workflow/engine";
import type { Concurrency } from "../concurrency.ts";
import { EXIT } from "../exit-code.ts";
import { renderJson } from "../render/json.ts";
import { renderPlan } from "../render/plan.ts";
import { VERSION } from "../version.ts";
import { bundledFiles } from "../target/bundled-files.ts";
import { parallelSteps } from "./parallel-steps.ts";
import { readTarget } from "../target/read-target.ts";
import { runAndReport, type RunReportFlags } from "./run-and-report.ts";
import { stepOptionsOf, type StepFlags } from "../target/step-options.ts";

/** Options of `run` as commander hands them over. */
interface RunFlags extends RunReportFlags, StepFlags {
  readonly steps?: readonly string[];
  readonly pipeline?: string;
  readonly target?: string;
  readonly base?: string;
  readonly since?: string;
  readonly force?: boolean;
  readonly baseline?: boolean;
  readonly smartExecution?: boolean;
  readonly parallel?: boolean;
  readonly multiStage?: boolean;
  readonly speculation?: boolean;
  readonly aiCache?: NonNullable<RunOptions["aiCache"]> | false;
  readonly printPrompts?: boolean;
  readonly objective?: NonNullable<RunOptions["objective"]>;
  readonly mlOptimize?: boolean;
  readonly showMlStatus?: boolean;
  readonly strict?: boolean;
  readonly findings?: NonNullable<RunOptions["findings"]>;
  readonly nice?: number;
  readonly shadow?: number;
  readonly budget?: number;
  readonly resume?: boolean;
  readonly wait?: boolean;
  readonly manualTrigger?: boolean;
  readonly auto?: boolean;
  readonly alerts?: boolean;
  readonly concurrency?: Concurrency;
  readonly continue?: FailurePolicy;
  readonly dryRun?: "text" | "json";
}

/** `ai-workflow run`: progress goes to standard error, the result to standard output. */
export async function runCommand(stepArguments: readonly string[], given: object): Promise<void> {
  const flags = given as RunFlags;
  const loaded = await readTarget(flags.target, { stepOptions: stepOptionsOf(flags), pipeline: flags.pipeline });
  const steps = [...stepArguments, ...(flags.steps ?? []), ...(await stepsAskedFor(flags.pipeline, loaded))];
  const options: RunOptions = {
    loaded,
    toolVersion: VERSION,
    steps: steps.length === 0 ? undefined : steps,
    force: flags.force,
    baseline: flags.baseline,
    smartExecution: flags.smartExecution,
    parallelExecution: flags.parallel,
    multiStage: flags.multiStage,
    speculation: flags.speculation,
    aiCache: flags.aiCache === false ? "off" : flags.aiCache,
    mlOptimize: flags.mlOptimize,
    approved: flags.manualTrigger === true ? "all" : undefined,
    raiseAlerts: flags.alerts,
    maxParallel: flags.concurrency === undefined ? undefined : parallelSteps(flags.concurrency),
    onFailure: flags.continue,
    base: flags.base ?? flags.since,
    objective: flags.objective,
    strict: flags.strict,
    findings: flags.findings,
    shadow: flags.shadow,
    budgetMs: flags.budget,
    resume: flags.resume,
    wait: flags.wait,
    ...bundledFiles(),
  };

  if (flags.showMlStatus === true) {
    const { mlStatusCommand } = await import("./ml.ts");
    await mlStatusCommand({ target: flags.target, json: flags.json });
    return;
  }

  if (flags.dryRun !== undefined) {
    const plan = await planWorkflow({ ...options, prompts: flags.printPrompts });
    const json = flags.dryRun === "json" || flags.json === true;
    process.stdout.write(json ? renderJson({ ...plan }) : renderPlan(plan));
    return;
  }

  if (flags.nice !== undefined) (await import("../process/lower-priority.ts")).lowerPriority(flags.nice);
  let { record } = await runAndReport(options, flags);
  while (mayAsk(flags)) {
    const [stage] = waitingStages(record);
    if (stage === undefined || !(await (await import("./ask-approval.ts")).askApproval(stage))) break;
    ({ record } = await runAndReport({ ...options, ...goOn(record, stage) }, flags));
  }
}

async function stepsAskedFor(pipeline: string | undefined, loaded: LoadedWorkflow): Promise<readonly string[]> {
  return pipeline === undefined
    ? []
    : (await import("../target/steps-of-pipeline.ts")).stepsOfPipeline(pipeline, loaded);
}

/** A question is for a person who sees it and can answer. */
function mayAsk({ auto, json, quiet }: RunFlags): boolean {
  if (auto === true || json === true || quiet === true || process.exitCode !== EXIT.ok) return false;
  return process.stdin.isTTY && process.stderr.isTTY && ["", "0", "false"].includes(process.env["CI"] ?? "");
}
