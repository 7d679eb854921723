import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { GitWork } from "./git-work.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "git-work-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("GitWork", () => {
  test("git is at work while it holds the lock of its index, unless that was left behind", () => {
    const work = new GitWork();
    expect(work.isGoingOn(undefined, 0)).toBe(false);
    expect(work.isGoingOn(folder, 0)).toBe(false);
    writeFileSync(path.join(folder, "index.lock"), "");
    expect(work.isGoingOn(folder, 1_000)).toBe(true);
    expect(work.isGoingOn(folder, 30_999)).toBe(true);
    expect(work.isGoingOn(folder, 31_000)).toBe(false);
    rmSync(path.join(folder, "index.lock"));
    expect(work.isGoingOn(folder, 31_000)).toBe(false);
    writeFileSync(path.join(folder, "index.lock"), "");
    expect(work.isGoingOn(folder, 40_000)).toBe(true);
  });

  test.each(["rebase-merge/msgnum", "rebase-apply/next", "sequencer/todo"])(
    "it is while %s changes from look to look, and one that stands still is left to a person",
    (counter) => {
      const work = new GitWork();
      mkdirSync(path.join(folder, path.dirname(counter)));
      expect(work.isGoingOn(folder, 0)).toBe(true);
      for (const [now, commit] of [1, 2, 3].entries()) {
        writeFileSync(path.join(folder, counter), `${commit}\n`);
        expect(work.isGoingOn(folder, now)).toBe(true);
      }
      expect(work.isGoingOn(folder, 4)).toBe(false);
      expect(work.isGoingOn(folder, 5)).toBe(false);
      writeFileSync(path.join(folder, counter), "4\n");
      expect(work.isGoingOn(folder, 6)).toBe(true);
      rmSync(path.join(folder, path.dirname(counter)), { recursive: true });
      expect(work.isGoingOn(folder, 7)).toBe(false);
    },
  );
});
