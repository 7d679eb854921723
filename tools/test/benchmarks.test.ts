import { execFileSync } from "node:child_process";
import path from "node:path";
import { expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");

test("the start-up benchmark runs and prints its table", () => {
  const printed = execFileSync(process.execPath, ["benchmarks/start-up.mjs", "--quick"], {
    cwd: root,
    encoding: "utf8",
  });
  for (const name of ["`node -e 0`", "`git status`", "`--version`", "nothing to do, 10 steps"]) {
    expect(printed).toContain(`| ${name} |`);
  }
});

test("the benchmark of change detection runs, finds every subject of ours right and prints its tables", () => {
  const printed = execFileSync(process.execPath, ["benchmarks/change-detection/detection.mjs", "--quick"], {
    cwd: root,
    encoding: "utf8",
  });
  const tables = printed.split("### ").slice(1);
  expect(tables.map((table) => table.split("\n")[0])).toEqual([
    expect.stringMatching(/^200 files, [1-9]\d* changed paths$/),
    "200 files, nothing changed",
  ]);
  for (const table of tables) {
    for (const name of ["`detectChanges`", "`inspectWorktree`"]) {
      expect(table).toMatch(new RegExp(String.raw`^\| ${name} \|.*\| 0 / 0 \|`, "m"));
    }
    expect(table).not.toMatch(/reached|missed/);
  }
});

test("the benchmark of git's accelerators runs, and change detection is right beside them", () => {
  const printed = execFileSync(process.execPath, ["benchmarks/change-detection/accelerators.mjs", "--quick"], {
    cwd: root,
    encoding: "utf8",
  });
  expect(printed).toMatch(/^\| untracked cache: `status -unormal` \|/m);
  expect(printed).toMatch(/^\| untracked cache \| 5 \| \d \| \d \| 0 \|$/m);
});

test("the benchmark of categories judges our own lists where it is not given the aim's", () => {
  const printed = execFileSync(process.execPath, ["benchmarks/change-detection/categories.mjs"], {
    cwd: root,
    encoding: "utf8",
  });
  expect(printed).toContain("Skipped: the list of the aim");
  expect(printed).toMatch(/^\| second blind held out \| \d+ \| 9\d\.\d % \| 9\d\.\d % \| 0 \|$/m);
});

test("the benchmark of a million changed files runs with fewer and counts them all", () => {
  const printed = execFileSync(process.execPath, ["benchmarks/change-detection/million.mjs", "--files", "2000"], {
    cwd: root,
    encoding: "utf8",
  });
  expect(printed).toMatch(/^2,000 changed files: /);
});

test("the benchmark of plans runs without the data and says so", () => {
  const printed = execFileSync(process.execPath, ["benchmarks/scheduler/plan.mjs", "--quick"], {
    cwd: root,
    encoding: "utf8",
  });
  expect(printed).toContain("Skipped: the sets with known optima");
  expect(printed).toMatch(/^\| .* \|$/m);
});

test("the benchmark of the cache runs, finds every answer right and prints its tables", () => {
  const printed = execFileSync(process.execPath, ["benchmarks/ai-cache/run.mjs", "--quick"], {
    cwd: root,
    encoding: "utf8",
  });
  const tables = printed.split("### ").slice(1);
  expect(tables.map((table) => table.split("\n")[0])).toEqual([
    "Stores: 200 entries of 4,096 bytes, one after another",
    "`getOrCompute`: the same entries, through the public API",
    "Opening a cache of 500 entries, in a fresh process",
    "8 processes for 2 s, one killed every second",
    "200 identical requests at once, from 4 processes",
  ]);
  for (const name of ["bare files", "ai-cache, disk store", "cacache", "keyv with keyv-file"]) {
    expect(tables[0]).toMatch(new RegExp(String.raw`^\| ${name} \|`, "m"));
  }
  expect(tables[0]).toContain("better-sqlite3: not installed. lmdb: not installed.");
  expect(tables[4]).toMatch(/^\| calls that reached the provider \| 1 \|$/m);
  expect(printed).not.toMatch(/reached:|missed:/);
}, 120_000);

test("the benchmark of regression runs, with generated histories where it is given none", () => {
  const printed = execFileSync(process.execPath, ["benchmarks/regression/run.mjs", "--quick"], {
    cwd: root,
    encoding: "utf8",
  });
  const tables = printed.split("### ").slice(1);
  expect(tables.map((table) => table.split(":")[0])).toEqual([
    "Gate on the noise model",
    "Gate on real processes, the machine kept busy",
    "Degradation",
    "Change points",
  ]);
  expect(tables[0]).toMatch(/^\| ci, at most 40 pairs \| none \| 0\.0 % \|/m);
  expect(tables[2]).toContain("generated series (no data given)");
}, 120_000);

test("the benchmark of predictions runs without the data, says so, and the model beats the rules where features decide", () => {
  const printed = execFileSync(process.execPath, ["benchmarks/ml-predictor/run.mjs", "--quick"], {
    cwd: root,
    encoding: "utf8",
  });
  expect(printed).toContain("Skipped: onegov.jsonl.gz, no `--data <folder>` was given.");
  const tables = printed.split("### ").slice(1);
  expect(tables.map((table) => table.split("\n")[0])).toEqual([
    "Time follows input over three orders of magnitude, five machine classes",
    "Time depends on the CPU model",
    "Cost in milliseconds, medians",
  ]);
  const [, lastValue, , model] = /^\| linear \| (\S+) % \| (\S+) % \| (\S+) % \|/m.exec(tables[0] ?? "") ?? [];
  expect(Number(model)).toBeGreaterThan(2 * Number(lastValue));
  expect(printed).not.toMatch(/reached|missed/);
}, 120_000);

test("the benchmark of what profiling costs runs both sides and prints its table", () => {
  const printed = execFileSync(process.execPath, ["benchmarks/profiler/overhead.mjs", "--quick"], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  expect(printed).toMatch(/^\| CPU time of the whole run, s \| \d/m);
  expect(printed).toMatch(/^\| CPU time of the program itself, ms \| \d/m);
});

test("the benchmark of savings runs the example with and without optimisations and prints its tables", () => {
  const printed = execFileSync(process.execPath, ["benchmarks/savings/run.mjs", "--quick"], {
    cwd: root,
    encoding: "utf8",
  });
  const [, time, , ran] = printed.split("| optimisations |");
  expect(time).toMatch(/^\| none \| \d+\.\d\d \|$/m);
  expect(time).toMatch(/^\| with stages \| \d+\.\d\d: -?\d+ % \|$/m);
  expect(ran).toMatch(/^\| none \| 17 \|$/m);
  expect(ran).toMatch(/^\| with stages \| 5 \|$/m);
}, 120_000);

test("the benchmark of the engine runs without peers, says so, and runs only the step whose file changed", () => {
  const printed = execFileSync(process.execPath, ["benchmarks/engine/run.mjs", "--quick"], {
    cwd: root,
    encoding: "utf8",
  });
  expect(printed).toContain("Without peers");
  const tables = printed.split("### ").slice(1);
  expect(tables.map((table) => table.split("\n")[0])).toEqual([
    "Nothing changed",
    "Cold: 10 steps of `true`, two at a time",
    "One leaf file changed, 10 steps",
    "one long chain, many short steps declared first",
    "fork and join, three times",
    "the longest chain by count is not the longest by time",
    "Nothing changed, 1,000 files more",
  ]);
  expect(tables[2]).toMatch(/^\| ai-workflow \|.*\| 1 \|$/m);
  expect(printed).not.toMatch(/reached:|missed:/);
}, 120_000);

test("the benchmark of the built-in steps runs them on this repository, and replays what does not look at the state of git", () => {
  const printed = execFileSync(process.execPath, ["benchmarks/steps/run.mjs", "--quick"], {
    cwd: root,
    encoding: "utf8",
  });
  const [, whole, steps] = printed.split("### ");
  for (const [situation, replayed] of [
    ["from nothing", "0"],
    ["nothing changed", String.raw`1\d`],
  ]) {
    expect(whole).toMatch(new RegExp(String.raw`^\| ${situation} \|.*\| ${replayed} \| < \d+ s: \w+ \|$`, "m"));
  }
  const again = [...(steps ?? "").matchAll(/^\| `(\w+)` \| \d[^|]*\| \d/gm)].map(([, id]) => id);
  expect(again).toEqual(expect.arrayContaining(["analyze", "git_status_check", "context_analysis"]));
  for (const id of ["config_validation", "secrets", "markdown_lint", "consistency", "code_quality", "dependencies"]) {
    expect(steps).toMatch(new RegExp(String.raw`^\| \`${id}\` \| \d+ / \d+ \| – \|`, "m"));
  }
}, 120_000);
