import { execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { series } from "../../test/histories.ts";
import { describePredictor } from "./describe-predictor.ts";
import { openPredictor } from "./open-predictor.ts";
import { isPredictorDocument, type PredictorDocument } from "./predictor-document.ts";
import { readPredictorFiles } from "./read-predictor-files.ts";
import { type PredictorFiles, trainPredictor } from "./train-predictor.ts";
import { writePredictorFiles } from "./write-predictor-files.ts";

async function train(durations: readonly number[]): Promise<PredictorFiles> {
  const training = await trainPredictor(series(durations), { nowMs: 1000 });
  if (!training.trained) throw new Error(training.reason);
  return training;
}

const samples = series(Array.from({ length: 80 }, (_, run) => 10 + (run % 3)));
const old = await train(samples.map(({ seconds }) => seconds));
const next = await train(Array.from({ length: 90 }, (_, run) => 20 + (run % 4)));

let directory = "";
beforeEach(() => void (directory = mkdtempSync(path.join(tmpdir(), "predictor-files-"))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const reasonOf = async (): Promise<string> => {
  const files = await readPredictorFiles(directory);
  return files.found ? "found" : files.reason;
};
const put = (name: string, bytes: string | Uint8Array): void => writeFileSync(path.join(directory, name), bytes);

test("what was written is read, in a directory that is made, and nothing else is left there", async () => {
  const inner = path.join(directory, "a", "b");
  expect(await writePredictorFiles(inner, old)).toEqual({ written: true });
  expect(await readPredictorFiles(inner)).toEqual({
    found: true,
    document: old.json,
    onnx: Buffer.from(old.onnx ?? []),
  });
  expect(readdirSync(inner).sort()).toEqual(["model.json", "model.onnx"]);
});

test("a kill between the two renames leaves a pair whose mismatch is noticed, before them the old pair", async () => {
  await writePredictorFiles(directory, old);
  put("model.json.dead.tmp", JSON.stringify(next.json).slice(0, 100));
  expect(await readPredictorFiles(directory)).toMatchObject({ found: true, document: old.json });
  put("model.onnx", next.onnx ?? new Uint8Array());
  const half = await readPredictorFiles(directory);
  expect(half).toMatchObject({ found: false, reason: "corrupt" });
  const opened = await openPredictor({ files: half, samples });
  expect(opened.status[0]).toContain("half a pair");
  expect(opened.predict({ step: "build" }).p50Ms).toBeGreaterThan(9000);
});

test("what keeps a file from being written leaves the old pair, and says why", async () => {
  await writePredictorFiles(directory, old);
  // A file where the directory should be fails as a full disk does: before anything is renamed.
  put("file", "x");
  expect(await writePredictorFiles(path.join(directory, "file"), next)).toMatchObject({ written: false });
  expect(await readPredictorFiles(directory)).toMatchObject({ found: true, document: old.json });
});

test("several predictors share a folder under names of their own", async () => {
  await writePredictorFiles(directory, old);
  await writePredictorFiles(directory, next, { name: "durations.v2" });
  expect(readdirSync(directory).sort()).toEqual(["durations.v2.json", "durations.v2.onnx", "model.json", "model.onnx"]);
  expect(await readPredictorFiles(directory)).toMatchObject({ found: true, document: old.json });
  expect(await readPredictorFiles(directory, { name: "durations.v2" })).toMatchObject({
    found: true,
    document: next.json,
  });
  rmSync(path.join(directory, "durations.v2.onnx"));
  expect(await readPredictorFiles(directory, { name: "durations.v2" })).toMatchObject({
    found: false,
    message: "durations.v2.onnx is missing",
  });
});

test("a rename that fails leaves nothing temporary, and what is left is known to be no pair", async () => {
  mkdirSync(path.join(directory, "model.json"));
  expect(await writePredictorFiles(directory, next)).toMatchObject({ written: false });
  expect(readdirSync(directory).sort()).toEqual(["model.json", "model.onnx"]);
  expect(await reasonOf()).toBe("unreadable");
});

test.skipIf(process.platform === "win32")("a file that finds no more room leaves the old pair", async () => {
  await writePredictorFiles(directory, old);
  const padded = { ...next.json, lines: ["x".repeat(100_000)] };
  const input = path.join(directory, "input");
  put("input", JSON.stringify({ json: padded, onnx: [...(next.onnx ?? [])] }));
  const compiled = new URL("../../dist/model-files/write-predictor-files.js", import.meta.url).href;
  const script = `import { readFileSync } from "node:fs";
    import { writePredictorFiles } from ${JSON.stringify(compiled)};
    const { json, onnx } = JSON.parse(readFileSync(process.argv[1], "utf8"));
    console.log(JSON.stringify(await writePredictorFiles(process.argv[2], { json, onnx: Uint8Array.from(onnx) })));`;
  // The system ends the write in the middle, after 64 KiB (128 blocks in some shells), as it does when a disk is full.
  const limited = 'ulimit -f 64 && exec "$0" --input-type=module --eval "$1" -- "$2" "$3"';
  const { stdout } = await promisify(execFile)("sh", ["-c", limited, process.execPath, script, input, directory]);
  expect(JSON.parse(stdout)).toMatchObject({ written: false });
  expect(await readPredictorFiles(directory)).toMatchObject({ found: true, document: old.json });
  expect(readdirSync(directory).sort()).toEqual(["input", "model.json", "model.onnx"]);
});

test.skipIf(process.platform === "win32")(
  "a writer that is killed at any moment leaves the old pair, the new one, or a known mismatch",
  async () => {
    const compiled = new URL("../../dist/model-files/write-predictor-files.js", import.meta.url).href;
    put("input", JSON.stringify([old, next].map(({ json, onnx }) => ({ json, onnx: [...(onnx ?? [])] }))));
    const script = `import { readFileSync } from "node:fs";
    import { writePredictorFiles } from ${JSON.stringify(compiled)};
    const pairs = JSON.parse(readFileSync(process.argv[1], "utf8"));
    for (let turn = 0; ; turn += 1) {
      const { json, onnx } = pairs[turn % 2];
      await writePredictorFiles(process.argv[2], { json, onnx: Uint8Array.from(onnx) });
      console.log(turn);
    }`;
    for (let round = 1; round <= 5; round += 1) {
      const argv = ["--input-type=module", "--eval", script, "--", path.join(directory, "input"), directory];
      const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "inherit"] });
      let turns = 0;
      for await (const _ of child.stdout) if ((turns += 1) >= 2 * round) child.kill("SIGKILL");
      const files = await readPredictorFiles(directory);
      if (files.found) expect([old.json.trainedAt, next.json.trainedAt]).toContain(files.document.trainedAt);
      else
        expect(files).toMatchObject({ reason: "corrupt", message: expect.stringContaining("half a pair") as string });
    }
  },
);

test("missing, foreign, cut, newer, older and changed files each have their reason", async () => {
  expect(await reasonOf()).toBe("missing");
  const json = JSON.stringify(old.json);
  put("model.onnx", old.onnx ?? new Uint8Array());
  for (const text of ["", "null", "[]", "{}", '{"version":1}', json.slice(0, -20), '"text"']) {
    put("model.json", text);
    expect(await reasonOf(), text.slice(0, 20)).toBe("corrupt");
  }
  put("model.json", JSON.stringify({ ...old.json, version: 2 }));
  expect(await reasonOf()).toBe("newer");
  put("model.json", JSON.stringify({ ...old.json, version: 0 }));
  expect(await reasonOf()).toBe("older");
  put("model.json", JSON.stringify({ ...old.json, featureVersion: 0 }));
  expect(await reasonOf()).toBe("features-changed");
  put("model.json", json);
  expect(await reasonOf()).toBe("found");
  rmSync(path.join(directory, "model.onnx"));
  expect(await reasonOf()).toBe("corrupt");
});

test("property: no change of one byte makes reading throw or gives trees that were not written", async () => {
  await writePredictorFiles(directory, old);
  const originals = ["model.json", "model.onnx"].map((name) => readFileSync(path.join(directory, name)));
  await fc.assert(
    fc.asyncProperty(
      fc.nat(1),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      fc.boolean(),
      async (which, at, by, isCut) => {
        const name = which === 0 ? "model.json" : "model.onnx";
        const bytes = Buffer.from(originals[which] ?? []);
        const place = at % bytes.length;
        bytes[place] = (bytes[place] ?? 0) ^ by;
        put(name, isCut ? bytes.subarray(0, place) : bytes);
        const files = await readPredictorFiles(directory);
        if (which === 1) expect(files).toMatchObject({ found: false, reason: "corrupt" });
        const opened = await openPredictor({ files, samples });
        expect(Number.isFinite(opened.predict({ step: "build" }).p90Ms)).toBe(true);
        put(name, originals[which] ?? "");
      },
    ),
    { numRuns: 60 },
  );
});

test("property: a document with any field of another type is none", () => {
  const names = Object.keys(old.json) as (keyof PredictorDocument)[];
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.constantFrom(undefined, true, {}, [[]], -1.5, "☃"), (name, value) => {
      const changed = { ...old.json, [name]: value };
      const isText = name === "accuracyDefinition" || name === "lastRun";
      const isStillOne = (isText && value === "☃") || (["lastRun", "ratio"].includes(name) && value === -1.5);
      expect(isPredictorDocument(changed)).toBe(isStillOne);
    }),
  );
});

test("the status says what was trained when, how good it is and what serves", () => {
  const lines = describePredictor({ found: true, document: old.json }, samples);
  expect(lines[0]).toBe("trained: yes, last updated 1970-01-01T00:00:01.000Z, on 80 runs and 80 rows");
  expect(lines[2]).toContain("error is |predicted - actual| / actual");
  expect(lines[3]).toContain("(default) for");
  expect(describePredictor({ found: false, message: "none" }, samples.slice(0, 9))).toEqual([
    "trained: no (none); simple rules serve",
    "runs: 9",
    "recommended: 1 more run before it can be trained",
  ]);
});
