import path from "node:path";
import type { Finding, ModuleStepContext, ModuleStepResult } from "@ai-workflow/engine";
import { parseDiagnostics } from "../../diagnostics/parse-diagnostics.ts";
import { readText } from "../../files/read-text.ts";
import { createPlaceResolver } from "../../files/resolve-place.ts";
import { readOptions } from "../../options.ts";
import { linesOfOutput } from "../../processes/lines-of-output.ts";
import { runCommand } from "../../processes/run-command.ts";
import { createGitReader } from "../../git/create-git-reader.ts";
import { chooseCommands, type AskedCommand } from "../../project/choose-commands.ts";
import { describeProject } from "../../project/describe-project.ts";
import { compareStatus } from "./compare-status.ts";
import { judgeBuild, type BuildVerdict } from "./judge-build.ts";

const MS_PER_MINUTE = 60_000;

/** Builds the repository as it says itself, and runs what the configuration adds to that. */
export default async function integrate(context: ModuleStepContext): Promise<ModuleStepResult> {
  const options = readOptions(context.with);
  const maxFindings = options.number("max_findings", 50, 1);
  const minutes = options.number("timeout_minutes", 0);
  const unit = context.unit?.directory ?? "";
  const prefix = unit === "" || unit === "." ? "" : `${unit}/`;
  const root = path.join(context.directory, prefix);
  const files = context.files.filter((file) => file.startsWith(prefix)).map((file) => file.slice(prefix.length));
  const read = (file: string): string | undefined => {
    const content = readText(root, file);
    return content.ok ? content.text : undefined;
  };
  const facts = context.spans.measure("discovery", () => describeProject(new Set(files), read));
  const given: unknown = context.with["commands"];
  const commands = [
    ...(options.flag("build", true)
      ? chooseCommands(
          undefined,
          facts.commands.filter(({ purpose }) => purpose === "build"),
        )
      : []),
    ...(given === undefined || given === null ? [] : chooseCommands(given, [])),
  ];
  if (commands.length === 0) return { message: "nothing in the repository names a command that builds it" };

  const before = await readStatus(root);
  const verdicts: (BuildVerdict & { readonly name: string })[] = [];
  for (const command of commands) {
    const verdict = await build(command, {
      root,
      files,
      context,
      maxFindings,
      timeoutMs: minutes === 0 ? undefined : minutes * MS_PER_MINUTE,
    });
    verdicts.push({ ...verdict, name: command.name });
    // What comes after may need what this one makes.
    if (verdict.status === "failed") break;
  }
  const after = await readStatus(root);
  const left = before === undefined || after === undefined ? [] : compareStatus(before, after);
  const findings: readonly Finding[] = [...verdicts.flatMap((verdict) => verdict.findings), ...left];
  const outcome = verdicts.some(({ status }) => status === "failed")
    ? "failed"
    : verdicts.some(({ status }) => status === "missing")
      ? "inconclusive"
      : undefined;
  const words = { passed: "passed", failed: "failed", missing: "could not run" };
  return {
    ...(outcome === undefined ? {} : { outcome }),
    message: verdicts.map(({ name, status }) => `${name} ${words[status]}`).join("; "),
    findings: findings.map((finding) =>
      finding.file === undefined ? finding : { ...finding, file: prefix + finding.file },
    ),
  };
}

async function build(
  { command, name, directory, isAsked }: AskedCommand,
  {
    root,
    files,
    context,
    maxFindings,
    timeoutMs,
  }: {
    readonly root: string;
    readonly files: readonly string[];
    readonly context: ModuleStepContext;
    readonly maxFindings: number;
    readonly timeoutMs: number | undefined;
  },
): Promise<BuildVerdict> {
  process.stdout.write(`$ ${command}\n`);
  const end = await context.spans.measure("build", () =>
    runCommand(command, {
      directory: path.join(root, directory),
      timeoutMs,
      onOutput: (chunk) => process.stdout.write(chunk),
    }),
  );
  return context.spans.measure("parsing", () => {
    const lines = linesOfOutput(end.output);
    const diagnostics = parseDiagnostics(lines, createPlaceResolver(files, { root, directory }));
    return judgeBuild({ name, isAsked, end, lines, diagnostics }, maxFindings);
  });
}

/** What git says of the work tree; `undefined` where there is no git. */
async function readStatus(directory: string): Promise<string | undefined> {
  const end = await createGitReader(directory)(["status", "--porcelain", "-z", "--no-renames", "--", "."]);
  return end.status === "ended" && end.code === 0 ? end.stdout : undefined;
}
