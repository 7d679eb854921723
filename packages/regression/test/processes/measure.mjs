// A process that measures two revisions, to be killed in the middle: `measure.mjs <repository> <folder for checkouts> <file>`.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { createGitWorktrees, measureRevisions } from "../../dist/index.js";

const [repository, directory, ready] = process.argv.slice(2);
const git = async (args, { signal }) =>
  (await promisify(execFile)("git", ["-C", repository, ...args], { signal })).stdout;

await measureRevisions({
  baseline: "HEAD",
  compare: "HEAD",
  command: { command: 'setsid sleep 600 & echo $! $$ > "$1"; exec sleep 600', args: [ready], shell: true },
  worktrees: createGitWorktrees({ git, directory }),
});
