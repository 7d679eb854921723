import path from "node:path";
import type { Finding } from "@ai-workflow/engine";
import { runProgram } from "../../processes/run-program.ts";

/** A script, and the shell that its first line or its name gives. */
export interface ShellScript {
  readonly file: string;
  readonly shell: "sh" | "bash";
}

/** As many files are given to one process, and so many processes run at a time. */
const BATCH = 100;
const CONCURRENCY = 2;

/** What is wrong with how shell scripts are written, and what told. */
export interface ShellCheck {
  readonly findings: readonly Finding[];
  readonly tool: "shellcheck" | "the shells themselves" | "nothing";
}

/** No script takes so long to be read; what stands in for the tool may. */
const TIMEOUT_MS = 60_000;

/** Has scripts read by `shellcheck` where it is installed, otherwise by their shells, which run nothing of them. */
export async function checkShellScripts(directory: string, scripts: readonly ShellScript[]): Promise<ShellCheck> {
  const findings: Finding[] = [];
  for (let start = 0; start < scripts.length; start += BATCH) {
    const files = scripts.slice(start, start + BATCH).map(({ file }) => file);
    // 2148: that a script does not say of which shell it is breaks nothing, and its name says it.
    const args = ["--severity=error", "--exclude=2148", "--format=json", "--", ...files];
    const answer = await runProgram("shellcheck", args, { directory, timeoutMs: TIMEOUT_MS });
    if (answer.status === "missing" || answer.isTimedOut) return checkByShells(directory, scripts);
    findings.push(...parseShellcheck(answer.stdout));
  }
  return { findings, tool: "shellcheck" };
}

/** Reads the answer of `shellcheck --format=json`. */
export function parseShellcheck(text: string): readonly Finding[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    return [];
  }
  if (!Array.isArray(list)) return [];
  return (list as readonly Partial<Record<"file" | "line" | "column" | "message" | "code", unknown>>[]).map((one) => ({
    rule: `shellcheck-${Number(one.code)}`,
    severity: "error",
    message: String(one.message).replaceAll(/\p{C}/gu, " ").slice(0, 300),
    file: String(one.file),
    ...(typeof one.line === "number" && one.line > 0 ? { line: one.line } : {}),
    ...(typeof one.column === "number" && one.column > 0 ? { column: one.column } : {}),
  }));
}

async function checkByShells(directory: string, scripts: readonly ShellScript[]): Promise<ShellCheck> {
  const findings: Finding[] = [];
  let [next, isMissing] = [0, false];
  const work = async (): Promise<void> => {
    while (next < scripts.length) {
      const { file, shell } = scripts[next++] ?? { file: "", shell: "sh" };
      // A name with a dash at its begin would be an option.
      const end = await runProgram(shell, ["-n", path.join(directory, file)], {
        directory,
        variables: { LC_ALL: "C" },
        timeoutMs: TIMEOUT_MS,
      });
      if (end.status === "missing") isMissing = true;
      else if (end.code !== 0)
        findings.push(...parseShell(file, end.stderr.replaceAll(path.join(directory, file), "")));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  const sorted = findings.toSorted((one, other) => ((one.file ?? "") < (other.file ?? "") ? -1 : 1));
  return { findings: sorted, tool: isMissing ? "nothing" : "the shells themselves" };
}

/** Reads the first complaint of `sh -n` or `bash -n`. */
function parseShell(file: string, text: string): readonly Finding[] {
  const [, line, message] = /^.*?: (?:line )?(\d+): (.*)$/m.exec(text) ?? [];
  if (message === undefined) return [];
  return [
    {
      rule: "shell-syntax",
      severity: "error",
      message: message.replaceAll(/\p{C}/gu, " ").slice(0, 300),
      file,
      line: Number(line),
    },
  ];
}
