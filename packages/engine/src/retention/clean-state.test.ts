import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { normalise } from "../config/normalise.ts";
import type { RetentionConfig } from "../config/config.ts";
import { describeOwner, type LockOwner } from "../lock/lock-owner.ts";
import { tryLock } from "../lock/target-lock.ts";
import { cleanState, type CleanStateOptions } from "./clean-state.ts";

const NOW_MS = Date.UTC(2026, 0, 31);
let target = "";
let state = "";
beforeEach(() => {
  target = mkdtempSync(path.join(tmpdir(), "clean-"));
  state = path.join(target, ".workflow");
});
afterEach(() => rmSync(target, { recursive: true, force: true }));

const idOf = (day: number): string => `202601${String(day).padStart(2, "0")}T000000Z-abcdef`;

/** Leaves some runs, and a line of each in the history. */
function leaveRuns(...days: readonly number[]): void {
  for (const day of days) {
    for (const kind of ["runs", "logs"]) mkdirSync(path.join(state, kind, idOf(day)), { recursive: true });
    writeFileSync(path.join(state, "logs", idOf(day), "run.log"), "12345");
    mkdirSync(path.join(state, "metrics"), { recursive: true });
    appendFileSync(path.join(state, "metrics", "history.jsonl"), `{"run_id":"${idOf(day)}"}\n`);
  }
}

const clean = (retention: RetentionConfig, options: Partial<CleanStateOptions> = {}): ReturnType<typeof cleanState> => {
  const { workflow } = normalise({ retention, steps: {} }, "name");
  return cleanState({ loaded: { directory: target, workflow }, environment: {}, wallNow: () => NOW_MS, ...options });
};

const runs = (): readonly string[] => readdirSync(path.join(state, "runs")).sort();

/** A run whose process is gone. */
async function goneOwner(runId: string): Promise<LockOwner> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  return { ...describeOwner(runId, NOW_MS), pid: child.pid ?? 0 };
}

test("runs and history are cut down at once, and the lock is given back", async () => {
  leaveRuns(1, 2, 3);
  expect(await clean({ runs: 2, history: 1 })).toMatchObject({
    dryRun: false,
    runs: { removedRuns: [idOf(1)], keptCount: 2, freedBytes: 5 },
    results: { removedCount: 0 },
    removedHistoryLines: 2,
    freedBytes: 5,
  });
  expect(runs()).toEqual([idOf(2), idOf(3)]);
  expect(readFileSync(path.join(state, "metrics", "history.jsonl"), "utf8")).toBe(`{"run_id":"${idOf(3)}"}\n`);
  expect(existsSync(path.join(state, "lock"))).toBe(false);
});

test("a dry run changes nothing, also while a run goes on", async () => {
  leaveRuns(1, 2, 3);
  tryLock(state, describeOwner(idOf(3), NOW_MS));
  expect(await clean({ runs: 1 }, { dryRun: true })).toMatchObject({
    dryRun: true,
    runs: { removedRuns: [idOf(1), idOf(2)], keptCount: 1 },
  });
  expect(runs()).toHaveLength(3);
});

test("nothing is removed while a run goes on", async () => {
  leaveRuns(1, 2);
  tryLock(state, describeOwner(idOf(2), NOW_MS));
  await expect(clean({ runs: 1 }, { wait: false })).rejects.toMatchObject({ code: "ENGINE_LOCKED" });
  expect(runs()).toHaveLength(2);
});

test("a run that was killed keeps all that it left, and can still be gone on with", async () => {
  leaveRuns(1, 2, 3);
  const killed = await goneOwner(idOf(1));
  writeFileSync(path.join(state, "lock"), JSON.stringify(killed));
  expect(await clean({ runs: 1 })).toMatchObject({ runs: { removedRuns: [idOf(2)] } });
  expect(runs()).toEqual([idOf(1), idOf(3)]);
  expect(tryLock(state, describeOwner("next", NOW_MS))).toMatchObject({ state: "held", killed });
});

test("without a state folder there is nothing to do, and none is made", async () => {
  expect(await clean({ runs: 1 })).toMatchObject({ freedBytes: 0, runs: { keptCount: 0 } });
  expect(readdirSync(target)).toEqual([]);
});

test("the folder of a newer version is left as it is", async () => {
  leaveRuns(1, 2);
  writeFileSync(path.join(state, "format.json"), '{"format":99}');
  for (const dryRun of [true, false]) {
    await expect(clean({ runs: 1 }, { dryRun })).rejects.toMatchObject({ code: "ENGINE_STATE_NEWER" });
  }
  expect(runs()).toHaveLength(2);
});

test.each([
  ["metrics/history.jsonl", "folder", /history\.jsonl is a folder/],
  ["metrics", "file", /ENOTDIR/],
  ["results", "file", /ENOTDIR/],
])("where %s is a %s all else is cleaned, and it is told", async (name, kind, why) => {
  leaveRuns(1, 2, 3);
  const place = path.join(state, name);
  rmSync(place, { recursive: true, force: true });
  if (kind === "file") writeFileSync(place, "precious");
  else mkdirSync(place);
  await expect(clean({ runs: 1, history: 1 })).rejects.toMatchObject({
    code: "ENGINE_STATE_BLOCKED",
    message: expect.stringMatching(why) as string,
  });
  expect(runs()).toEqual([idOf(3)]);
  expect(existsSync(place)).toBe(true);
  expect(existsSync(path.join(state, "lock"))).toBe(false);
  if (name === "results") {
    expect(readFileSync(path.join(state, "metrics", "history.jsonl"), "utf8")).toBe(`{"run_id":"${idOf(3)}"}\n`);
    await expect(clean({ runs: 1 }, { dryRun: true })).rejects.toMatchObject({ code: "ENGINE_STATE_BLOCKED" });
  }
});
