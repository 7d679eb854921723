import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import {
  planWorkflow,
  printable,
  printableLog,
  readConfig,
  runWorkflow
} from "./chunk-HFZJQ726.js";
import "./chunk-FYUDZOBP.js";
import "./chunk-QU6SSR7S.js";
import {
  VERSION
} from "./chunk-Q6LVKEQ2.js";
import {
  exitCodeOf
} from "./chunk-LR6QZBVD.js";
import "./chunk-H3WC6SUY.js";

// src/commands/run.ts
import { availableParallelism } from "node:os";
import path2 from "node:path";

// src/render/duration.ts
function formatDuration(durationMs) {
  if (durationMs < 1e3) return `${Math.round(durationMs)}ms`;
  const tenths = Math.round(durationMs / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)}s`;
  const seconds = Math.round(durationMs / 1e3);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${String(seconds % 60).padStart(2, "0")}s`;
  return `${Math.floor(minutes / 60)}h ${String(minutes % 60).padStart(2, "0")}m`;
}

// src/render/plan.ts
function renderPlan(plan) {
  const idWidth = Math.max(4, ...plan.decisions.map((decision) => decision.stepId.length));
  const lines = plan.decisions.map(
    ({ stepId, action, explanation }) => `${stepId.padEnd(idWidth)}  ${action.padEnd(6)}  ${printable(explanation)}`
  );
  const { schedule } = plan;
  if (schedule !== void 0) {
    lines.push("");
    lines.push(
      schedule.unknownDurations.length === 0 ? `planned: ${formatDuration(schedule.plannedMakespanMs)} with ${schedule.maxParallel} at a time` : `planned: unknown, for no run has timed ${schedule.unknownDurations.join(", ")} yet`
    );
    if (schedule.criticalPath.length > 1) lines.push(`critical path: ${schedule.criticalPath.join(" -> ")}`);
  }
  return `${lines.join("\n")}
`;
}

// src/render/progress.ts
function renderProgress(event, style, verbose) {
  switch (event.type) {
    case "decided": {
      const count = (action) => event.decisions.filter((decision) => decision.action === action).length;
      const head = `${count("run")} to run (${event.maxParallel} at a time), ${count("replay")} to replay, ${count("skip")} to skip`;
      if (!verbose) return head;
      const reasons = event.decisions.map(
        ({ stepId, action, reason, explanation }) => `  ${action} ${stepId}: ${printable(explanation)} [${reason}]`
      );
      return [head, ...reasons].join("\n");
    }
    case "step-started":
      return style.dim(
        event.attempt > 1 ? `start ${event.stepId} (attempt ${event.attempt})` : `start ${event.stepId}`
      );
    case "step-finished": {
      const { step } = event;
      if (step.outcome === "replayed" || step.outcome === "skipped") return void 0;
      const because = step.message === void 0 ? "" : `: ${printable(step.message)}`;
      const text = `${step.outcome} ${step.id} ${formatDuration(step.durationMs)}${because}`;
      if (step.outcome === "passed") return style.green(text);
      return step.outcome === "failed" || step.outcome === "timed-out" ? style.red(text) : style.yellow(text);
    }
    case "gate":
      return event.open ? void 0 : style.yellow(`gate of stage ${event.stageId} closed: ${printable(event.reason)}`);
    case "notice":
      return style.yellow(`note: ${printable(event.notice.message)}`);
    case "finished":
      return void 0;
  }
}

// src/render/step-log.ts
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import path from "node:path";
var PRINTED_BYTES = 64 * 1024;
function renderStepLog(step, which, stateDirectory) {
  const wanted = {
    full: true,
    "new-only": step.outcome !== "replayed",
    "errors-only": step.outcome === "failed" || step.outcome === "timed-out",
    none: false
  }[which];
  if (!wanted || step.log === void 0) return "";
  const file = path.resolve(stateDirectory, step.log);
  const tail = readTail(file);
  if (tail === void 0 || tail.text.trim() === "") return "";
  const head = `--- ${step.id}: ${tail.cut ? `last ${PRINTED_BYTES / 1024} KiB of ` : ""}${path.relative(process.cwd(), file)}
`;
  return `${head}${printableLog(tail.text).replace(/\n*$/, "\n")}---
`;
}
function readTail(file) {
  let descriptor;
  try {
    descriptor = openSync(file, "r");
  } catch {
    return void 0;
  }
  try {
    const { size } = fstatSync(descriptor);
    const buffer = Buffer.alloc(Math.min(size, PRINTED_BYTES));
    const length = readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
    return { text: buffer.toString("utf8", 0, length), cut: size > PRINTED_BYTES };
  } finally {
    closeSync(descriptor);
  }
}

// src/render/style.ts
import { styleText } from "node:util";
function createStyle(isTerminal, environment) {
  const set = (name) => environment[name] !== void 0 && environment[name] !== "";
  const forced = set("FORCE_COLOR") && environment["FORCE_COLOR"] !== "0";
  const on = !set("NO_COLOR") && (forced || isTerminal && environment["TERM"] !== "dumb" && environment["FORCE_COLOR"] !== "0");
  const paint = (format) => (text) => on ? styleText(format, text, { validateStream: false }) : text;
  return { green: paint("green"), red: paint("red"), yellow: paint("yellow"), dim: paint("dim"), bold: paint("bold") };
}

// src/render/summary.ts
var LISTED_FINDINGS = 50;
function renderSummary(record, style, options) {
  const wrong = record.steps.filter((step) => isWrong(step));
  const lines = [];
  if (!options.quiet) lines.push(...renderSteps(record.steps, style), "");
  else if (wrong.length > 0) lines.push(...renderSteps(wrong, style), "");
  lines.push(...renderFindings(record.steps, style));
  for (const stage of record.stages) {
    if (stage.state === "closed" || stage.state === "waiting") {
      lines.push(style.yellow(`stage ${stage.id} ${stage.state}: ${printable(stage.reason ?? "")}`));
    }
  }
  if (options.quiet && record.status === "passed") return lines.length === 0 ? "" : `${lines.join("\n")}
`;
  lines.push(renderStatus(record, style));
  if (!options.quiet) lines.push(...renderSaved(record));
  if (!options.quiet && options.recordFile !== void 0) lines.push(style.dim(`record: ${options.recordFile}`));
  return `${lines.join("\n")}
`;
}
function isWrong(step) {
  return !["passed", "replayed", "skipped"].includes(step.outcome);
}
function renderSteps(steps, style) {
  const idWidth = Math.max(4, ...steps.map((step) => step.id.length));
  const rows = steps.map((step) => {
    const time = step.outcome === "replayed" || step.outcome === "skipped" ? "-" : formatDuration(step.durationMs);
    const why = step.message ?? step.decision.explanation;
    return `${step.id.padEnd(idWidth)}  ${paintOutcome(step, style)}  ${time.padStart(8)}  ${printable(why)}`;
  });
  return [style.dim(`${"step".padEnd(idWidth)}  ${"outcome".padEnd(12)}  ${"time".padStart(8)}  why`), ...rows];
}
function paintOutcome(step, style) {
  const text = step.outcome.padEnd(12);
  if (step.outcome === "passed") return style.green(text);
  if (step.outcome === "replayed" || step.outcome === "skipped") return style.dim(text);
  return step.outcome === "failed" || step.outcome === "timed-out" ? style.red(text) : style.yellow(text);
}
function renderFindings(steps, style) {
  const findings = steps.flatMap((step) => step.findings.map((finding) => ({ step: step.id, finding })));
  if (findings.length === 0) return [];
  const lines = findings.slice(0, LISTED_FINDINGS).map(({ step, finding }) => {
    const place = [finding.file ?? step, finding.line, finding.column].filter((part) => part !== void 0).join(":");
    const severity = finding.severity === "error" ? style.red(finding.severity) : style.yellow(finding.severity);
    return `${printable(place)}: ${severity} ${printable(finding.message)} (${step}/${printable(finding.rule)})`;
  });
  if (findings.length > LISTED_FINDINGS) lines.push(`and ${findings.length - LISTED_FINDINGS} more findings`);
  return [...lines, ""];
}
function renderStatus(record, style) {
  const count = (outcomes) => record.steps.filter((step) => outcomes.includes(step.outcome)).length;
  const parts = [
    [count(["passed"]), "passed"],
    [count(["failed", "timed-out"]), "failed"],
    [count(["inconclusive"]), "inconclusive"],
    [count(["cancelled"]), "not run to the end"],
    [count(["replayed"]), "replayed"],
    [count(["skipped"]), "skipped"]
  ];
  const status = record.status === "passed" ? style.green(record.status) : style.red(record.status);
  const counts = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  const nothing = counts.length === 0 ? "no steps" : counts.join(", ");
  return `${style.bold(status)} in ${formatDuration(record.durationMs)}: ${nothing}`;
}
function renderSaved({ saved }) {
  const parts = [
    [saved.replayedMs, "replayed"],
    [saved.skippedMs, "skipped"],
    [saved.parallelMs, "by running in parallel"]
  ];
  const worth = parts.filter(([durationMs]) => durationMs >= 1);
  if (worth.length === 0) return [];
  const total = worth.reduce((sum, [durationMs]) => sum + durationMs, 0);
  const list = worth.map(([durationMs, word]) => `${formatDuration(durationMs)} ${word}`).join(", ");
  return [`saved ${formatDuration(total)} (${list}; replayed and skipped steps count with the time they last took)`];
}

// src/commands/run.ts
var JSON_VERSION = 1;
async function runCommand(stepArguments, given) {
  const flags = given;
  const loaded = await readConfig(path2.resolve(flags.target ?? "."), { exact: flags.target !== void 0 });
  const steps = [...stepArguments, ...flags.steps ?? []];
  const cancel = new AbortController();
  const options = {
    loaded,
    toolVersion: VERSION,
    steps: steps.length === 0 ? void 0 : steps,
    force: flags.force,
    baseline: flags.baseline,
    smartExecution: flags.smartExecution,
    parallelExecution: flags.parallel,
    multiStage: flags.multiStage,
    startManualStages: flags.manualTrigger,
    maxParallel: flags.concurrency === void 0 ? void 0 : countOf(flags.concurrency),
    onFailure: flags.continue,
    base: flags.base ?? flags.since,
    signal: cancel.signal,
    moduleWorker: new URL("./module-worker.js", import.meta.url)
  };
  if (flags.dryRun !== void 0) {
    const plan = await planWorkflow(options);
    const json = flags.dryRun === "json" || flags.json === true;
    process.stdout.write(json ? `${JSON.stringify({ version: JSON_VERSION, ...plan })}
` : renderPlan(plan));
    return;
  }
  const stopListening = cancelOnSignal(cancel);
  const printEvent = flags.json === true ? printJson : createPrinter(flags);
  const result = await runWorkflow({ ...options, onEvent: printEvent });
  const signal = stopListening();
  if (flags.json !== true) {
    const recordFile = result.recordFile === void 0 ? void 0 : path2.relative(process.cwd(), result.recordFile);
    const style = createStyle(process.stdout.isTTY, process.env);
    process.stdout.write(renderSummary(result.record, style, { quiet: flags.quiet === true, recordFile }));
  }
  process.exitCode = exitCodeOf(result.record.status, {
    requireComplete: flags.requireComplete === true,
    inconclusive: flags.inconclusive,
    signal
  });
}
function countOf({ value, unit }) {
  return unit === "steps" ? value : Math.max(1, Math.floor(availableParallelism() * value / 100));
}
function printJson(event) {
  process.stdout.write(`${JSON.stringify({ version: JSON_VERSION, ...event })}
`);
}
function createPrinter(flags) {
  const style = createStyle(process.stderr.isTTY, process.env);
  let stateDirectory = "";
  return (event) => {
    if (event.type === "decided") ({ stateDirectory } = event);
    const isTrouble = event.type === "notice" || event.type === "step-finished" && !["passed", "replayed"].includes(event.step.outcome);
    if (flags.quiet !== true || isTrouble) {
      const line = renderProgress(event, style, flags.verbose === true);
      if (line !== void 0) process.stderr.write(`${line}
`);
    }
    if (event.type === "step-finished")
      process.stderr.write(renderStepLog(event.step, flags.outputLogs, stateDirectory));
  };
}
function cancelOnSignal(cancel) {
  let received;
  const onSignal = (signal) => {
    if (received !== void 0)
      process.exit(exitCodeOf("cancelled", { requireComplete: false, inconclusive: "report", signal }));
    received = signal;
    process.stderr.write(`${signal}: ending the running steps; again to leave at once
`);
    cancel.abort();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
    return received;
  };
}
export {
  runCommand
};
