import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import {
  CONFIG_FILE_NAME,
  EngineError,
  HISTORY_FILE,
  STATE_FOLDER_NAME,
  appendHistory,
  buildRecord,
  createRunPaths,
  createSpanRecorder,
  fingerprintFiles,
  formatProfileLog,
  openStateDirectory,
  pointLatest,
  prepare,
  readDurations,
  recordDecided,
  recordStages,
  scheduleSteps,
  toCurrentRun,
  toHistoryLine,
  toTraceEvents,
  writeFileAtomic
} from "./chunk-FYUDZOBP.js";

// ../../packages/engine/dist/config/read-config.js
import { readFileSync as readFileSync2, statSync as statSync2 } from "node:fs";
import path2 from "node:path";

// ../../packages/engine/dist/config/workflow-cache.js
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { deserialize, serialize } from "node:v8";
var HASH_BYTES = 32;
var CACHE_FILE = path.join("cache", "workflow.bin");
function workflowCacheKey(text, defaultName) {
  const program = statSync(fileURLToPath(import.meta.url));
  const parts = [text, defaultName, import.meta.url, String(program.size), String(program.mtimeMs), process.version];
  return createHash("sha256").update(JSON.stringify(parts)).digest();
}
function readCachedWorkflow(state, key) {
  try {
    const entry = readFileSync(path.join(state, CACHE_FILE));
    const payload = entry.subarray(HASH_BYTES);
    return seal(key, payload).equals(entry.subarray(0, HASH_BYTES)) ? deserialize(payload) : void 0;
  } catch {
    return void 0;
  }
}
function writeCachedWorkflow(state, key, workflow) {
  try {
    const payload = serialize(workflow);
    writeFileAtomic(path.join(state, CACHE_FILE), Buffer.concat([seal(key, payload), payload]));
  } catch {
  }
}
function seal(key, payload) {
  return createHash("sha256").update(key).update(payload).digest();
}

// ../../packages/engine/dist/config/read-config.js
async function readConfig(from, options) {
  if (!statSync2(from, { throwIfNoEntry: false })?.isDirectory()) {
    throw new EngineError("ENGINE_TARGET_MISSING", `${from} is not a directory`, {
      hint: "Give the directory that holds the configuration"
    });
  }
  for (let directory = from; ; directory = path2.dirname(directory)) {
    const file = path2.join(directory, CONFIG_FILE_NAME);
    const text = readIfThere(file);
    if (text !== void 0)
      return load(text, directory, file);
    if (options.exact || directory === path2.dirname(directory))
      break;
  }
  throw new EngineError("ENGINE_CONFIG_MISSING", `no ${CONFIG_FILE_NAME} in ${from}${options.exact ? "" : " or in a directory above it"}`, { hint: `Create ${CONFIG_FILE_NAME} with a \`steps\` mapping; docs/configuration.md has one to start from` });
}
function readIfThere(file) {
  try {
    return readFileSync2(file, "utf8");
  } catch (error) {
    const code = error.code;
    if (code === "ENOENT" || code === "ENOTDIR")
      return void 0;
    throw new EngineError("ENGINE_CONFIG_UNREADABLE", `cannot read ${file} (${code ?? "unknown error"})`, {
      hint: "Make it a file that you may read",
      cause: error
    });
  }
}
async function load(text, directory, file) {
  const name = path2.basename(directory);
  const cacheKey = workflowCacheKey(text, name);
  const cached = readCachedWorkflow(path2.join(directory, STATE_FOLDER_NAME), cacheKey);
  if (cached !== void 0)
    return { workflow: cached, directory, file };
  const { parseConfig } = await import("./parse-config-34QL62XD.js");
  const parsed = parseConfig(text, CONFIG_FILE_NAME, name);
  if (parsed.ok)
    return { workflow: parsed.workflow, directory, file, cacheKey };
  const count = parsed.problems.length;
  throw new EngineError("ENGINE_CONFIG_INVALID", `${count} ${count === 1 ? "problem" : "problems"} in ${CONFIG_FILE_NAME}`, { hint: "Mend the places named and run again", problems: parsed.problems });
}

// ../../packages/engine/dist/run/plan-workflow.js
import path4 from "node:path";

// ../../packages/engine/dist/results/result-store.js
import { createHash as createHash2 } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync as readFileSync3, renameSync, rmSync } from "node:fs";
import path3 from "node:path";
var FORMAT_VERSION = 1;
function createResultStore(folder, options = {}) {
  const fileOf = (fingerprint, extension) => path3.join(folder, fingerprint.slice(0, 2), fingerprint + extension);
  const find = (fingerprint) => {
    const file = fileOf(fingerprint, ".json");
    let text;
    try {
      text = readFileSync3(file, "utf8");
    } catch {
      return void 0;
    }
    const entry = decode(text);
    if (entry === "other-version")
      return void 0;
    const matches = entry !== "corrupt" && (entry.fingerprint === fingerprint || entry.relevantFingerprint === fingerprint);
    if (matches)
      return entry;
    if (options.onCorrupt !== void 0) {
      setAside(file);
      options.onCorrupt(file);
    }
    return void 0;
  };
  const put = (success, logFile) => {
    const successText = JSON.stringify(success);
    const text = `{"formatVersion":${FORMAT_VERSION},"checksum":"${sha256(successText)}","success":${successText}}
`;
    if (logFile !== void 0)
      copyLog(logFile, fileOf(success.fingerprint, ".log"));
    for (const fingerprint of [success.fingerprint, success.relevantFingerprint]) {
      if (fingerprint === void 0)
        continue;
      const file = fileOf(fingerprint, ".json");
      mkdirSync(path3.dirname(file), { recursive: true });
      writeFileAtomic(file, text);
    }
  };
  return { find, put, logPath: (fingerprint) => fileOf(fingerprint, ".log") };
}
function decode(text) {
  let entry;
  try {
    entry = JSON.parse(text);
  } catch {
    return "corrupt";
  }
  if (typeof entry !== "object" || entry === null)
    return "corrupt";
  if (Number.isInteger(entry.formatVersion) && entry.formatVersion !== FORMAT_VERSION)
    return "other-version";
  if (entry.success === void 0 || entry.checksum !== sha256(JSON.stringify(entry.success)))
    return "corrupt";
  return entry.success;
}
function setAside(file) {
  try {
    renameSync(file, `${file}.corrupt`);
  } catch {
  }
}
function copyLog(from, to) {
  const temporary = `${to}.${process.pid}.tmp`;
  mkdirSync(path3.dirname(to), { recursive: true });
  try {
    copyFileSync(from, temporary);
    renameSync(temporary, to);
  } catch {
    rmSync(temporary, { force: true });
  }
}
function sha256(text) {
  return createHash2("sha256").update(text).digest("hex");
}

// ../../packages/engine/dist/run/machine.js
import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from "node:os";
function readMachine(environment) {
  const [first] = cpus();
  return {
    platform: platform(),
    arch: arch(),
    nodeVersion: process.version,
    cpuModel: first?.model.trim() ?? "unknown",
    cpuCount: availableParallelism(),
    memoryBytes: totalmem(),
    loadAverage1m: loadavg()[0] ?? 0,
    ci: isTruthy(environment["CI"])
  };
}
function isTruthy(value) {
  return value !== void 0 && value !== "" && value !== "0" && value.toLowerCase() !== "false";
}

// ../../packages/engine/dist/run/resolve-options.js
function resolveOptions(options, machine) {
  const { workflow } = options.loaded;
  const baseline = options.baseline ?? false;
  const choose = (option, configured) => !baseline && (option ?? configured);
  const optimizations = {
    smartExecution: choose(options.smartExecution, workflow.optimizations.smartExecution),
    parallelExecution: choose(options.parallelExecution, workflow.optimizations.parallelExecution),
    multiStage: choose(options.multiStage, workflow.optimizations.multiStage)
  };
  const stages = optimizations.multiStage ? workflow.stages : [];
  return {
    request: {
      steps: options.steps === void 0 ? void 0 : new Set(options.steps),
      force: baseline || (options.force ?? false),
      smartExecution: optimizations.smartExecution,
      waitingStages: options.startManualStages === true ? /* @__PURE__ */ new Set() : waitingStages(stages)
    },
    optimizations,
    stages,
    maxParallel: optimizations.parallelExecution ? parallelJobs(options, workflow, machine) : 1,
    onFailure: options.onFailure ?? "never",
    keepResults: !baseline
  };
}
function parallelJobs(options, workflow, machine) {
  return options.maxParallel ?? workflow.maxParallelJobs ?? machine.cpuCount;
}
function waitingStages(stages) {
  const waiting = /* @__PURE__ */ new Set();
  for (const stage of stages) {
    if (stage.steps.length === 0)
      continue;
    if (stage.trigger === "manual" || stage.trigger === "on_success" && waiting.size > 0)
      waiting.add(stage.id);
  }
  return waiting;
}

// ../../packages/engine/dist/run/plan-workflow.js
async function planWorkflow(options) {
  const environment = options.environment ?? process.env;
  const machine = readMachine(environment);
  const resolved = resolveOptions(options, machine);
  const { workflow, directory } = options.loaded;
  const state = path4.join(directory, STATE_FOLDER_NAME);
  const { decisions, changeSet } = await prepare({
    workflow,
    directory,
    request: resolved.request,
    base: options.base,
    environment,
    runtime: machine,
    store: createResultStore(path4.join(state, "results")),
    spans: createSpanRecorder(),
    signal: options.signal
  });
  const schedule = scheduleSteps(workflow, decisions, resolved, machine, readDurations(state));
  if (schedule === void 0)
    return { decisions, changeSet };
  return { decisions, changeSet, schedule: { ...schedule.planned, unknownDurations: schedule.unknownDurations } };
}

// ../../packages/engine/dist/run/run-workflow.js
import { randomBytes } from "node:crypto";
import path7 from "node:path";

// ../../packages/engine/dist/results/file-set-cache.js
import { createHash as createHash3 } from "node:crypto";
import { readFileSync as readFileSync4 } from "node:fs";
import path5 from "node:path";
var FORMAT_VERSION2 = 1;
function createFileSetCache(state) {
  const file = path5.join(state, "cache", "file-sets.json");
  let listing;
  let sets = /* @__PURE__ */ new Map();
  let knownCount = 0;
  return {
    forFiles(files) {
      listing = fingerprintFiles(files);
      sets = read(file, listing);
      knownCount = sets.size;
      return sets;
    },
    save() {
      if (listing === void 0 || sets.size === knownCount)
        return;
      const content = { formatVersion: FORMAT_VERSION2, listing, sets: Object.fromEntries(sets) };
      const text = JSON.stringify(content);
      try {
        writeFileAtomic(file, `${sha2562(text)}
${text}
`);
      } catch {
      }
    }
  };
}
function read(file, listing) {
  try {
    const [checksum, text = ""] = readFileSync4(file, "utf8").split("\n");
    if (checksum !== sha2562(text))
      return /* @__PURE__ */ new Map();
    const content = JSON.parse(text);
    const fits = content.formatVersion === FORMAT_VERSION2 && content.listing === listing;
    return fits ? new Map(Object.entries(content.sets)) : /* @__PURE__ */ new Map();
  } catch {
    return /* @__PURE__ */ new Map();
  }
}
function sha2562(text) {
  return createHash3("sha256").update(text).digest("hex");
}

// ../../packages/engine/dist/run/write-run.js
import { mkdirSync as mkdirSync2, writeFileSync } from "node:fs";
import path6 from "node:path";
var KEPT_HISTORY = 500;
function writeRun(record, context) {
  const { state, paths, environment } = context;
  const metrics = path6.join(state.path, "metrics");
  const attempt = (what, write) => {
    try {
      write();
      return true;
    } catch (error) {
      const why = error.code ?? String(error);
      context.notice({ code: "record-not-written", message: `${what} could not be written (${why})` });
      return false;
    }
  };
  const written = attempt(paths.record, () => writeFileAtomic(paths.record, `${JSON.stringify(record)}
`));
  attempt(metrics, () => {
    mkdirSync2(metrics, { recursive: true });
    writeFileAtomic(path6.join(metrics, "current_run.json"), `${JSON.stringify(toCurrentRun(record), void 0, 2)}
`);
    appendHistory(path6.join(state.path, HISTORY_FILE), toHistoryLine(record), { keep: KEPT_HISTORY });
  });
  attempt(paths.logs, () => {
    writeFileSync(path6.join(paths.logs, "run.log"), formatRunLog(record));
    writeFileSync(path6.join(paths.logs, "trace.json"), JSON.stringify(toTraceEvents(record)));
    if (environment["WORKFLOW_PROFILE"] === "true") {
      writeFileSync(path6.join(paths.logs, "profile.log"), formatProfileLog(record));
    }
    pointLatest(state.path, record.runId);
  });
  return written && state.durable ? paths.record : void 0;
}
function formatRunLog(record) {
  const startMs = Date.parse(record.startedAt);
  const lines = record.steps.map((step) => {
    const at = new Date(startMs + (step.finishedMs ?? 0)).toISOString();
    return `${at} STEP ${step.id} ${Math.round(step.durationMs)} ${step.outcome} ${step.decision.reason}`;
  });
  for (const notice of record.notices)
    lines.push(`${record.finishedAt} NOTICE ${notice.code} ${JSON.stringify(notice.message)}`);
  lines.push(`${record.finishedAt} RUN ${record.runId} ${Math.round(record.durationMs)} ${record.status}`);
  return `${lines.join("\n")}
`;
}

// ../../packages/engine/dist/run/run-workflow.js
async function runWorkflow(options) {
  const notices = [];
  const context = openRun(options, notices);
  const { resolved, machine, emit } = context;
  const { workflow } = options.loaded;
  const fileSets = createFileSetCache(context.state.path);
  const preparation = await prepareRun(context, fileSets);
  const { changeSet } = preparation;
  if (!changeSet.known) {
    const message = `what changed is unknown: ${changeSet.message} (${changeSet.remedy})`;
    context.notice({ code: changeSet.code, message });
  }
  emit({
    type: "decided",
    atMs: context.elapsedMs(),
    runId: context.runId,
    stateDirectory: context.state.path,
    decisions: preparation.decisions,
    maxParallel: resolved.maxParallel
  });
  for (const notice of notices)
    emit({ type: "notice", atMs: context.elapsedMs(), notice });
  const steps = /* @__PURE__ */ new Map();
  for (const decision of preparation.decisions) {
    const step = workflow.steps.get(decision.stepId);
    if (step === void 0 || decision.action === "run")
      continue;
    const stored = preparation.replayable.get(step.id) ?? preparation.proofs.get(step.id);
    const log = stored === void 0 ? void 0 : path7.relative(context.state.path, context.store.logPath(stored.fingerprint));
    const record2 = recordDecided(step, decision, preparation.prints.get(step.id), stored, log);
    steps.set(step.id, record2);
    emit({ type: "step-finished", atMs: context.elapsedMs(), step: record2 });
  }
  const anythingRuns = steps.size < workflow.steps.size;
  const schedule = anythingRuns ? await (await import("./run-steps-P4JTVO25.js")).runSteps(context, preparation, steps) : void 0;
  if (context.state.durable) {
    fileSets.save();
    const { cacheKey } = options.loaded;
    if (cacheKey !== void 0)
      writeCachedWorkflow(context.state.path, cacheKey, workflow);
  }
  const record = buildRecord({
    runId: context.runId,
    workflowId: workflow.name,
    toolVersion: options.toolVersion,
    startedAtMs: context.wallNow() - context.elapsedMs(),
    durationMs: context.elapsedMs(),
    cancelled: options.signal?.aborted ?? false,
    optimizations: resolved.optimizations,
    environment: machine,
    changeSet: preparation.changeSet,
    steps: [...workflow.steps.keys()].flatMap((id) => steps.get(id) ?? []),
    stages: recordStages(resolved.stages, steps, resolved.request.waitingStages),
    schedule,
    spans: context.spans.spans(),
    notices
  });
  const recordFile = writeRun(record, context);
  emit({ type: "finished", atMs: context.elapsedMs(), record });
  return { record, recordFile };
}
function openRun(options, notices) {
  const now = options.now ?? (() => performance.now());
  const wallNow = options.wallNow ?? (() => Date.now());
  const originMs = now();
  const elapsedMs = () => now() - originMs;
  const environment = options.environment ?? process.env;
  const machine = readMachine(environment);
  const resolved = resolveOptions(options, machine);
  const state = openStateDirectory(options.loaded.directory);
  notices.push(...state.notices);
  let decided = false;
  const emit = (event) => {
    decided ||= event.type === "decided";
    options.onEvent?.(event);
  };
  const notice = (text) => {
    notices.push(text);
    if (decided)
      emit({ type: "notice", atMs: elapsedMs(), notice: text });
  };
  const runId = createRunId(wallNow());
  return {
    options,
    resolved,
    environment,
    machine,
    state,
    runId,
    paths: createRunPaths(state.path, runId),
    spans: createSpanRecorder({ now, originMs }),
    store: createResultStore(path7.join(state.path, "results"), {
      onCorrupt: (file) => notice({ code: "result-corrupt", message: `${file} was damaged; it was set aside and its step runs again` })
    }),
    elapsedMs,
    wallNow,
    emit,
    notice
  };
}
function prepareRun(context, fileSets) {
  const { options, resolved } = context;
  return prepare({
    workflow: options.loaded.workflow,
    directory: options.loaded.directory,
    request: resolved.request,
    base: options.base,
    environment: context.environment,
    runtime: context.machine,
    store: context.store,
    fileSets: fileSets.forFiles,
    spans: context.spans,
    signal: options.signal
  });
}
function createRunId(wallMs) {
  const time = new Date(wallMs).toISOString().replace(/[-:]|\.\d+/g, "");
  return `${time}-${randomBytes(3).toString("hex")}`;
}

// src/render/printable.ts
import { stripVTControlCharacters } from "node:util";
function printable(text) {
  return text.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ""}}`
  );
}
function printableLog(text) {
  return stripVTControlCharacters(text).replace(/\r\n/g, "\n").replace(/[^\P{Cc}\n\t]/gu, "");
}

export {
  readConfig,
  planWorkflow,
  runWorkflow,
  printable,
  printableLog
};
