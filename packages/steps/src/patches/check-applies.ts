import { runProgram } from "../processes/run-program.ts";

/** Why git would not apply a patch to the work tree as it is; `undefined` where it would. Changes nothing. */
export async function whyNotApplied(directory: string, patch: string): Promise<string | undefined> {
  const end = await runProgram("git", ["apply", "--check", "--whitespace=nowarn", "-"], { directory, input: patch });
  if (end.status === "missing") return "git is not installed";
  return end.code === 0 ? undefined : (end.stderr.trim().split("\n")[0] ?? "git apply refuses it");
}
