import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkResults, describeResults } from "./inspect-results.ts";
import { createResultStore } from "./result-store.ts";
import type { StoredSuccess } from "./stored-success.ts";

const [A, B, C] = ["a", "b", "c"].map((letter) => letter.repeat(64)) as [string, string, string];
const CONTENT = "what it left\n";
const SHA256 = createHash("sha256").update(CONTENT).digest("hex");

let directory = "";
beforeEach(() => (directory = mkdtempSync(path.join(tmpdir(), "results-"))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const placeOf = (...names: readonly string[]): string => path.join(directory, ".workflow", "results", ...names);

function store(fingerprint: string, withOutput = false): void {
  const success = {
    fingerprint,
    stepId: "build",
    runId: "run",
    at: "2026-01-01T00:00:00.000Z",
    durationMs: 1,
    ...(withOutput
      ? {
          outputs: {
            entries: [{ kind: "file", path: "dist/a", sha256: SHA256, sizeBytes: CONTENT.length, executable: false }],
          },
        }
      : {}),
  } as unknown as StoredSuccess;
  createResultStore(placeOf()).put(success, undefined);
}

function leaveContent(text: string): void {
  mkdirSync(placeOf("blobs", SHA256.slice(0, 2)), { recursive: true });
  writeFileSync(placeOf("blobs", SHA256.slice(0, 2), SHA256), text);
}

test("without a store there is nothing, and nothing is damaged", () => {
  expect(describeResults({ directory })).toEqual({ count: 0, sizeBytes: 0, contentCount: 0, contentBytes: 0 });
  expect(checkResults({ directory })).toEqual({ checkedCount: 0, validCount: 0, damaged: [] });
});

test("contents that several results share count once", () => {
  store(A, true);
  store(B, true);
  store(C);
  leaveContent(CONTENT);
  expect(describeResults({ directory })).toMatchObject({ count: 3, contentCount: 1, contentBytes: CONTENT.length });
  expect(checkResults({ directory })).toEqual({ checkedCount: 3, validCount: 3, damaged: [] });
});

test("what is cut, misses a content or has a damaged one is named, and stays as it is", () => {
  store(A, true);
  store(B);
  expect(checkResults({ directory }).damaged).toEqual([{ fingerprint: A, reason: "content-missing" }]);
  leaveContent(CONTENT.replace("what", "That"));
  expect(checkResults({ directory }).damaged).toEqual([{ fingerprint: A, reason: "content-damaged" }]);
  leaveContent(CONTENT);
  writeFileSync(placeOf("bb", `${B}.json`), '{"formatVersion":1,"checksum":"');
  for (let time = 0; time < 2; time += 1) {
    expect(checkResults({ directory })).toEqual({
      checkedCount: 2,
      validCount: 1,
      damaged: [{ fingerprint: B, reason: "damaged" }],
    });
  }
  // Set aside by a run, it is no result any more.
  createResultStore(placeOf(), { onCorrupt: () => {} }).find(B);
  expect(checkResults({ directory })).toEqual({ checkedCount: 1, validCount: 1, damaged: [] });
});
