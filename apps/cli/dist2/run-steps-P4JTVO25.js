import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import {
  fingerprintSteps,
  gateOf,
  gateOfStage,
  listFiles,
  readDurations,
  recordEnded,
  scheduleSteps
} from "./chunk-FYUDZOBP.js";
import {
  execute
} from "./chunk-QU6SSR7S.js";
import "./chunk-H3WC6SUY.js";

// ../../packages/engine/dist/run/execute-steps.js
import path4 from "node:path";

// ../../packages/engine/dist/runners/end-process-group.js
var GRACE_MS = 5e3;
function endProcessGroup(leader, graceMs = GRACE_MS) {
  signalGroup(leader, "SIGTERM");
  const timer = setTimeout(() => signalGroup(leader, "SIGKILL"), graceMs);
  return () => clearTimeout(timer);
}
function signalGroup(leader, signal) {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if (error.code !== "ESRCH")
      throw error;
  }
}

// ../../packages/engine/dist/runners/run-module-step.js
import { existsSync } from "node:fs";
import path from "node:path";
function createModuleRunner(maxWorkers, workerUrl) {
  let pool;
  const openPool = async () => {
    const { Tinypool } = await import("tinypool");
    return new Tinypool({
      filename: workerUrl.href,
      runtime: "worker_threads",
      minThreads: 0,
      maxThreads: maxWorkers,
      // A module may leave timers and globals behind; the next step gets a thread of its own.
      isolateWorkers: true
    });
  };
  return {
    async run(module, context, run) {
      const file = path.resolve(run.target, module);
      if (!existsSync(file))
        return { outcome: "failed", message: `module ${module} does not exist`, findings: [] };
      pool ??= openPool();
      const task = { module: file, context, logFile: run.logFile };
      try {
        const answer = await (await pool).run(task, { name: "runModule", signal: run.signal });
        return answer.ok ? readResult(answer.result) : { outcome: "failed", message: answer.message, findings: [] };
      } catch (error) {
        if (run.signal.aborted)
          return { outcome: "cancelled", findings: [] };
        const message = error instanceof Error ? error.message : String(error);
        return { outcome: "failed", message: `the worker thread ended: ${message}`, findings: [] };
      }
    },
    async close() {
      await (await pool)?.destroy();
    }
  };
}
var OUTCOMES = ["passed", "failed", "inconclusive"];
var SEVERITIES = ["error", "warning", "info"];
function readResult(result) {
  if (result === void 0 || result === null)
    return { outcome: "passed", findings: [] };
  const malformed = (what) => ({
    outcome: "failed",
    message: `the module returned ${what}`,
    findings: []
  });
  if (typeof result !== "object" || Array.isArray(result))
    return malformed("something that is no result object");
  const { outcome, message, findings = [] } = result;
  if (outcome !== void 0 && !OUTCOMES.includes(outcome))
    return malformed(`an unknown outcome ${JSON.stringify(outcome)}`);
  if (message !== void 0 && typeof message !== "string")
    return malformed("a message that is no text");
  if (!Array.isArray(findings))
    return malformed("findings that are no list");
  const wrong = findings.findIndex((finding) => !isFinding(finding));
  if (wrong >= 0)
    return malformed(`a finding of the wrong shape (number ${wrong + 1})`);
  const checked = findings;
  const errors = checked.filter((finding) => finding.severity === "error").length;
  const decided = outcome ?? (errors > 0 ? "failed" : "passed");
  const summary = errors > 0 ? `${errors} ${errors === 1 ? "error" : "errors"} found` : void 0;
  return { outcome: decided, message: message ?? (decided === "passed" ? void 0 : summary), findings: checked };
}
function isFinding(value) {
  if (typeof value !== "object" || value === null)
    return false;
  const finding = value;
  const position = (key) => finding[key] === void 0 || Number.isInteger(finding[key]) && finding[key] >= 1;
  return typeof finding["rule"] === "string" && typeof finding["message"] === "string" && SEVERITIES.includes(finding["severity"]) && (finding["file"] === void 0 || typeof finding["file"] === "string") && position("line") && position("column");
}

// ../../packages/engine/dist/run/run-step.js
import { mkdirSync } from "node:fs";
import path3 from "node:path";

// ../../packages/engine/dist/runners/run-shell-step.js
import { closeSync, openSync, statSync } from "node:fs";
import path2 from "node:path";
async function runShellStep(command, run) {
  if (!statSync(run.directory, { throwIfNoEntry: false })?.isDirectory()) {
    return failed(`the working directory ${run.directory} does not exist`);
  }
  const { $ } = await import("zx/core");
  const log = openSync(run.logFile, "a");
  try {
    const hasBash = typeof $.shell === "string" && $.shell !== "";
    const shell = $({
      cwd: run.directory,
      env: { ...run.environment, PATH: pathWithTools(run) },
      detached: true,
      nothrow: true,
      quiet: true,
      verbose: false,
      stdio: ["ignore", log, log],
      shell: hasBash ? $.shell : "/bin/sh",
      prefix: hasBash ? "set -e -o pipefail\n" : "set -e\n",
      postfix: ""
    });
    if (run.signal.aborted)
      return { outcome: "cancelled", findings: [] };
    const child = shell(Object.assign([command], { raw: [command] }));
    let callOff;
    const onAbort = () => {
      if (child.pid !== void 0)
        callOff = endProcessGroup(child.pid);
    };
    run.signal.addEventListener("abort", onAbort, { once: true });
    const output = await child;
    run.signal.removeEventListener("abort", onAbort);
    callOff?.();
    if (child.pid !== void 0)
      signalGroup(child.pid, run.signal.aborted ? "SIGKILL" : "SIGTERM");
    return verdict(output.exitCode, output.signal ?? void 0, run.signal.aborted);
  } finally {
    closeSync(log);
  }
}
function verdict(exitCode, signal, aborted) {
  if (aborted)
    return { outcome: "cancelled", signal, findings: [], ...exitCode === null ? {} : { exitCode } };
  if (exitCode === 0)
    return { outcome: "passed", exitCode, findings: [] };
  if (signal !== void 0)
    return { outcome: "failed", signal, message: `killed by ${signal}`, findings: [] };
  if (exitCode === null)
    return failed("the shell could not be started");
  return { outcome: "failed", exitCode, message: exitMessage(exitCode), findings: [] };
}
function exitMessage(exitCode) {
  if (exitCode === 127)
    return "command not found (exit code 127)";
  if (exitCode === 126)
    return "command is not executable (exit code 126)";
  if (exitCode > 128 && exitCode < 160)
    return `exit code ${exitCode} (signal ${exitCode - 128} inside the command)`;
  return `exit code ${exitCode}`;
}
function failed(message) {
  return { outcome: "failed", message, findings: [] };
}
function pathWithTools(run) {
  const folders = [];
  for (let folder = run.directory; ; folder = path2.dirname(folder)) {
    folders.push(path2.join(folder, "node_modules", ".bin"));
    if (folder === run.target || folder === path2.dirname(folder))
      break;
  }
  return [...folders, run.environment["PATH"] ?? ""].join(path2.delimiter);
}

// ../../packages/engine/dist/run/run-step.js
function runStep(step, host, logFile, signal) {
  mkdirSync(path3.dirname(logFile), { recursive: true });
  const run = {
    directory: path3.join(host.target, step.directory),
    target: host.target,
    environment: host.environment,
    logFile,
    signal
  };
  const { action } = step;
  if (action.kind === "shell")
    return runShellStep(action.command, run);
  const isNamed = host.relevances.get(step.id)?.isNamed;
  const files = (host.files ?? []).map((file) => file.path).filter((file) => isNamed?.(file) ?? true);
  return host.modules.run(action.module, { step: step.id, directory: host.target, files, with: action.with }, run);
}

// ../../packages/engine/dist/run/execute-steps.js
var StepFailure = class extends Error {
  verdict;
  constructor(verdict2) {
    super(verdict2.message ?? verdict2.outcome);
    this.verdict = verdict2;
  }
};
var GateClosed = class extends Error {
};
var MODULE_WORKER = new URL("../runners/module-worker.js", import.meta.url);
async function executeSteps(context, preparation, schedule, steps, keeper) {
  const { options, resolved, spans, emit } = context;
  const { workflow, directory } = options.loaded;
  const decisions = new Map(preparation.decisions.map((decision) => [decision.stepId, decision]));
  const stages = new Map(resolved.stages.map((stage) => [stage.id, stage]));
  const modules = createModuleRunner(resolved.maxParallel, options.moduleWorker ?? MODULE_WORKER);
  const host = {
    target: directory,
    environment: context.environment,
    modules,
    files: preparation.files,
    relevances: preparation.relevances
  };
  const planned = new Map(schedule.planned.planned.map((task) => [task.id, task.finishMs - task.startMs]));
  const started = /* @__PURE__ */ new Set();
  const passGate = (stageId) => {
    const stage = stages.get(stageId);
    if (stage === void 0)
      return;
    const gate = gateOfStage(stage, steps);
    const open = gate.state === "open";
    emit({ type: "gate", atMs: context.elapsedMs(), stageId, open, reason: gate.explanation });
    if (open)
      return;
    throw new GateClosed(gate.explanation);
  };
  const runTask = async (step, signal, attempt) => {
    started.add(step.id);
    emit({ type: "step-started", atMs: context.elapsedMs(), stepId: step.id, attempt });
    const logFile = path4.join(context.state.path, context.paths.stepLog(step.id));
    const span = spans.start("attempt", { step: step.id, attributes: { attempt } });
    try {
      const verdict2 = await runStep(step, host, logFile, signal);
      if (verdict2.outcome !== "passed")
        throw new StepFailure(verdict2);
      return verdict2;
    } finally {
      span.end();
    }
  };
  const originMs = context.elapsedMs();
  const sinceRunStart = (ms) => originMs + ms;
  const stopStage = (failed2) => {
    const stage = failed2.stage === void 0 ? void 0 : stages.get(failed2.stage);
    if (stage?.failFast !== true)
      return;
    for (const id of stage.steps) {
      if (started.has(id) || steps.has(id))
        continue;
      started.add(id);
      execution.cancel(id);
    }
  };
  const finish = (step, outcome) => {
    const decision = decisions.get(step.id);
    if (decision === void 0)
      return;
    const prints = preparation.prints.get(step.id);
    const record = recordEnded(step, decision, prints, {
      verdict: verdictOf(step, outcome, (id) => workflow.steps.get(id)?.stage),
      startedMs: outcome.startedMs === void 0 ? void 0 : sinceRunStart(outcome.startedMs),
      finishedMs: outcome.startedMs === void 0 ? void 0 : sinceRunStart(outcome.finishedMs),
      attempts: outcome.attempts,
      predictedMs: schedule.unknownDurations.includes(step.id) ? void 0 : planned.get(step.id),
      log: outcome.startedMs !== void 0 ? context.paths.stepLog(step.id) : void 0,
      // The scheduler tells them at the end.
      waits: []
    });
    steps.set(step.id, record);
    emit({ type: "step-finished", atMs: context.elapsedMs(), step: record });
    if (record.outcome !== "passed")
      stopStage(step);
    if (record.outcome !== "passed" || prints === void 0 || !step.cache || !resolved.keepResults)
      return;
    keeper.passed({
      step,
      logFile: path4.join(context.state.path, context.paths.stepLog(step.id)),
      success: {
        stepId: step.id,
        fingerprint: prints.fingerprint,
        relevantFingerprint: prints.relevantFingerprint(),
        runId: context.runId,
        at: new Date(context.wallNow()).toISOString(),
        durationMs: record.durationMs,
        findings: record.findings
      }
    });
  };
  const execution = execute(schedule.graph, async (task, { signal, attempt }) => {
    const gate = gateOf(task.id);
    if (gate !== void 0) {
      passGate(gate);
      return void 0;
    }
    const step = workflow.steps.get(task.id);
    return step === void 0 ? void 0 : runTask(step, signal, attempt);
  }, {
    plan: schedule.plan,
    maxParallel: resolved.maxParallel,
    capacity: schedule.planned.capacity,
    onFailure: resolved.onFailure,
    graceMs: 2 * GRACE_MS,
    signal: options.signal,
    timeoutMs: (task) => workflow.steps.get(task.id)?.timeoutMs,
    retries: (task) => workflow.steps.get(task.id)?.retries,
    now: context.elapsedMs,
    onEvent: (event) => {
      if (event.type !== "settled")
        return;
      const step = workflow.steps.get(event.id);
      if (step !== void 0)
        finish(step, event.outcome);
    }
  });
  try {
    const { waits } = await execution.result;
    for (const [id, list] of waits) {
      const record = steps.get(id);
      if (record !== void 0)
        steps.set(id, { ...record, waits: list.map((wait) => recordWait(wait, sinceRunStart)) });
    }
  } finally {
    await modules.close();
  }
}
function recordWait(wait, sinceRunStart) {
  const gate = gateOf(wait.on);
  return {
    // Batches are not used here; waiting for a level would be waiting for its last step.
    cause: wait.cause === "batch" ? "need" : wait.cause,
    on: gate === void 0 ? wait.on : `gate of stage ${gate}`,
    fromMs: sinceRunStart(wait.fromMs),
    toMs: sinceRunStart(wait.toMs)
  };
}
function verdictOf(step, outcome, stageOf) {
  switch (outcome.status) {
    case "succeeded":
      return outcome.value ?? { outcome: "passed", findings: [] };
    case "failed": {
      if (outcome.error instanceof StepFailure)
        return outcome.error.verdict;
      const message = outcome.error instanceof Error ? outcome.error.message : String(outcome.error);
      return { outcome: "failed", message: `could not be run: ${message}`, findings: [] };
    }
    case "timed-out":
      return { outcome: "timed-out", message: `took longer than ${step.timeoutMs / 1e3} s`, findings: [] };
    case "cancelled":
      return { outcome: "cancelled", message: whyCancelled(step, outcome, stageOf), findings: [] };
  }
}
function whyCancelled(step, outcome, stageOf) {
  if (outcome.startedMs !== void 0)
    return "ended because the run was cancelled";
  if (outcome.because === "aborted")
    return "not started: the run was cancelled";
  if (outcome.because === "requested")
    return "not started: its stage stops at the first failure";
  const { dependency } = outcome;
  if (dependency === void 0)
    return "not started: an earlier step did not pass";
  const stage = gateOf(dependency) ?? stageOf(dependency);
  const isOther = stage !== void 0 && stage !== step.stage && !step.needs.includes(dependency);
  return `not started: ${isOther ? `stage ${stage}` : dependency} did not pass`;
}

// ../../packages/engine/dist/run/keep-results.js
function createResultKeeper(options) {
  let waiting = [];
  let looking;
  let broken = false;
  const lookAtBatch = async () => {
    const batch = waiting;
    waiting = [];
    const files = await options.listFiles();
    const steps = batch.map((entry) => entry.step);
    const now = files === void 0 ? void 0 : fingerprintSteps(steps, { ...options, files });
    for (const entry of batch)
      keep(entry, now?.get(entry.step.id));
  };
  const keep = (entry, now) => {
    if (now?.fingerprint !== entry.success.fingerprint) {
      options.notice({
        code: "inputs-changed",
        message: `${entry.step.id} passed, but its inputs changed while it ran: the result is not kept for replay`
      });
      return;
    }
    options.store.put(entry.success, entry.logFile);
  };
  const look = async () => {
    try {
      await lookAtBatch();
    } catch (error) {
      broken = true;
      const why = error.code ?? String(error);
      options.notice({ code: "results-not-kept", message: `results cannot be kept for replay (${why})` });
    }
    looking = waiting.length > 0 && !broken ? look() : void 0;
  };
  return {
    passed(step) {
      if (broken)
        return;
      waiting.push(step);
      looking ??= look();
    },
    async settle() {
      for (let current = looking; current !== void 0; current = looking)
        await current;
    }
  };
}

// ../../packages/engine/dist/run/run-steps.js
async function runSteps(context, preparation, steps) {
  const { options, resolved, machine, environment } = context;
  const { workflow, directory } = options.loaded;
  const durations = readDurations(context.state.path);
  const schedule = scheduleSteps(workflow, preparation.decisions, resolved, machine, durations);
  if (schedule === void 0)
    return void 0;
  const keeper = createResultKeeper({
    store: context.store,
    relevances: preparation.relevances,
    environment,
    runtime: machine,
    listFiles: async () => (await listFiles(directory, "HEAD", environment, void 0)).files,
    notice: context.notice
  });
  await executeSteps(context, preparation, schedule, steps, keeper);
  await context.spans.measure("store_results", () => keeper.settle());
  return schedule.planned;
}
export {
  runSteps
};
