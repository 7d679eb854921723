import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { countStoredBytes } from "./count-stored-bytes.ts";
import type { StoredSuccess } from "./stored-success.ts";

const success: StoredSuccess = {
  stepId: "a",
  fingerprint: "aa",
  runId: "r",
  at: "2026-01-01T00:00:00.000Z",
  durationMs: 1,
  findings: [],
};

test("what is stored counts with its log and its outputs, and is passed on", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "count-"));
  try {
    const log = path.join(folder, "step.log");
    writeFileSync(log, "x".repeat(100));
    const taken: unknown[] = [];
    const { store, storedBytes } = countStoredBytes({ put: (...given) => void taken.push(given) });
    expect(storedBytes()).toBe(0);
    const outputs = {
      entries: [{ kind: "file", path: "b", mode: 0o644, sha256: "c".repeat(64), sizeBytes: 7 }],
    } as unknown as NonNullable<StoredSuccess["outputs"]>;
    store.put({ ...success, outputs }, log);
    store.put(success, undefined);
    expect(storedBytes()).toBe(107);
    expect(taken).toEqual([
      [{ ...success, outputs }, log],
      [success, undefined],
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
