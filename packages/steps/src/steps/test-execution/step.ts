import { lstatSync } from "node:fs";
import path from "node:path";
import { parseTestProfile } from "@ai-workflow/profiler/test-profile";
import type { Finding, ModuleStepContext, ModuleStepResult } from "@ai-workflow/engine";
import { parseDiagnostics, type Diagnostic } from "../../diagnostics/parse-diagnostics.ts";
import { readText } from "../../files/read-text.ts";
import { createPlaceResolver, type PlaceResolver } from "../../files/resolve-place.ts";
import { readOptions } from "../../options.ts";
import { linesOfOutput } from "../../processes/lines-of-output.ts";
import { runCommand, type CommandEnd } from "../../processes/run-command.ts";
import { chooseCommands, type AskedCommand } from "../../project/choose-commands.ts";
import { describeProject } from "../../project/describe-project.ts";
import { resolveScript } from "../../project/ecosystems/node-scripts.ts";
import { parseJsonTable, scriptsOf } from "../../project/read-data.ts";
import type { TestFailure } from "./failure.ts";
import { excuseNetwork, judgeEnd, type Counts, type Verdict } from "./judge-end.ts";
import { parseJunit } from "./parse-junit.ts";
import { estimateCosts, parseShard, planShards, type Shard } from "./plan-shards.ts";
import { readFailures } from "./read-failures.ts";
import { findReports, usualReports } from "./report-files.ts";
import { chooseShardWay } from "./shard-way.ts";
import { toResult, type CommandResult } from "./to-result.ts";
import { ownErrors } from "../../diagnostics/own-errors.ts";

/** A report of more is not read. */
const MAX_REPORT_BYTES = 64 * 1024 * 1024;
const MS_PER_MINUTE = 60_000;

/** Where the tests of the step are, and what it may do. */
interface Setting {
  readonly context: ModuleStepContext;
  /** Absolute path of the folder to which `directory` of commands is relative. */
  readonly root: string;
  /** Files below it. */
  readonly files: readonly string[];
  readonly shard: Shard | undefined;
  readonly durations: readonly string[];
  readonly reports: readonly string[];
  readonly timeoutMs: number | undefined;
}

/** Runs the tests that the repository has, and tells which failed and where. */
export default async function executeTests(context: ModuleStepContext): Promise<ModuleStepResult> {
  const options = readOptions(context.with);
  const shard = options.text("shard");
  const minutes = options.number("timeout_minutes", 0);
  const unit = context.unit?.directory ?? "";
  const prefix = unit === "" || unit === "." ? "" : `${unit}/`;
  const files = context.files.filter((file) => file.startsWith(prefix)).map((file) => file.slice(prefix.length));
  const root = path.join(context.directory, prefix);
  const setting: Setting = {
    context,
    root,
    files,
    shard: shard === undefined ? undefined : parseShard(shard),
    durations: options.texts("durations") ?? [],
    reports: options.texts("reports") ?? usualReports(files),
    timeoutMs: minutes === 0 ? undefined : minutes * MS_PER_MINUTE,
  };
  const facts = context.spans.measure("discovery", () => describeProject(new Set(files), (file) => textOf(root, file)));
  const found = facts.commands.filter(({ purpose }) => purpose === "test");
  const commands = chooseCommands(context.with["commands"], found);
  const results: CommandResult[] = [];
  for (const command of commands) results.push(await runTests(command, setting));
  const { findings, ...result } = toResult(results, {
    allowEmpty: options.flag("allow_empty", false),
    maxFindings: options.number("max_findings", 50, 1),
  });
  return { ...result, findings: findings.map((finding) => fromRepository(finding, prefix)) };
}

function fromRepository(finding: Finding, prefix: string): Finding {
  return finding.file === undefined ? finding : { ...finding, file: prefix + finding.file };
}

function textOf(root: string, file: string): string | undefined {
  const read = readText(root, file);
  return read.ok ? read.text : undefined;
}

async function runTests(test: AskedCommand, setting: Setting): Promise<CommandResult> {
  const { context, root, files } = setting;
  const directory = path.join(root, test.directory);
  const part = await chooseTests(test, setting);
  if (part.kind === "nothing")
    return { name: test.name, verdict: { kind: "passed" }, note: part.note, failures: [], isAsked: test.isAsked };
  const startMs = Date.now();
  const end = await context.spans.measure("test_execution", () => start(part.command, directory, setting));
  const places = createPlaceResolver(files, { root, directory: test.directory });
  const told = context.spans.measure("parsing", () => readResults(end, { places, directory, startMs, setting }));
  return { name: test.name, note: part.note, isAsked: test.isAsked, ...told };
}

function start(command: string, directory: string, { timeoutMs }: Setting): Promise<CommandEnd> {
  process.stdout.write(`$ ${command}\n`);
  return runCommand(command, {
    directory,
    timeoutMs,
    // Some runners watch for changes unless they know that nobody is there.
    variables: { CI: process.env["CI"] ?? "true" },
    onOutput: (chunk) => process.stdout.write(chunk),
  });
}

/** What is to be run of a command's tests. */
type Part =
  | { readonly kind: "run"; readonly command: string; readonly note?: string | undefined }
  | { readonly kind: "nothing"; readonly note: string };

async function chooseTests(test: AskedCommand, setting: Setting): Promise<Part> {
  const { shard, root, files, durations } = setting;
  if (shard === undefined || shard.count === 1) return { kind: "run", command: test.command };
  const directory = path.join(root, test.directory);
  const way = chooseShardWay(test, scriptOf(test, directory), shard);
  const name = `shard ${shard.index}/${shard.count}`;
  if (way.kind === "own") return { kind: "run", command: way.command, note: `${name} as the runner divides them` };
  if (way.kind === "whole") {
    const note = "cannot be divided, so that the first shard runs all of it";
    return shard.index === 1 ? { kind: "run", command: test.command, note } : { kind: "nothing", note };
  }
  const listed = await start(way.listCommand, directory, setting);
  const items = way.parse(listed.output, directory);
  // What the runner does not tell of it must not leave out; the shard that runs all of it tells what is wrong.
  if (listed.code !== 0 || items.length === 0) {
    const note = "the runner did not tell which tests there are, so that the first shard runs all of them";
    return shard.index === 1 ? { kind: "run", command: test.command, note } : { kind: "nothing", note };
  }
  const places = createPlaceResolver(files, { root, directory: test.directory });
  const known = readDurations(durations, root, places);
  const filesOf = (item: string): readonly string[] => {
    const file = path.posix.join(test.directory, item);
    return files.includes(file)
      ? [file]
      : files.filter((one) => path.posix.dirname(one) === file && one.endsWith("_test.go"));
  };
  const durationsMs = new Map(
    items.flatMap((item) => {
      const ms = filesOf(item).flatMap((file) => known.get(file) ?? []);
      return ms.length === 0 ? [] : [[item, ms.reduce((sum, one) => sum + one, 0)] as const];
    }),
  );
  const sizeOf = (item: string): number =>
    filesOf(item).reduce(
      (sum, file) => sum + (lstatSync(path.join(root, file), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
  const mine = planShards(estimateCosts(items, { durationsMs, sizeOf }), shard.count)[shard.index - 1] ?? [];
  const basis = durationsMs.size === 0 ? "by size" : `by the durations of ${durationsMs.size}`;
  const note = `${name}: ${mine.length} of ${items.length}, ${basis}`;
  return mine.length === 0 ? { kind: "nothing", note } : { kind: "run", command: way.commandFor(mine), note };
}

/** What the runner is called with: the script of a package where the command runs one. */
function scriptOf({ command, runner }: AskedCommand, directory: string): string {
  const [, name] = /^(?:npm|pnpm|yarn|bun)(?: run)? ([\w:.-]+)$/.exec(command) ?? [];
  if (name === undefined || runner === undefined) return command;
  return resolveScript(scriptsOf(parseJsonTable(textOf(directory, "package.json"))), name);
}

function readDurations(places: readonly string[], root: string, resolver: PlaceResolver): ReadonlyMap<string, number> {
  const all = new Map<string, number>();
  for (const file of findReports(root, places, 0)) {
    const read = readText(root, file, MAX_REPORT_BYTES);
    const report = read.ok ? parseJunit(read.text, resolver) : undefined;
    for (const [name, ms] of report?.fileMs ?? []) all.set(name, Math.max(all.get(name) ?? 0, ms));
  }
  return all;
}

function readResults(
  end: CommandEnd,
  {
    places,
    directory,
    startMs,
    setting,
  }: {
    readonly places: PlaceResolver;
    readonly directory: string;
    readonly startMs: number;
    readonly setting: Setting;
  },
): {
  readonly verdict: Verdict;
  readonly counts?: Counts | undefined;
  readonly failures: readonly TestFailure[];
  readonly errors?: readonly Diagnostic[] | undefined;
  readonly lastLine: string;
} {
  const lines = linesOfOutput(end.output);
  const reports = findReports(directory, setting.reports, startMs).flatMap((file) => {
    const read = readText(directory, file, MAX_REPORT_BYTES);
    return read.ok ? (parseJunit(read.text, places) ?? []) : [];
  });
  const reported = reports.reduce<Counts>(
    (sum, { passed, failed, skipped }) => ({
      passed: sum.passed + passed,
      failed: sum.failed + failed,
      skipped: sum.skipped + skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
  const printed = parseTestProfile(lines.join("\n"))?.tests;
  const counts = reported.passed + reported.failed + reported.skipped > 0 ? reported : printed;
  const verdict = judgeEnd(end, lines, counts);
  const lastLine = lines.findLast((line) => line.trim() !== "")?.trim() ?? "";
  if (verdict.kind === "passed" || verdict.kind === "no-tests") return { verdict, counts, failures: [], lastLine };
  const read = readFailures(lines, places);
  const told = reports.flatMap(({ failures }) => failures);
  const failures = told.length > 0 ? told : read;
  // Tests that could not be built did not run.
  const errors = failures.length > 0 ? [] : ownErrors(parseDiagnostics(lines, places));
  const isKnown = failures.length + errors.length > 0;
  return { verdict: isKnown ? verdict : excuseNetwork(verdict, lines, counts), counts, failures, errors, lastLine };
}
