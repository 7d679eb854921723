import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { FileEntry } from "@ai-workflow/change-detection";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createFileSetCache } from "./file-set-cache.ts";

let state = "";
beforeEach(() => {
  state = mkdtempSync(path.join(tmpdir(), "file-sets-"));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

const files: readonly FileEntry[] = [
  { path: "a", mode: "100644", id: "1".repeat(40) },
  { path: "b", mode: "100644", id: "2".repeat(40) },
];
const file = (): string => path.join(state, "cache", "file-sets.json");

function keep(key: string, hash: string): void {
  const cache = createFileSetCache(state);
  cache.forFiles(files).set(key, hash);
  cache.save();
}

function known(of: readonly FileEntry[] = files): string | undefined {
  return createFileSetCache(state).forFiles(of).get("key");
}

test("a hash is known to the next run with the same files", () => {
  keep("key", "hash");
  expect(known()).toBe("hash");
});

test("no hash is known once a file's content, name or mode differs, or one came or went", () => {
  keep("key", "hash");
  const [first, second] = files as readonly [FileEntry, FileEntry];
  for (const other of [
    [first, { ...second, id: "3".repeat(40) }],
    [first, { ...second, path: "c" }],
    [first, { ...second, mode: "100755" }],
    [first],
    [...files, { ...second, path: "c" }],
  ]) {
    expect(known(other)).toBeUndefined();
  }
});

test("a file that was cut off or changed anywhere gives no hash", () => {
  keep("key", "hash");
  const whole = readFileSync(file());
  for (let at = 0; at < whole.length - 1; at++) {
    const damaged = Buffer.from(whole);
    damaged[at] = (damaged[at] ?? 0) ^ 0x01;
    writeFileSync(file(), damaged);
    expect(known()).toBeUndefined();
    writeFileSync(file(), whole.subarray(0, at));
    expect(known()).toBeUndefined();
  }
});

test("saving without anything new writes nothing, and where it cannot be written nobody is told", () => {
  createFileSetCache(state).save();
  const cache = createFileSetCache(state);
  cache.forFiles(files);
  cache.save();
  expect(() => readFileSync(file())).toThrow("ENOENT");
  writeFileSync(path.join(state, "cache"), "in the way");
  keep("key", "hash");
  expect(known()).toBeUndefined();
});
