/**
 * What git's untracked cache and its file system monitor would bring to change detection, and whether their answers are right: `git status`
 * in a generated repository with each, and its answers after random edits beside those of a git that looks itself. README.md has figures.
 *
 *     node benchmarks/change-detection/accelerators.mjs [--git <program>] [--files <n>] [--rounds <n>] [--states <n>] [--seed <n>] [--quick]
 *
 * The monitor is tried where this git has one: on Linux from 2.55 on.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { detectChanges } from "@ai-workflow/change-detection";
import { formatTable, spread } from "../measure/markdown.mjs";
import { measureInterleaved } from "../measure/measure.mjs";
import { createRandom } from "../measure/statistics.mjs";
import { createRepository } from "./create-repository.mjs";
import { createEditor, writeTree } from "./random-edits.mjs";

const { values } = parseArgs({
  options: {
    git: { type: "string", default: "git" },
    files: { type: "string" },
    rounds: { type: "string" },
    states: { type: "string" },
    seed: { type: "string", default: "1" },
    quick: { type: "boolean", default: false },
  },
});
const fileCount = Number(values.files ?? (values.quick ? 200 : 50_000));
const rounds = Number(values.rounds ?? (values.quick ? 1 : 9));
const states = Number(values.states ?? (values.quick ? 5 : 400));
const seed = Number(values.seed);
if (![fileCount, rounds, states].every((number) => Number.isInteger(number) && number >= 1) || fileCount < 100) {
  throw new RangeError("Cannot measure: give whole numbers of at least 1, and at least 100 `--files`");
}

const PROGRAM = values.git;
const WITHOUT_MONITOR = ["-c", "core.fsmonitor="];
const WITH_MONITOR = ["-c", "core.fsmonitor=true"];
const WITHOUT_CACHE = ["-c", "core.untrackedCache=false"];

const workspace = realpathSync(mkdtempSync(path.join(tmpdir(), "accelerators-")));
const environment = {
  PATH: process.env["PATH"] ?? "",
  HOME: workspace,
  TMPDIR: workspace,
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "A",
  GIT_AUTHOR_EMAIL: "a@example.com",
  GIT_COMMITTER_NAME: "A",
  GIT_COMMITTER_EMAIL: "a@example.com",
};
// Nothing else is to be at work in the repositories meanwhile.
writeFileSync(path.join(workspace, ".gitconfig"), "[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n");
try {
  const version = gitIn(workspace)("version").trim();
  const hasMonitor = gitIn(workspace)("version", "--build-options").includes("fsmonitor--daemon");
  process.stdout.write(`${version}${hasMonitor ? "" : ", without a monitor"}; seed ${seed}.\n\n`);
  process.stdout.write(`${measureTimes(hasMonitor)}\n\n`);
  const rows = [
    await tryOut("untracked cache", false),
    ...(hasMonitor ? [await tryOut("monitor and cache", true)] : []),
  ];
  process.stdout.write(`${formatTable(["git with", "states", "missing", "extra", "`detectChanges` wrong"], rows)}\n`);
} finally {
  rmSync(workspace, { recursive: true, force: true, maxRetries: 5 });
}

function gitIn(directory) {
  return (...args) =>
    execFileSync(PROGRAM, args, {
      cwd: directory,
      env: environment,
      encoding: "utf8",
      stdio: "pipe",
      maxBuffer: 2 ** 28,
    });
}

/** `git status` as change detection asks it, beside the process that looks for untracked files where there is one. */
function statusScript(untracked, settings, beside = false) {
  const status = `"$0" --no-optional-locks ${settings.join(" ")} status --porcelain=v2 -z --branch --no-ahead-behind --ignore-submodules=none -u${untracked}`;
  return beside ? `"$0" --no-optional-locks ls-files -o --exclude-standard -z & ${status}; wait $!` : status;
}

function measureTimes(hasMonitor) {
  const directory = path.join(workspace, "repository");
  createRepository({ directory, fileCount, random: createRandom(seed), environment });
  const git = gitIn(directory);
  const caseOf = (name, script) => ({
    name,
    command: [],
    script: `bash -c '${script}' ${JSON.stringify(PROGRAM)}`,
    directory,
    environment,
  });
  const measure = (cases) => {
    const samples = measureInterleaved(cases, { rounds, warmUps: 1, random: createRandom(seed) });
    return cases.map(({ name }) => [
      name,
      spread(samples.get(name).map(({ wallMs }) => wallMs)),
      spread(samples.get(name).map(({ cpuMs }) => cpuMs)),
    ]);
  };
  const rows = measure([
    caseOf("as asked today: `status -uno`, `ls-files -o` beside it", statusScript("no", WITHOUT_MONITOR, true)),
    caseOf("one `status -uall`", statusScript("all", WITHOUT_MONITOR)),
  ]);
  git("config", "core.untrackedCache", "true");
  git("update-index", "--untracked-cache");
  git("status");
  git("status");
  rows.push(
    ...measure([
      caseOf("untracked cache: `status -uall`, which does not use it", statusScript("all", WITHOUT_MONITOR)),
      caseOf("untracked cache: `status -unormal`", statusScript("normal", WITHOUT_MONITOR)),
    ]),
  );
  if (hasMonitor) {
    git("config", "core.fsmonitor", "true");
    git("fsmonitor--daemon", "start");
    try {
      git("status");
      git("status");
      rows.push(
        ...measure([
          caseOf("monitor: `status -uno`, `ls-files -o` beside it", statusScript("no", WITH_MONITOR, true)),
          caseOf("monitor and cache: `status -unormal`", statusScript("normal", WITH_MONITOR)),
        ]),
      );
    } finally {
      git("fsmonitor--daemon", "stop");
    }
  }
  return formatTable([`${fileCount.toLocaleString("en")} files, nothing changed`, "wall ms", "CPU ms"], rows);
}

/** Edits at random, and counts the states in which git's answer differs from the one that it gives when it looks itself. */
async function tryOut(name, withMonitor) {
  const directory = path.join(workspace, withMonitor ? "monitored" : "cached");
  mkdirSync(directory);
  const git = gitIn(directory);
  git("init", "--quiet", "--initial-branch=main");
  writeTree(directory);
  writeFileSync(path.join(directory, ".gitignore"), "*.log\nbuild/\n");
  git("add", "--all");
  git("commit", "--quiet", "--message", "first");
  git("config", "core.untrackedCache", "true");
  git("update-index", "--untracked-cache");
  if (withMonitor) {
    git("config", "core.fsmonitor", "true");
    git("fsmonitor--daemon", "start");
  }
  git("status");
  try {
    const { edit, rest } = createEditor({ directory, random: createRandom(seed), git });
    const ask = (settings, untracked) =>
      new Set(
        git("--no-optional-locks", ...settings, "status", "--porcelain", "-z", "--no-renames", untracked).split("\0"),
      );
    const looked = [...WITHOUT_MONITOR, ...WITHOUT_CACHE];
    let [missing, extra, wrong] = [0, 0, 0];
    for (let state = 0; state < states; state += 1) {
      edit();
      const [found, right] = [ask(withMonitor ? WITH_MONITOR : WITHOUT_MONITOR, "-unormal"), ask(looked, "-unormal")];
      if ([...right].some((entry) => !found.has(entry))) missing += 1;
      if ([...found].some((entry) => !right.has(entry))) extra += 1;
      if (!(await isOurAnswerRight(directory, ask(looked, "-uall")))) wrong += 1;
      rest();
    }
    return [name, String(states), String(missing), String(extra), String(wrong)];
  } finally {
    if (withMonitor) git("fsmonitor--daemon", "stop");
  }
}

/** Whether both name the same paths; those whose content is that of HEAD, whatever was staged, are none of ours. */
async function isOurAnswerRight(directory, right) {
  const changes = await detectChanges({ directory, base: "HEAD", environment });
  if (!changes.known) return false;
  const { staged, unstaged, untracked } = changes.layers;
  const ours = new Set(
    [...staged, ...unstaged, ...untracked].flatMap(({ path: now, previousPath }) => [now, previousPath ?? now]),
  );
  const theirs = new Set([...right].filter((entry) => entry !== "").map((entry) => entry.slice(3)));
  return ours.size === theirs.size && [...theirs].every((entry) => ours.has(entry));
}
