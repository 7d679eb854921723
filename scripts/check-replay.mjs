// `node scripts/check-replay.mjs <current_run.json>`: fails unless that run passed without running a single step.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

/**
 * What speaks against `run` (the content of current_run.json) having replayed everything; empty when nothing does. The
 * timings name the steps that started, the completed steps are those that passed or were replayed.
 */
export function replayProblems(run) {
  const problems = [];
  if (run?.status !== "passed") problems.push(`its status is ${JSON.stringify(run?.status)}, not "passed"`);
  if (!(run?.total_steps > 0)) problems.push("it had no steps");
  const started = Object.keys(run?.step_timings ?? {});
  if (started.length > 0) problems.push(`it ran ${started.join(", ")}`);
  if (run?.steps_completed !== run?.total_steps) {
    problems.push(`${run?.steps_completed} of ${run?.total_steps} steps are completed`);
  }
  return problems;
}

function main(path) {
  let run;
  try {
    run = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    console.error(`Cannot read the record of the second start: ${error.message}`);
    return 1;
  }
  const problems = replayProblems(run);
  for (const problem of problems) console.error(`The second start did not replay everything: ${problem}.`);
  if (problems.length === 0) console.log(`The second start replayed all ${run.total_steps} steps.`);
  return problems.length === 0 ? 0 : 1;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = main(process.argv[2] ?? ".workflow/metrics/current_run.json");
}
