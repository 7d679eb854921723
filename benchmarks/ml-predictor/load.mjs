import { spawnSync } from "node:child_process";
import process from "node:process";
import { median } from "../measure/statistics.mjs";

/** Milliseconds that importing the library takes in a fresh process; the median of so many. */
export function loadInProcesses(count) {
  const script = `
    const startMs = performance.now();
    await import("@ai-workflow/ml-predictor");
    console.log(performance.now() - startMs);
  `;
  return median(
    Array.from({ length: count }, () => {
      const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
        cwd: import.meta.dirname,
        encoding: "utf8",
      });
      if (status !== 0) throw new Error(`Cannot measure loading: ${stderr}`);
      return Number(stdout);
    }),
  );
}
