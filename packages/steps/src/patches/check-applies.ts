import { createGitReader } from "../git/create-git-reader.ts";

/** Why git would not apply a patch to the work tree as it is; `undefined` where it would. Changes nothing. */
export async function whyNotApplied(directory: string, patch: string): Promise<string | undefined> {
  const end = await createGitReader(directory)(["apply", "--check", "--whitespace=nowarn", "-"], { input: patch });
  if (end.status === "missing") return "git is not installed";
  if (end.hangs !== undefined) return end.hangs;
  return end.code === 0 ? undefined : (end.stderr.trim().split("\n")[0] ?? "git apply refuses it");
}
