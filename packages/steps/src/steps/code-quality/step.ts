import { existsSync } from "node:fs";
import path from "node:path";
import type { Finding, ModuleStepContext, ModuleStepResult } from "@ai-workflow/engine";
import { isGenerated } from "../../files/is-generated.ts";
import { readText } from "../../files/read-text.ts";
import { readOptions } from "../../options.ts";
import { runProgram } from "../../processes/run-program.ts";
import { countOf } from "../../text/count-of.ts";
import { findAssembled } from "./find-assembled.ts";
import { findDuplicates } from "./find-duplicates.ts";
import { measureFunctions } from "./measure-functions.ts";
import { QUALITY_TOOLS, type QualityTool } from "./quality-tool.ts";
import { tokenise, type Syntax } from "./tokenise.ts";

const BRACES = /\.(?:[cm]?[jt]sx?|go|rs|java|c|h|cc|cpp|hpp)$/;
/** Written by programs or by others, or for tests, which repeat themselves on purpose. */
const NOT_MEASURED =
  /(?:^|\/)(?:node_modules|vendor|third[-_]?party[^/]*|templates?|template-[^/]+|deps|dist|release|build|out|generated|tests?|__tests__|specs?|fixtures?|testdata|examples?|benchmarks?|migrations|stories)\/|\.(?:min|bundle|generated|pb|test|spec|stories|d)\.\w+$|_test\.go$|(?:^|\/)test_[^/]+\.py$|_pb2\.py$/i;
/** The first characters of what bundlers write: of browserify with and without a name, and of webpack and rollup. */
const BUNDLED =
  /^(?:!function\(\w\)\{if\("object"==typeof exports|\(function\(\)\{function r\(e,n,t\)|\(function e\(t,n,r\)|;?\(function\(e,t,n\)\{function r|\(function webpackUniversalModuleDefinition)/;
const MAX_BYTES = 512 * 1024;

/** Runs the linters and type checkers that the repository is set up for, and measures the code of languages that have none. */
export default async function checkCodeQuality(context: ModuleStepContext): Promise<ModuleStepResult> {
  const { directory, files, spans } = context;
  const options = readOptions(context.with);
  const wanted = options.texts("tools");
  const maxPerTool = options.number("max_per_tool", 50, 1);
  const timeoutMs = options.number("tool_timeout_seconds", 120, 1) * 1000;
  const limits = {
    cyclomatic: options.number("max_complexity", 50, 1),
    cognitive: options.number("max_cognitive", 60, 1),
    duplicate: options.number("min_duplicate_tokens", 150, 20),
  };
  checkNames(wanted);
  const tools = QUALITY_TOOLS.filter(
    (tool) =>
      files.some((file) => tool.files.test(file)) &&
      (wanted === undefined ? isConfigured(tool, directory, files) : wanted.includes(tool.id)),
  );
  const findings: Finding[] = [];
  const ran: string[] = [];
  const absent: string[] = [];
  for (const tool of tools) {
    const result = await spans.measure(tool.id.replace(" ", "_"), () => runTool(tool, { directory, files, timeoutMs }));
    if (typeof result === "string") {
      absent.push(tool.id);
      findings.push({ rule: "tool-unavailable", severity: "info", message: `${tool.id} tells nothing: ${result}` });
      continue;
    }
    ran.push(tool.id);
    findings.push(...limit(result, tool.id, maxPerTool));
  }
  const judged = tools.filter(({ id }) => ran.includes(id));
  const rest = files.filter((file) => !NOT_MEASURED.test(file) && !judged.some((tool) => tool.files.test(file)));
  findings.push(...spans.measure("parsing", () => measure(rest, directory, limits)));
  const message =
    ran.length > 0
      ? `judged by ${ran.join(", ")}`
      : absent.length > 0
        ? `${absent.join(", ")} ${absent.length === 1 ? "tells" : "tell"} nothing: measured`
        : "no linter set up at the root: measured";
  const isUnknown = wanted !== undefined && absent.length > 0;
  // Once the tools are installed, no input of the step has changed.
  const isProvisional = absent.length > 0;
  return { message, findings, provisional: isProvisional, ...(isUnknown ? { outcome: "inconclusive" as const } : {}) };
}

function checkNames(wanted: readonly string[] | undefined): void {
  const unknown = wanted?.find((name) => QUALITY_TOOLS.every(({ id }) => id !== name));
  if (unknown === undefined) return;
  const names = QUALITY_TOOLS.map(({ id }) => id).join(", ");
  throw new Error(`the option \`tools\` may name ${names}, got ${JSON.stringify(unknown)}`);
}

function isConfigured(
  { configuredBy, configuredIn = {} }: QualityTool,
  directory: string,
  files: readonly string[],
): boolean {
  if (files.some((file) => configuredBy.test(file))) return true;
  return Object.entries(configuredIn).some(([file, word]) => {
    const content = readText(directory, file);
    return content.ok && word.test(content.text);
  });
}

/** What a tool found, or why it tells nothing. */
async function runTool(
  tool: QualityTool,
  {
    directory,
    files,
    timeoutMs,
  }: { readonly directory: string; readonly files: readonly string[]; readonly timeoutMs: number },
): Promise<readonly Finding[] | string> {
  const { program, args, isNodeProgram, takesFiles = false, offline } = tool;
  const local = path.join(directory, "node_modules/.bin", program);
  const isThere = !isNodeProgram || existsSync(local);
  if (!isThere) return "it is not installed in this repository";
  const given = takesFiles ? files.filter((file) => tool.files.test(file)).map((file) => `./${file}`) : [];
  const isSolution = tool.id === "tsc" && isSolutionOnly(directory);
  const chosen = isNodeProgram ? local : program.includes("/") ? path.join(directory, program) : program;
  const end = await runProgram(chosen, [...(isSolution ? BUILD_ARGS : args), ...given], {
    directory,
    variables: { NO_COLOR: "1", FORCE_COLOR: undefined, ...offline?.variables },
    timeoutMs,
  });
  if (end.status === "missing") return "it is not installed";
  if (end.isTimedOut) {
    return `it did not end within ${timeoutMs / 1000} seconds (the option \`tool_timeout_seconds\`)`;
  }
  const found = end.truncated ? undefined : tool.parse(end.stdout, end.stderr);
  const isSilent = found?.length === 0 && end.code !== 0;
  if (end.code !== 0 && offline?.says.test(end.stderr) === true) {
    return `what it needs is not on this machine, and it is run without the network: \`${offline.mend}\` brings it`;
  }
  if (found === undefined || isSilent) {
    const said = `${end.stderr}\n${end.stdout}`.split("\n").find((line) => line.trim() !== "") ?? "";
    return `it ended with ${end.code ?? end.signal ?? "nothing"}: ${said
      .replace(/\p{Cc}/gu, " ")
      .trim()
      .slice(0, 200)}`;
  }
  return found.flatMap((one) => {
    if (one.file === undefined) return [one];
    const file = path.relative(directory, path.resolve(directory, one.file)).replaceAll("\\", "/");
    // What is outside is not the repository's.
    return file.startsWith("../") ? [] : [{ ...one, file }];
  });
}

/** Whether `tsconfig.json` only names other projects, so that compiling it looks at nothing. */
function isSolutionOnly(directory: string): boolean {
  const content = readText(directory, "tsconfig.json");
  return content.ok && /"files"\s*:\s*\[\s*\]/.test(content.text) && content.text.includes('"references"');
}

const BUILD_ARGS = ["--build", "--noEmit", "--pretty", "false"];

/** The gravest first, and how many more there are. */
function limit(found: readonly Finding[], tool: string, max: number): readonly Finding[] {
  const rank = { error: 0, warning: 1, info: 2 };
  const sorted = found.toSorted((one, other) => rank[one.severity] - rank[other.severity]);
  if (sorted.length <= max) return sorted;
  const rest = sorted.slice(max);
  const severity = rest[0]?.severity ?? "info";
  return [
    ...sorted.slice(0, max),
    { rule: "more-problems", severity, message: `${countOf(rest.length, "more problem")} of ${tool}` },
  ];
}

function measure(
  files: readonly string[],
  directory: string,
  limits: { readonly cyclomatic: number; readonly cognitive: number; readonly duplicate: number },
): readonly Finding[] {
  const complex: Finding[] = [];
  const sources = [];
  for (const file of files) {
    const syntax: Syntax | undefined = BRACES.test(file) ? "braces" : file.endsWith(".py") ? "python" : undefined;
    const content = syntax === undefined ? undefined : readText(directory, file, MAX_BYTES);
    if (syntax === undefined || content?.ok !== true || isWritten(content.text)) continue;
    for (const { name, line, cyclomatic, cognitive } of measureFunctions(content.text, syntax)) {
      const isMany = cyclomatic > limits.cyclomatic;
      if (!isMany && cognitive <= limits.cognitive) continue;
      const what = isMany
        ? `has ${cyclomatic} ways through it (at most ${limits.cyclomatic})`
        : `has a cognitive complexity of ${cognitive} (at most ${limits.cognitive})`;
      const message = `the function \`${name}\` ${what}`;
      complex.push({
        rule: "complexity",
        severity: "warning",
        message,
        file,
        line,
        suggestion: "give its parts names of their own",
      });
    }
    sources.push({ file, tokens: tokenise(content.text, syntax) });
  }
  const sizes = new Map(sources.map(({ file, tokens }) => [file, tokens.length]));
  const all = findDuplicates(sources, limits.duplicate);
  const assembled = findAssembled(all, sizes);
  // What a build has put together repeats its parts, and is as it is because of them.
  const own = sources.filter(({ file }) => !assembled.has(file));
  const duplicates = (assembled.size === 0 ? all : findDuplicates(own, limits.duplicate)).filter(
    ({ line, endLine }) => endLine - line + 1 >= MIN_DUPLICATE_LINES,
  );
  const findings = complex.filter(({ file = "" }) => !assembled.has(file));
  for (const { file, line, endLine, otherFile, otherLine } of duplicates.slice(0, MAX_DUPLICATES)) {
    const message = `${endLine - line + 1} lines are the same as those from ${JSON.stringify(`${otherFile}:${otherLine}`)} on`;
    findings.push({ rule: "duplication", severity: "warning", message, file, line, endLine });
  }
  const rest = duplicates.length - MAX_DUPLICATES;
  if (rest > 0) {
    findings.push({
      rule: "duplication",
      severity: "info",
      message: `${countOf(rest, "more stretch", "more stretches")} ${rest === 1 ? "stands" : "stand"} in two places`,
    });
  }
  return findings;
}

/** Whether a program wrote it, by how it begins. */
function isWritten(text: string): boolean {
  return isGenerated(text) || BUNDLED.test(text.slice(0, 200));
}

/** Shorter ones are compressed, or hardly worth a function. */
const MIN_DUPLICATE_LINES = 8;
/** Duplicates told one by one. */
const MAX_DUPLICATES = 10;
