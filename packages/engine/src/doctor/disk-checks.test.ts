import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { checkDisk, type DiskFacts } from "./disk-checks.ts";
import { measureSync } from "./measure-sync.ts";

const MB = 2 ** 20;
const GB = 2 ** 30;
const ROOM = { totalBytes: 100 * GB, freeBytes: 50 * GB, freeFiles: 1_000_000, isMemory: false };
const WELL: DiskFacts = {
  stateFolder: "/repository/.workflow",
  state: { kind: "folder", writeError: undefined },
  stateBytes: 10 * MB,
  allowedBytes: 100 * MB,
  room: ROOM,
  sync: { ok: true, medianMs: 0.8 },
  temporary: { path: "/tmp", writeError: undefined, room: ROOM },
  memoryFolder: undefined,
};

const of = (facts: Partial<DiskFacts>, id: string): string | undefined => {
  const check = checkDisk({ ...WELL, ...facts }).find((one) => one.id === id);
  // Whatever is not well says what mends it; what could not be found out does not.
  if (check !== undefined) expect(check.mend === undefined).toBe(check.state === "ok" || check.state === "unknown");
  return check?.state;
};

test("a disk that is well has nothing to mend", () => {
  expect(checkDisk(WELL).map(({ id, state }) => `${id} ${state}`)).toEqual([
    "state-folder ok",
    "state-size ok",
    "disk-room ok",
    "disk-speed ok",
    "temporary-folder ok",
  ]);
});

test("a state folder that cannot be used is a problem, one that is missing is not", () => {
  expect(of({ state: { kind: "blocked", message: "is a link", hint: "remove it" } }, "state-folder")).toBe("problem");
  expect(of({ state: { kind: "folder", writeError: "EACCES" } }, "state-folder")).toBe("problem");
  expect(of({ state: { kind: "missing", writeError: "EROFS" } }, "state-folder")).toBe("problem");
  expect(of({ state: { kind: "missing", writeError: undefined } }, "state-folder")).toBe("ok");
  expect(of({ state: { kind: "missing", writeError: undefined } }, "state-size")).toBeUndefined();
});

test.each([
  [{ stateBytes: 151 * MB }, "state-size", "advice"],
  [{ stateBytes: 150 * MB }, "state-size", "ok"],
  [{ room: { ...ROOM, freeBytes: 10 * MB } }, "disk-room", "problem"],
  [{ room: { ...ROOM, freeBytes: 100 * MB } }, "disk-room", "advice"],
  [{ room: { ...ROOM, freeFiles: 3 } }, "disk-room", "problem"],
  [{ room: { ...ROOM, freeFiles: undefined } }, "disk-room", "ok"],
  [{ room: undefined }, "disk-room", undefined],
  [{ sync: { ok: true, medianMs: 30 } }, "disk-speed", "advice"],
  [{ sync: { ok: false, code: "ENOSPC" } }, "disk-speed", "unknown"],
  [{ sync: undefined }, "disk-speed", undefined],
  [{ temporary: { ...WELL.temporary, writeError: "ENOENT" } }, "temporary-folder", "problem"],
  [{ temporary: { ...WELL.temporary, room: { ...ROOM, freeBytes: MB } } }, "temporary-folder", "problem"],
  [{ temporary: { ...WELL.temporary, room: { ...ROOM, freeBytes: 60 * MB } } }, "temporary-folder", "advice"],
  [{ memoryFolder: { path: "/dev/shm", freeBytes: 2 * GB } }, "temporary-folder", "advice"],
  [{ memoryFolder: { path: "/dev/shm", freeBytes: GB } }, "temporary-folder", "ok"],
  [
    {
      temporary: { ...WELL.temporary, room: { ...ROOM, isMemory: true } },
      memoryFolder: { path: "/dev/shm", freeBytes: 9 * GB },
    },
    "temporary-folder",
    "ok",
  ],
] as const)("%j: %s is %s", (facts, id, state) => {
  expect(of(facts, id)).toBe(state);
});

test.each([true, false].filter((isNameless) => process.platform === "linux" || !isNameless))(
  "measureSync() leaves nothing at any moment, with a file that never has a name: %s",
  (isNameless) => {
    const folder = mkdtempSync(path.join(tmpdir(), "aiw-sync-"));
    try {
      let clock = 0;
      const seen: number[] = [];
      // It looks at the clock before and after each write: what is there then is what a kill would leave.
      const now = (): number => {
        seen.push(readdirSync(folder).length);
        return (clock += 50);
      };
      expect(measureSync(folder, { now, isNameless })).toEqual({ ok: true, medianMs: 50 });
      if (process.platform !== "win32") expect(new Set(seen)).toEqual(new Set([0]));
      // It begins no further round when half a second is over.
      expect(clock).toBeLessThanOrEqual(700);
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
    expect(measureSync(folder, { isNameless })).toEqual({ ok: false, code: "ENOENT" });
  },
);
