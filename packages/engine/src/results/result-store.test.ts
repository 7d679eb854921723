import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createResultStore } from "./result-store.ts";
import type { StoredSuccess } from "./stored-success.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "result-store-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const full = "ab".repeat(32);
const relevant = "cd".repeat(32);
const success: StoredSuccess = {
  stepId: "lint",
  fingerprint: full,
  relevantFingerprint: relevant,
  runId: "20260101T000000Z-aaaaaa",
  at: "2026-01-01T00:00:00.000Z",
  durationMs: 12.5,
  findings: [{ rule: "r", severity: "warning", message: 'ü \u2028 "quoted"', file: "a.md", line: 3 }],
};

/** The only entry file of a fingerprint. */
function entryFile(fingerprint: string): string {
  const found = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(`${fingerprint}.json`),
  );
  expect(found).toHaveLength(1);
  return path.join(folder, found[0] ?? "");
}

test("what was put is found under both fingerprints, also by another store", () => {
  createResultStore(folder).put(success, undefined);
  const other = createResultStore(folder);
  expect(other.find(full)).toEqual(success);
  expect(other.find(relevant)).toEqual(success);
  expect(other.find("ef".repeat(32))).toBeUndefined();
});

test("what is forgotten is found no more, nor is its log, and the rest stays", () => {
  const store = createResultStore(folder);
  const log = path.join(folder, "step.log");
  writeFileSync(log, "output\n");
  store.put(success, log);
  store.put({ ...success, fingerprint: "ef".repeat(32), relevantFingerprint: undefined }, log);
  store.forget([full, relevant, "01".repeat(32)]);
  expect(store.find(full)).toBeUndefined();
  expect(store.find(relevant)).toBeUndefined();
  expect(existsSync(store.logPath(full))).toBe(false);
  expect(store.find("ef".repeat(32))).toMatchObject({ stepId: "lint" });
});

test("a store whose folder does not exist has nothing, and makes it for the first success", () => {
  const store = createResultStore(path.join(folder, "not", "there"));
  expect(store.find(full)).toBeUndefined();
  expect(existsSync(path.join(folder, "not"))).toBe(false);
  store.put({ ...success, relevantFingerprint: undefined }, undefined);
  expect(store.find(full)).toMatchObject({ stepId: "lint" });
  expect(store.find(relevant)).toBeUndefined();
});

test("any success comes back as it was", () => {
  const finding = fc.record(
    {
      rule: fc.string(),
      severity: fc.constantFrom("error" as const, "warning" as const, "info" as const),
      message: fc.string({ unit: "binary" }),
      line: fc.integer({ min: 1 }),
    },
    { requiredKeys: ["rule", "severity", "message"] },
  );
  fc.assert(
    fc.property(
      fc.array(finding, { maxLength: 3 }),
      fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
      (findings, durationMs) => {
        const store = createResultStore(folder);
        const value = { ...success, findings: findings.map((one) => ({ ...one })), durationMs };
        store.put(value, undefined);
        expect(store.find(full)).toEqual(value);
      },
    ),
    { numRuns: 50 },
  );
});

test("the later of two successes wins", () => {
  const store = createResultStore(folder);
  store.put(success, undefined);
  store.put({ ...success, runId: "later" }, undefined);
  expect(store.find(full)?.runId).toBe("later");
});

test("a log is stored with its success; one that is missing stops nothing", () => {
  const store = createResultStore(folder);
  const log = path.join(folder, "step.log");
  writeFileSync(log, Buffer.from([0, 255, 10]));
  store.put(success, log);
  expect(readFileSync(store.logPath(full))).toEqual(Buffer.from([0, 255, 10]));
  store.put({ ...success, fingerprint: relevant, relevantFingerprint: undefined }, path.join(folder, "nowhere.log"));
  expect(store.find(relevant)).toBeDefined();
  expect(existsSync(store.logPath(relevant))).toBe(false);
  expect(readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.includes("tmp"))).toEqual([]);
});

test("an entry cut off anywhere is a miss", () => {
  const store = createResultStore(folder);
  store.put(success, undefined);
  const file = entryFile(full);
  const whole = readFileSync(file);
  // Without its last line break an entry is still whole.
  for (let length = 0; length < whole.length - 1; length++) {
    writeFileSync(file, whole.subarray(0, length));
    expect(store.find(full), `${length} bytes`).toBeUndefined();
  }
  writeFileSync(file, whole);
  expect(store.find(full)).toEqual(success);
});

test("an entry with one byte changed is never served as another value", () => {
  const store = createResultStore(folder);
  store.put(success, undefined);
  const file = entryFile(full);
  const whole = readFileSync(file);
  for (let at = 0; at < whole.length; at++) {
    for (const bit of [1, 2, 32, 128]) {
      const damaged = Buffer.from(whole);
      damaged[at] = (whole[at] ?? 0) ^ bit;
      writeFileSync(file, damaged);
      const found = store.find(full);
      if (found !== undefined) expect(found, `byte ${at}`).toEqual(success);
    }
  }
});

test("the whole entry of another fingerprint in its place is a miss", () => {
  const store = createResultStore(folder);
  store.put(success, undefined);
  const other = "ab12".repeat(16);
  const text = readFileSync(entryFile(full));
  writeFileSync(path.join(path.dirname(entryFile(full)), `${other}.json`), text);
  expect(store.find(other)).toBeUndefined();
});

test("an entry of another version is a miss and stays as it is", () => {
  const corrupt: string[] = [];
  const store = createResultStore(folder, { onCorrupt: (file) => corrupt.push(file) });
  store.put(success, undefined);
  const file = entryFile(full);
  const text = readFileSync(file, "utf8").replace('"formatVersion":1', '"formatVersion":2');
  writeFileSync(file, text);
  expect(store.find(full)).toBeUndefined();
  expect(readFileSync(file, "utf8")).toBe(text);
  expect(corrupt).toEqual([]);
});

test.each(["", "null", "[]", "1", '"text"', "{}", '{"formatVersion":1}', '{"formatVersion":1,"success":null}'])(
  "a damaged entry (%s) is set aside only where somebody is told",
  (text) => {
    createResultStore(folder).put(success, undefined);
    const file = entryFile(full);
    writeFileSync(file, text);
    expect(createResultStore(folder).find(full)).toBeUndefined();
    expect(readFileSync(file, "utf8")).toBe(text);

    const corrupt: string[] = [];
    const store = createResultStore(folder, { onCorrupt: (damaged) => corrupt.push(damaged) });
    expect(store.find(full)).toBeUndefined();
    expect(corrupt).toEqual([file]);
    expect(existsSync(file)).toBe(false);
    expect(readFileSync(`${file}.corrupt`, "utf8")).toBe(text);
    expect(store.find(full)).toBeUndefined();
    expect(corrupt).toHaveLength(1);
    store.put(success, undefined);
    expect(store.find(full)).toEqual(success);
  },
);
