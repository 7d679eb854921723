import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { runProgram } from "../../processes/run-program.ts";
import type { AskedCommand } from "../../project/choose-commands.ts";
import { printable } from "../../text/printable.ts";
import type { ProposedTest } from "./check-tests.ts";

/** What no runner takes for a test that passes, in any language. */
const BROKEN = "((( this is no test\n";

/** Why a test is not offered; `undefined` where it passes. */
export async function whyNotOffered(
  scratch: string,
  test: ProposedTest,
  command: Pick<AskedCommand, "command" | "directory" | "withArguments">,
): Promise<string | undefined> {
  const file = path.join(scratch, test.path);
  mkdirSync(path.dirname(file), { recursive: true });
  // A command that does not even load the file would pass with anything.
  writeFileSync(file, BROKEN);
  const broken = await run(scratch, test.path, command);
  if (broken.ok) return "the tests of the repository do not run it";
  writeFileSync(file, test.content);
  const real = await run(scratch, test.path, command);
  return real.ok ? undefined : `it does not pass: ${printable(real.says, 160)}`;
}

async function run(
  scratch: string,
  file: string,
  { command, directory, withArguments }: Pick<AskedCommand, "command" | "directory" | "withArguments">,
): Promise<{ readonly ok: boolean; readonly says: string }> {
  const from = path.posix.relative(directory, file);
  const isBelow = !from.startsWith("..");
  const words =
    withArguments !== undefined && isBelow ? `${withArguments} '${from.replaceAll("'", "'\\''")}'` : command;
  const folder = path.join(scratch, directory);
  const end = await runProgram("sh", ["-c", words], {
    directory: folder,
    variables: { ...withoutKeys(), CI: "1", PATH: pathWith(scratch, folder) },
    maxOutputBytes: 1024 * 1024,
  });
  if (end.status === "missing") return { ok: false, says: end.message };
  process.stdout.write(`${words}\n${end.stdout}${end.stderr}\n`);
  const lines = `${end.stdout}\n${end.stderr}`.split("\n").filter((line) => /error|fail|assert|expected/i.test(line));
  return { ok: end.code === 0, says: lines[0] ?? `exit code ${end.code ?? end.signal ?? ""}` };
}

/** What a model wrote is not to find keys. */
function withoutKeys(): Readonly<Record<string, undefined>> {
  const names = Object.keys(process.env).filter((name) => /(?:KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS?)$/i.test(name));
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

function pathWith(...folders: readonly string[]): string {
  const bins = folders.map((folder) => path.join(folder, "node_modules", ".bin"));
  return [...bins.toReversed(), process.env["PATH"] ?? ""].join(path.delimiter);
}
