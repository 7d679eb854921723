import { detectChanges } from "@ai-workflow/change-detection";

const [directory, base, calls] = process.argv.slice(2);
const detect = () => detectChanges({ directory, base });

if (calls === undefined) await detect();
else {
  const [{ reportCalls }, { pathsOf }] = await Promise.all([
    import("./report-calls.mjs"),
    import("./paths-of-change-set.mjs"),
  ]);
  await reportCalls(calls, detect, pathsOf);
}
