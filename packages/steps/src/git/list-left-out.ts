import { createGitReader } from "./create-git-reader.ts";

/**
 * Lists the files of the repository below a folder that are not on the disk because a sparse checkout leaves them out; whoever looks whether
 * something exists must count them. None where git cannot be asked.
 *
 * @param directory - absolute path; the files are relative to it
 */
export async function listLeftOut(directory: string): Promise<readonly string[]> {
  const ask = createGitReader(directory);
  const git = async (...args: readonly string[]): Promise<string> => {
    const end = await ask(args);
    return end.status === "ended" && end.code === 0 ? end.stdout : "";
  };
  if ((await git("config", "--type=bool", "--get", "core.sparseCheckout")).trim() !== "true") return [];
  // The letter before each path is S for what git was told to keep out of the work tree.
  const listed = await git("ls-files", "-t", "-z");
  return listed.split("\0").flatMap((entry) => (entry.startsWith("S ") ? [entry.slice(2)] : []));
}
