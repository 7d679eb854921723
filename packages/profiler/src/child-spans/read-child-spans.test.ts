import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { StepWindow } from "./child-span.ts";
import { createSpanWriter } from "./create-span-writer.ts";
import { readChildSpans } from "./read-child-spans.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "spans ü "));
  file = path.join(folder, "step.spans.jsonl");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** From an hour ago to in an hour, so that what children tell is within. */
function wide(): StepWindow {
  return { startMs: 0, endMs: 2 * 3_600_000, wallAtStartMs: Date.now() - 3_600_000 };
}

describe("readChildSpans()", () => {
  test("no file is no spans; what is no file is told and not waited for", () => {
    expect(readChildSpans(file, wide())).toEqual({ spans: [], problems: [] });
    mkdirSync(file);
    expect(readChildSpans(file, wide()).problems).toHaveLength(1);
    rmSync(file, { recursive: true });
    writeFileSync(path.join(folder, "elsewhere"), '{"begin":"a","at":1}\n');
    symlinkSync(path.join(folder, "elsewhere"), file);
    expect(readChildSpans(file, wide())).toEqual({ spans: [], problems: ["the file of spans cannot be read (ELOOP)"] });
  });

  test.runIf(existsSync("/usr/bin/mkfifo"))("a pipe that nobody writes to is told and not waited for", () => {
    execFileSync("mkfifo", [file]);
    expect(readChildSpans(file, wide()).problems).toEqual(["what stands in place of the file of spans is no file"]);
  });

  test("of a large file the beginning is read", () => {
    const line = `${JSON.stringify({ span: "a", from: Date.now() / 1_000, to: Date.now() / 1_000, padding: "x".repeat(60_000) })}\n`;
    writeFileSync(file, line.repeat(100));
    const { spans, problems } = readChildSpans(file, wide());
    expect(spans).toHaveLength(69);
    expect(problems.at(-1)).toMatch(/^only the first 4194304 of \d+ bytes were read$/);
  });
});

describe("the protocol, as written from", () => {
  const bash = String.raw`echo "{\"begin\":\"outer\",\"at\":\"$EPOCHREALTIME\"}" >> "$WORKFLOW_SPANS"
echo "{\"begin\":\"inner\",\"at\":\"$EPOCHREALTIME\"}" >> "$WORKFLOW_SPANS"
echo "{\"end\":\"inner\",\"at\":\"$EPOCHREALTIME\"}" >> "$WORKFLOW_SPANS"
echo "{\"end\":\"outer\",\"at\":\"$EPOCHREALTIME\",\"attributes\":{\"files\":3}}" >> "$WORKFLOW_SPANS"`;
  const sh = String.raw`now() { date +%s; }
echo "{\"begin\":\"outer\",\"at\":$(now)}" >> "$WORKFLOW_SPANS"
echo "{\"span\":\"inner\",\"from\":$(now),\"to\":$(now)}" >> "$WORKFLOW_SPANS"
echo "{\"end\":\"outer\",\"at\":$(now),\"attributes\":{\"files\":3}}" >> "$WORKFLOW_SPANS"`;
  const python = `import json, os, time
def tell(**line):
    with open(os.environ["WORKFLOW_SPANS"], "a") as spans:
        spans.write(json.dumps(line) + "\\n")
tell(begin="outer", at=time.time())
tell(begin="inner", at=time.time())
tell(end="inner", at=time.time())
tell(end="outer", at=time.time(), attributes={"files": 3})`;
  const writer = pathToFileURL(path.join(import.meta.dirname, "../../dist/child-spans.js")).href;
  const node = `import { createSpanWriter } from ${JSON.stringify(writer)};
const spans = createSpanWriter();
const outer = spans.start("outer");
await outer.measure("inner", async () => {});
outer.end({ files: 3 });`;

  test.each([
    ["bash", "/bin/bash", ["-c", bash]],
    ["sh", "/bin/sh", ["-c", sh]],
    ["Python", "/usr/bin/python3", ["-c", python]],
    ["JavaScript", process.execPath, ["--input-type=module", "-e", node]],
  ])("%s, is read back", (_language, program, args) => {
    if (!existsSync(program)) return;
    execFileSync(program, args, { env: { ...process.env, WORKFLOW_SPANS: file } });
    const { spans, problems } = readChildSpans(file, wide());
    expect(problems).toEqual([]);
    expect(spans).toMatchObject([
      { name: "outer", attributes: { files: 3 } },
      { name: "inner", parentIndex: 0 },
    ]);
    expect(spans.every(({ endMs }) => endMs !== undefined)).toBe(true);
  });
});

describe("createSpanWriter()", () => {
  test("keeps spans that are open at the same time apart", () => {
    const spans = createSpanWriter(file);
    const first = spans.start("read", { n: 1 });
    const second = spans.start("read", { n: 2 });
    first.end();
    second.start("inner").end();
    second.end();
    second.end({ twice: true });
    expect(readChildSpans(file, wide()).spans).toMatchObject([
      { name: "read", attributes: { n: 1 } },
      { name: "read", attributes: { n: 2 } },
      { name: "inner", parentIndex: 1 },
    ]);
    expect(readFileSync(file, "utf8")).not.toContain("twice");
  });

  test("passes on what the work gives, and marks what threw", async () => {
    const spans = createSpanWriter(file);
    expect(spans.measure("a", () => 7)).toBe(7);
    expect(await spans.measure("b", async (span) => span.measure("c", () => 8))).toBe(8);
    expect(() =>
      spans.measure("d", () => {
        throw new Error("d");
      }),
    ).toThrowError("d");
    await expect(spans.measure("e", () => Promise.reject(new Error("e")))).rejects.toThrowError("e");
    const told = readChildSpans(file, wide()).spans.map(({ name, attributes }) => [name, attributes?.["error"]]);
    expect(told).toEqual([
      ["a", undefined],
      ["b", undefined],
      ["c", undefined],
      ["d", true],
      ["e", true],
    ]);
  });

  test("what cannot be written is lost, and nothing else", () => {
    for (const target of [path.join(folder, "no", "folder"), folder, "/dev/full", undefined]) {
      const spans = createSpanWriter(target ?? "");
      expect(spans.measure("a", () => 7)).toBe(7);
    }
  });

  test("outside of a run spans go nowhere", () => {
    vi.stubEnv("WORKFLOW_SPANS", undefined);
    const spans = createSpanWriter();
    vi.unstubAllEnvs();
    expect(spans.active).toBe(false);
    expect(spans.measure("a", () => 7)).toBe(7);
  });
});
