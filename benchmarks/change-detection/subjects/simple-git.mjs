import { simpleGit } from "simple-git";

const [directory, base, calls] = process.argv.slice(2);
const git = simpleGit(directory);
// Renames of the summary need `--name-status`; `--stat`, the default, would also count lines and shorten paths.
const detect = () => Promise.all([git.status(["--untracked-files=all"]), git.diffSummary(["--name-status", base])]);

if (calls === undefined) await detect();
else {
  const { reportCalls } = await import("./report-calls.mjs");
  await reportCalls(calls, detect, ([status, diff]) => [
    ...status.not_added,
    ...diff.files.flatMap(({ file, from }) => (from === undefined ? [file] : [file, from])),
  ]);
}
