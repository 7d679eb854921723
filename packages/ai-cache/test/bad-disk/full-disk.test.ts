import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openAiCache } from "../../src/index.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { askFromProcess, isSuperuser } from "./ask.ts";

function run(command: string, ...args: readonly string[]): void {
  execFileSync(command, args, { stdio: "pipe" });
}

/** Mounts a disk of `size`, if this user may. */
function mountDisk(size: string): string {
  const disk = temporaryDirectory();
  run("mount", "-t", "tmpfs", "-o", `size=${size}`, "tmpfs", disk);
  onTestFinished(() => run("umount", "-l", disk));
  return disk;
}

function canMount(): boolean {
  if (!isSuperuser || process.platform !== "linux") return false;
  try {
    // In a mount namespace of its own, gone with the process: a container may forbid it also to its superuser.
    run("unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt");
    return true;
  } catch {
    return false;
  }
}

const questions = Array.from({ length: 40 }, (_, index) => `question ${index}`);

// Mounting a small disk takes the superuser of a Linux machine.
const onRealDisk = test.skipIf(!canMount());

onRealDisk("on a full disk the run goes on without it: one warning, right answers, nothing half-written", () => {
  const directory = join(mountDisk("64k"), "cache");
  const told = askFromProcess({ directory, questions, answerBytes: 4000 });
  expect(told).toMatchObject({ wrongCount: 0, sources: questions.map(() => "computed") });
  expect(told.storedCount).toBeGreaterThan(0);
  expect(told.storedCount).toBeLessThan(questions.length);
  expect(told.warnings).toEqual([expect.stringMatching(/^AI_CACHE_WRITE_FAILED: .*ENOSPC/)]);
  const cache = openAiCache({ directory });
  expect(cache.verify()).toMatchObject({ checkedCount: told.storedCount, damaged: [], temporaryFiles: [], locks: [] });

  // What was stored is served, from the full disk.
  const again = askFromProcess({ directory, questions, answerBytes: 4000 });
  expect(again.wrongCount).toBe(0);
  expect(again.sources.filter((source) => source === "disk")).toHaveLength(told.storedCount);
});

onRealDisk("a disk that is full before the cache is there makes one warning", () => {
  const disk = mountDisk("64k");
  expect(() => writeFileSync(join(disk, "fill"), Buffer.alloc(100_000))).toThrow("ENOSPC");
  const told = askFromProcess({ directory: join(disk, "cache"), questions, answerBytes: 4000 });
  expect(told).toMatchObject({ wrongCount: 0, storedCount: 0 });
  expect(told.warnings).toHaveLength(1);
});

onRealDisk("cleanup() and clear() make room on a full disk, and the cache stores again", () => {
  const disk = mountDisk("128k");
  const directory = join(disk, "cache");
  askFromProcess({ directory, questions, answerBytes: 4000 });
  expect(() => writeFileSync(join(disk, "fill"), Buffer.alloc(200_000))).toThrow("ENOSPC");
  const cache = openAiCache({ directory });
  const heldCount = cache.verify().checkedCount;
  expect(heldCount).toBeGreaterThan(0);
  const report = cache.cleanup({ maxBytes: 20_000 });
  expect(report.evictedCount).toBeGreaterThan(0);
  expect(cache.verify()).toMatchObject({ checkedCount: report.keptCount, damaged: [], locks: [], temporaryFiles: [] });
  expect(cache.clear()).toBe(report.keptCount);
  rmSync(join(disk, "fill"), { force: true });
  expect(askFromProcess({ directory, questions: ["a", "a"] })).toMatchObject({ storedCount: 1, warnings: [] });
});

onRealDisk("a disk that can only be read serves what it has, with one warning for what is new", () => {
  const disk = mountDisk("1m");
  const directory = join(disk, "cache");
  askFromProcess({ directory, questions: ["a", "b"] });
  run("mount", "-o", "remount,ro", disk);
  const told = askFromProcess({ directory, questions: ["a", "b", "c", "d"] });
  expect(told).toMatchObject({ wrongCount: 0, sources: ["disk", "disk", "computed", "computed"], storedCount: 0 });
  expect(told.warnings).toEqual([expect.stringContaining("EROFS")]);
  expect(askFromProcess({ directory, questions: ["a"], mode: "replay" })).toMatchObject({ warnings: [] });
  const cache = openAiCache({ directory });
  expect(cache.totals().stats).toMatchObject({ stored: 2, entries: 2 });
  expect(cache.verify()).toMatchObject({ validCount: 2, damaged: [] });
  expect(cache.cleanup()).toMatchObject({ evictedCount: 0, keptCount: 2 });
  // Node words what removing a file met with in more than one way.
  expect(() => cache.clear()).toThrow(/EROFS|Read-only file system/);
});

onRealDisk("a disk without files left to make is a full disk", () => {
  const disk = temporaryDirectory();
  run("mount", "-t", "tmpfs", "-o", "size=1m,nr_inodes=24", "tmpfs", disk);
  onTestFinished(() => run("umount", "-l", disk));
  const directory = join(disk, "cache");
  mkdirSync(directory);
  const told = askFromProcess({ directory, questions });
  expect(told.wrongCount).toBe(0);
  expect(told.warnings).toHaveLength(1);
  expect(openAiCache({ directory }).verify()).toMatchObject({ damaged: [], temporaryFiles: [] });
  expect(readdirSync(directory).length).toBeGreaterThan(0);
});
