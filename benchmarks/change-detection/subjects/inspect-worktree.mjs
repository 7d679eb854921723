import { inspectWorktree } from "@ai-workflow/change-detection";

const [directory, base, calls] = process.argv.slice(2);
const inspect = () => inspectWorktree({ directory, base });

if (calls === undefined) await inspect();
else {
  const [{ reportCalls }, { pathsOf }] = await Promise.all([
    import("./report-calls.mjs"),
    import("./paths-of-change-set.mjs"),
  ]);
  await reportCalls(calls, inspect, ({ changes }) => pathsOf(changes));
}
