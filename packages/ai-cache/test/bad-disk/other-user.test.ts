import { chmodSync, chownSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openAiCache } from "../../src/index.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { askFromProcess, askWithoutRights, isSuperuser } from "./ask.ts";

/** A directory that everybody may go through, so that the modes below it are what counts. */
function openDirectory(): string {
  const root = temporaryDirectory();
  chmodSync(root, 0o777);
  return join(root, "cache");
}

/** Sets the modes of a directory, its folders and their files. */
function setModes(directory: string, folderMode: number, fileMode: number): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) setModes(path, folderMode, fileMode);
    else chmodSync(path, fileMode);
  }
  chmodSync(directory, folderMode);
}

const onPosix = test.skipIf(process.platform === "win32");

onPosix("a directory that this user may only read serves what it has, with one warning for what is new", () => {
  const directory = openDirectory();
  askWithoutRights({ directory, questions: ["a"] });
  setModes(directory, 0o555, 0o444);
  const told = askWithoutRights({ directory, questions: ["a", "b", "c"] });
  expect(told).toMatchObject({ sources: ["disk", "computed", "computed"], storedCount: 0, wrongCount: 0 });
  expect(told.warnings).toEqual([expect.stringMatching(/^AI_CACHE_WRITE_FAILED: .*EACCES/)]);
  expect(askWithoutRights({ directory, questions: ["a"], mode: "read-only" })).toMatchObject({
    sources: ["disk"],
    warnings: [],
  });
  setModes(directory, 0o755, 0o644);
});

onPosix("a directory that this user may not even look into makes one warning and no difference", () => {
  const directory = openDirectory();
  askWithoutRights({ directory, questions: ["a"] });
  chmodSync(directory, 0);
  const told = askWithoutRights({ directory, questions: ["a", "b"] });
  expect(told).toMatchObject({ sources: ["computed", "computed"], storedCount: 0, wrongCount: 0 });
  expect(told.missReasons).toEqual(["unreadable", "unreadable"]);
  expect(told.warnings).toHaveLength(1);
  chmodSync(directory, 0o755);
});

// Giving files to another user takes the superuser.
const asSuperuser = test.skipIf(!isSuperuser);

asSuperuser("entries of another user are misses with a reason, and are not deleted", () => {
  const directory = openDirectory();
  askFromProcess({ directory, questions: ["a"] });
  setModes(directory, 0o755, 0o600);
  const told = askWithoutRights({ directory, questions: ["a", "b"] });
  expect(told).toMatchObject({ sources: ["computed", "computed"], storedCount: 0, wrongCount: 0 });
  expect(told.missReasons[0]).toBe("unreadable");
  expect(told.warnings).toHaveLength(1);
  expect(openAiCache({ directory }).verify()).toMatchObject({ validCount: 1, damaged: [] });
});

asSuperuser("two users who may both write share the directory: what one cannot read it replaces", () => {
  const directory = openDirectory();
  askFromProcess({ directory, questions: ["a", "b"] });
  setModes(directory, 0o777, 0o600);
  const told = askWithoutRights({ directory, questions: ["a", "c", "a"] });
  expect(told).toMatchObject({ sources: ["computed", "computed", "disk"], wrongCount: 0 });
  expect(openAiCache({ directory }).verify()).toMatchObject({ validCount: 3, damaged: [], temporaryFiles: [] });
});

asSuperuser("a cache in a home that was given away goes on", () => {
  const directory = openDirectory();
  askFromProcess({ directory, questions: ["a"] });
  mkdirSync(join(directory, "stats.d"), { recursive: true });
  for (const path of [directory, join(directory, "stats.d")]) chownSync(path, 65_534, 65_534);
  const told = askWithoutRights({ directory, questions: ["b", "b"] });
  expect(told).toMatchObject({ wrongCount: 0 });
  expect(told.warnings.length).toBeLessThanOrEqual(1);
  expect(statSync(directory).uid).toBe(65_534);
});
