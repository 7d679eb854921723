import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { restoreIndex } from "./create-repository.mjs";

const GIT_PAIR = "`git status` & `git diff-tree`";
const NODE = "`node -e 0`";
const BARE_MODULE = "both from a bare ES module";
const BARE_MODULE_FILE = new URL("subjects/bare-module.mjs", import.meta.url);
const STATUS = ["--no-optional-locks", "status", "--porcelain=v2", "-z", "-uall"];

/** Repositories from this size on get one round of what takes a minute and more. */
const LARGE = 50_000;

/** Programs that each detect what changed, in a process of their own. `mustBeRight`: a wrong answer ends the benchmark. */
const SUBJECTS = [
  { name: "`detectChanges`", file: new URL("subjects/detect-changes.mjs", import.meta.url), mustBeRight: true },
  { name: "`inspectWorktree`", file: new URL("subjects/inspect-worktree.mjs", import.meta.url), mustBeRight: true },
  {
    name: "`detectChanges`, isomorphic",
    file: new URL("subjects/detect-changes-isomorphic.mjs", import.meta.url),
    mustBeRight: true,
    isOurEngine: true,
  },
  { name: "simple-git", file: new URL("subjects/simple-git.mjs", import.meta.url) },
  { name: "isomorphic-git `statusMatrix`", file: new URL("subjects/status-matrix.mjs", import.meta.url), isSlow: true },
];

/** Names of the cases that ratios are taken to. */
export const REFERENCE = { git: GIT_PAIR, node: NODE, bareModule: BARE_MODULE };
export const OURS = "`detectChanges`";
export const OUR_ENGINE = "`detectChanges`, isomorphic";

/** How often a case runs in a repository of this size. */
export function roundsOf({ isSlow = false, isOurEngine = false }, { fileCount, rounds, peerRounds }) {
  if (isSlow) return Math.min(rounds, fileCount >= LARGE ? 1 : peerRounds);
  return isOurEngine ? Math.min(rounds, 2 * peerRounds) : rounds;
}

/** Calls in one process, of which the first is cold. */
const callsOf = ({ isSlow = false }, fileCount) => (isSlow ? (fileCount >= LARGE ? 1 : 3) : 6);

/**
 * What runs in one repository from one base: the two bare git commands, Node alone, and each subject that can, fresh and warm.
 * @param {object} repository What `createRepository` gave.
 * @param {string} base
 * @param {{ readonly fileCount: number, readonly rounds: number, readonly peerRounds: number, readonly peerMaxSize: number,
 *   readonly withSlow: boolean, readonly subjects: readonly object[] }} options
 */
export function createCases(repository, base, { subjects, ...options }) {
  const { directory, environment } = repository;
  const prepare = () => restoreIndex(repository);
  const common = { directory, environment, prepare };
  const pair = `git ${STATUS.join(" ")} & git diff-tree -r -z --raw -M ${base} HEAD && wait $!`;
  const cases = [
    { ...common, name: GIT_PAIR, script: pair },
    { ...common, name: NODE, command: [process.execPath, "-e", "0"] },
    { ...common, name: BARE_MODULE, command: [process.execPath, fileURLToPath(BARE_MODULE_FILE), directory, base] },
  ];
  for (const subject of subjects) {
    const rounds = roundsOf(subject, options);
    const command = [process.execPath, fileURLToPath(subject.file), directory, base];
    cases.push({ ...common, name: subject.name, command, rounds: rounds === options.rounds ? undefined : rounds });
    const calls = callsOf(subject, options.fileCount);
    if (calls > 1) {
      cases.push({
        ...common,
        name: warmName(subject.name),
        rounds: Math.min(rounds, options.peerRounds),
        measure: () => ({ callsMs: report(subject, repository, base, calls).callsMs.slice(1) }),
      });
    }
  }
  return cases;
}

export const warmName = (name) => `${name}, warm`;

/** The subjects that this size and this build allow. */
export function subjectsFor({ fileCount, peerMaxSize, hasOurEngine, withSlow }) {
  return SUBJECTS.filter(
    ({ isSlow = false, isOurEngine = false }) =>
      (!isSlow || (fileCount <= peerMaxSize && (withSlow || fileCount < LARGE))) && (!isOurEngine || hasOurEngine),
  );
}

/** Runs a subject once in a process of its own and gives what it says of itself: see `subjects/report-calls.mjs`. */
export function report({ name, file }, repository, base, calls) {
  const { directory, environment } = repository;
  restoreIndex(repository);
  const run = spawnSync(process.execPath, [fileURLToPath(file), directory, base, String(calls)], {
    cwd: directory,
    env: environment,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (run.status !== 0)
    throw new Error(`Cannot measure ${name}: it ended with ${run.status ?? run.signal}\n${run.stderr}`);
  return JSON.parse(run.stdout);
}

/** Peak memory of the bare `git status` in MiB, from GNU time; `undefined` on a machine that does not have it. */
export function gitPeakMiB({ directory, environment }) {
  const run = spawnSync("/usr/bin/time", ["-f", "%M", "git", ...STATUS], {
    cwd: directory,
    env: environment,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  const kibibytes = run.status === 0 ? /^(\d+)\n$/.exec(run.stderr) : null;
  return kibibytes === null ? undefined : Number(kibibytes[1]) / 1_024;
}
