import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { EngineError } from "../errors.ts";
import { createRunFolders, openStateDirectory, pathsOfRun, pointLatest } from "./state-directory.ts";

let target: string;
let state: string;
beforeEach(() => {
  target = mkdtempSync(path.join(tmpdir(), "state-"));
  state = path.join(target, ".workflow");
});
afterEach(() => {
  rmSync(target, { recursive: true });
});

function errorOf(open: () => unknown): EngineError {
  try {
    open();
  } catch (error) {
    if (error instanceof EngineError) return error;
  }
  throw new Error("no EngineError was thrown");
}

test("the folder is made once, ignores itself, and opens again without a word", () => {
  for (let time = 0; time < 2; time++)
    expect(openStateDirectory(target)).toEqual({ path: state, durable: true, notices: [] });
  expect(readFileSync(path.join(state, ".gitignore"), "utf8")).toBe("*\n");
  expect(JSON.parse(readFileSync(path.join(state, "format.json"), "utf8"))).toEqual({ format: 1 });
});

test.each([
  ["that a full disk left empty", "", "*\n"],
  ["that somebody has written", "!run.json\n", "!run.json\n"],
])("a .gitignore %s", (_, text, expected) => {
  openStateDirectory(target);
  const file = path.join(state, ".gitignore");
  writeFileSync(file, text);
  openStateDirectory(target);
  expect(readFileSync(file, "utf8")).toBe(expected);
});

test("a folder of a newer version is refused and left as it is", () => {
  openStateDirectory(target);
  writeFileSync(path.join(state, "format.json"), '{"format":2}');
  const before = readdirSync(state);
  expect(errorOf(() => openStateDirectory(target))).toMatchObject({ code: "ENGINE_STATE_NEWER" });
  expect(readdirSync(state)).toEqual(before);
  expect(readFileSync(path.join(state, "format.json"), "utf8")).toBe('{"format":2}');
});

test.each(["", "{", "null", "[]", '{"format":"1"}', '{"format":0}', '{"format":1.5}'])(
  "a damaged format.json (%s) is set aside with a notice",
  (text) => {
    openStateDirectory(target);
    const file = path.join(state, "format.json");
    writeFileSync(file, text);
    expect(openStateDirectory(target).notices.map(({ code }) => code)).toEqual(["state-corrupt"]);
    expect(readFileSync(`${file}.corrupt`, "utf8")).toBe(text);
    expect(openStateDirectory(target).notices).toEqual([]);
  },
);

test.each<[string, () => void]>([
  ["a file", () => writeFileSync(state, "mine")],
  ["a dangling link", () => symlinkSync("nowhere", state)],
  [
    "a link to a file",
    () => {
      writeFileSync(path.join(target, "file"), "mine");
      symlinkSync("file", state);
    },
  ],
])("%s in its place is refused and left as it is", (_, place) => {
  place();
  const before = readdirSync(target);
  expect(errorOf(() => openStateDirectory(target))).toMatchObject({ code: "ENGINE_STATE_BLOCKED" });
  expect(readdirSync(target)).toEqual(before);
});

test.each([".workflow", ".workflow/logs", ".workflow/metrics/history.jsonl", ".workflow/cache/workflow.bin"])(
  "a link at %s is refused, for what is written through it lands elsewhere",
  (link) => {
    mkdirSync(path.join(target, "elsewhere"));
    mkdirSync(path.dirname(path.join(target, link)), { recursive: true });
    symlinkSync(path.join(target, "elsewhere"), path.join(target, link));
    expect(() => openStateDirectory(target)).toThrow(
      expect.objectContaining({ code: "ENGINE_STATE_BLOCKED" }) as Error,
    );
    expect(readdirSync(path.join(target, "elsewhere"))).toEqual([]);
  },
);

test("the latest run is pointed to, also when another one was before", () => {
  openStateDirectory(target);
  for (const id of ["20260101T000000Z-abcdef", "20260102T000000Z-abcdef"]) {
    createRunFolders(pathsOfRun(state, id));
    pointLatest(state, id);
    expect(readlinkSync(path.join(state, "logs", "latest"))).toBe(id);
  }
  expect(readdirSync(path.join(state, "logs")).sort()).toEqual([
    "20260101T000000Z-abcdef",
    "20260102T000000Z-abcdef",
    "latest",
  ]);
});

test("steps whose names differ have logs that differ", () => {
  const { stepLog } = pathsOfRun(openStateDirectory(target).path, "20260101T000000Z-abcdef");
  expect(new Set(["a:b", "a_b", "a.b", "a-b", "a"].map(stepLog)).size).toBe(5);
});
