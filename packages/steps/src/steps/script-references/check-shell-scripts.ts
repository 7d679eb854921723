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

/**
 * Has the shell that runs this read each of the files that it is given, and prints the name and the complaint of those that it refuses, each with
 * a null character behind it. A shell starts another one in a third of the time in which Node does.
 */
const READ_EACH = String.raw`for file; do said=$("$0" -n "$file" 2>&1) || printf '%s\0%s\0' "$file" "$said"; done`;

async function checkByShells(directory: string, scripts: readonly ShellScript[]): Promise<ShellCheck> {
  const batches = (["sh", "bash"] as const).flatMap((shell) => {
    const files = scripts.filter((script) => script.shell === shell).map(({ file }) => file);
    return Array.from({ length: Math.ceil(files.length / BATCH) }, (_, index) => ({
      shell,
      files: files.slice(index * BATCH, (index + 1) * BATCH),
    }));
  });
  const findings: Finding[] = [];
  let [next, isMissing] = [0, false];
  const work = async (): Promise<void> => {
    for (let batch = batches[next++]; batch !== undefined; batch = batches[next++]) {
      // A name with a dash at its begin would be an option.
      const files = batch.files.map((file) => path.join(directory, file));
      const end = await runProgram(batch.shell, ["-c", READ_EACH, batch.shell, ...files], {
        directory,
        variables: { LC_ALL: "C" },
        timeoutMs: TIMEOUT_MS,
      });
      if (end.status === "missing") {
        isMissing = true;
        continue;
      }
      const said = end.stdout.split("\0");
      for (let index = 0; index + 1 < said.length; index += 2) {
        const [file = "", complaint = ""] = said.slice(index, index + 2);
        findings.push(...parseShell(path.relative(directory, file), complaint.replaceAll(file, "")));
      }
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
