/**
 * Preloaded into a process that runs workflows: counts what it changes on the disk, and kills it (SIGKILL) at the change that it was told,
 * before it, after it, or in the middle of what is written. Only synchronous calls count, of which all state of a run is made.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

/** Calls that change something, with what of them is looked at to tell whether they do. */
const CHANGES = {
  appendFileSync: always,
  copyFileSync: always,
  ftruncateSync: always,
  linkSync: always,
  mkdirSync: always,
  mkdtempSync: always,
  openSync: (_, flags) =>
    typeof flags === "number" ? (flags & fs.constants.O_ACCMODE) !== 0 : !/^rs?$/.test(flags ?? "r"),
  renameSync: always,
  rmSync: always,
  symlinkSync: always,
  unlinkSync: always,
  utimesSync: always,
  writeFileSync: always,
  writeSync: always,
};

/** Paths of open files by descriptor. */
const opened = new Map();
let plan;
let count = 0;
let isInside = false;

function always() {
  return true;
}

/** What is counted from now on, and where it ends. */
globalThis.killAtWrite = {
  /** @param next - `{ at, part, only }`: number of the change from 1, `before`, `half` or `after` it, and how the names of counted files end */
  arm(next) {
    plan = next;
    count = 0;
  },
  count: () => count,
};

function die() {
  process.kill(process.pid, "SIGKILL");
}

for (const [name, isChange] of Object.entries(CHANGES)) {
  const real = fs[name];
  fs[name] = (...given) => {
    const file = name === "writeSync" || name === "ftruncateSync" ? opened.get(given[0]) : given[0];
    const counts =
      !isInside && isChange(...given) && (plan?.only === undefined || String(file ?? "").endsWith(plan.only));
    if (counts) count += 1;
    const isDue = counts && count === plan?.at;
    if (isDue && plan.part === "before") die();
    if (isDue && plan.part === "half" && name === "writeSync") {
      const bytes = Buffer.from(given[1]);
      real(given[0], bytes.subarray(0, Math.floor(bytes.length / 2)));
      die();
    }
    // What Node does inside of a call is no call of its own.
    const wasInside = isInside;
    isInside = true;
    try {
      const result = real(...given);
      if (isDue) die();
      if (name === "openSync") opened.set(result, String(given[0]));
      return result;
    } finally {
      isInside = wasInside;
    }
  };
}
syncBuiltinESMExports();
