/**
 * What a commit with a million changed files costs: time and memory of `detectChanges()` in a fresh process, beside `git diff-tree`.
 *
 *     node benchmarks/change-detection/million.mjs [--files 1000000]
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { files: { type: "string", default: "1000000" } } });
const fileCount = Number(values.files);
if (!Number.isInteger(fileCount) || fileCount < 1) {
  throw new RangeError("Cannot measure: `--files` must be a positive whole number");
}

const workspace = realpathSync(mkdtempSync(path.join(tmpdir(), "million-")));
const environment = { PATH: process.env["PATH"] ?? "", HOME: workspace, GIT_CONFIG_NOSYSTEM: "1" };
const git = (args, options = {}) =>
  execFileSync("git", args, { cwd: workspace, env: environment, maxBuffer: 2 ** 30, ...options });

function* commits() {
  yield "blob\nmark :1\ndata 2\n1\nblob\nmark :2\ndata 2\n2\n";
  for (const mark of [1, 2]) {
    yield `commit refs/heads/main\ncommitter A <a@example.com> ${mark} +0000\ndata 1\nx\n`;
    for (let file = 0; file < fileCount; file += 1)
      yield `M 100644 :${mark} packages/${file % 1000}/src/file-${file}.js\n`;
  }
}

try {
  git(["init", "--quiet", "--initial-branch=main", "--bare"]);
  git(["fast-import", "--quiet"], { input: [...commits()].join("") });
  const startMs = performance.now();
  git(["diff-tree", "-r", "-z", "--raw", "-M", "main~1", "main"], { stdio: ["ignore", "ignore", "inherit"] });
  const gitMs = performance.now() - startMs;
  const script = `
    import { detectChanges } from ${JSON.stringify(import.meta.resolve("@ai-workflow/change-detection"))};
    const startMs = performance.now();
    const set = await detectChanges({ directory: ".", base: "main~1", head: "main" });
    const elapsedMs = performance.now() - startMs;
    process.stdout.write(JSON.stringify([set.changes.length, elapsedMs, process.resourceUsage().maxRSS / 1024]));`;
  const [count, elapsedMs, peakMib] = JSON.parse(
    execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd: workspace, env: environment }),
  );
  if (count !== fileCount) throw new Error(`Wrong answer: ${count} changes instead of ${fileCount}`);
  const seconds = (ms) => (ms / 1000).toFixed(1);
  process.stdout.write(
    `${count.toLocaleString("en")} changed files: ${seconds(elapsedMs)} s and ${peakMib.toFixed(0)} MiB; git diff-tree ${seconds(gitMs)} s\n`,
  );
} finally {
  rmSync(workspace, { recursive: true, force: true });
}
