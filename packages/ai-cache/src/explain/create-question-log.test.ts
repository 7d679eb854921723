import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createManualClock } from "../../test/manual-clock.ts";
import { sampleKey } from "../../test/sample-entry.ts";
import { temporaryDirectory } from "../../test/temporary-directory.ts";
import type { CacheKeyParts } from "../key/create-cache-key.ts";
import { createQuestionLog, EXPLAIN_FOLDER, type QuestionLog } from "./create-question-log.ts";

function open(directory = join(temporaryDirectory(), "cache")): {
  readonly log: QuestionLog;
  readonly folder: string;
  readonly directory: string;
} {
  const folder = join(directory, EXPLAIN_FOLDER);
  return { log: createQuestionLog(directory, createManualClock().now), folder, directory };
}

function note(log: QuestionLog, label: string, prompt = "a"): void {
  log.note(label, sampleKey(prompt), partsOf(prompt));
}

function partsOf(prompt: string): CacheKeyParts {
  return { provider: "p", model: "m", prompt };
}

test("createQuestionLog() remembers by label, across openings, in one file a label that nobody else may read", () => {
  const { log, folder, directory } = open();
  expect(log.read("review")).toEqual([]);
  note(log, "review");
  note(log, "review", "b");
  note(log, "../../etc/passwd");
  const reopened = createQuestionLog(directory, createManualClock().now);
  expect(reopened.read("review").map(({ key }) => key)).toEqual([sampleKey("a"), sampleKey("b")]);
  expect(reopened.read("../../etc/passwd")).toHaveLength(1);
  expect(readdirSync(folder)).toHaveLength(2);
  expect(readFileSync(join(directory, ".gitignore"), "utf8")).toBe("*\n");
});

test("createQuestionLog() writes a question once a run", () => {
  const { log, folder, directory } = open();
  note(log, "review");
  rmSync(folder, { recursive: true });
  note(log, "review");
  expect(log.read("review")).toEqual([]);
  log.forget();
  note(log, "review");
  const [first] = log.read("review");
  const next = createQuestionLog(directory, createManualClock().now);
  note(next, "review");
  expect(next.read("review")).toMatchObject([{ run: next.run, previousAtMs: first?.atMs }]);
});

test("createQuestionLog() remembers no more than so many labels, and forgets the oldest", () => {
  const { log, folder } = open();
  for (let index = 0; index < 256; index += 1) {
    note(log, String(index));
    if (index === 0) utimesSync(join(folder, readdirSync(folder)[0] ?? ""), 1, 1);
  }
  writeFileSync(join(folder, "notes.txt"), "not ours");
  expect(log.read("0")).toHaveLength(1);
  note(log, "one more");
  expect(readdirSync(folder)).toHaveLength(257);
  expect(log.read("0")).toEqual([]);
  expect(log.read("1")).toHaveLength(1);
  expect(log.read("one more")).toHaveLength(1);
});

test.skipIf(process.platform === "win32")(
  "createQuestionLog() takes damage for nothing known, heals it, and does not write through a link",
  () => {
    const { log, folder, directory } = open();
    note(log, "review");
    const file = join(folder, readdirSync(folder)[0] ?? "");
    for (const text of ["", "{", readFileSync(file, "utf8").slice(0, -20), "x".repeat(300_000)]) {
      writeFileSync(file, text);
      expect(log.read("review")).toEqual([]);
      note(createQuestionLog(directory, createManualClock().now), "review");
      expect(log.read("review")).toHaveLength(1);
    }
    const outside = join(directory, "outside");
    writeFileSync(outside, "kept");
    rmSync(file);
    symlinkSync(outside, file);
    note(createQuestionLog(directory, createManualClock().now), "review");
    expect(log.read("review")).toHaveLength(1);
    expect(readFileSync(outside, "utf8")).toBe("kept");
  },
);

test("createQuestionLog() leaves no temporary file where a directory stands in the way", () => {
  const { log, folder } = open();
  note(log, "review");
  const file = join(folder, readdirSync(folder)[0] ?? "");
  rmSync(file);
  mkdirSync(join(file, "inside"), { recursive: true });
  expect(() => note(log, "review", "b")).toThrow(/EISDIR|ENOTEMPTY|EPERM/);
  expect(readdirSync(folder)).toHaveLength(1);
});
