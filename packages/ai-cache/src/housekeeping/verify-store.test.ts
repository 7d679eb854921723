import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sampleEntry, sampleKey } from "../../test/sample-entry.ts";
import { temporaryDirectory } from "../../test/temporary-directory.ts";
import { encodeEntry } from "../entries/cache-entry.ts";
import { createDiskStore } from "../entries/disk-store.ts";
import { encodeLockOwner } from "../locks/lock-owner.ts";
import { identifyThisProcess } from "../locks/process-identity.ts";
import { verifyStore } from "./verify-store.ts";

const NOW_MS = 1_800_000_000_000;
const UUID = "01234567-89ab-cdef-0123-456789abcdef";

function write(file: string, text: string, ageMs = 0): void {
  writeFileSync(file, text);
  utimesSync(file, (NOW_MS - ageMs) / 1000, (NOW_MS - ageMs) / 1000);
}

test("verifyStore() tells whole entries from damaged ones and names everything else in the directory", () => {
  const directory = join(temporaryDirectory(), "cache");
  const store = createDiskStore(directory, 1_000_000);
  for (const prompt of ["a", "b", "c"]) store.put(sampleEntry(prompt), encodeEntry(sampleEntry(prompt)));
  const [a, b, c] = [sampleKey("a"), sampleKey("b"), sampleKey("c")];
  const folderOf = (key: string): string => join(directory, key.slice(0, 2));
  write(join(folderOf(b), `${b}.json`), "cut");
  write(join(folderOf(c), `${c}.json`), '{"formatVersion":99,');
  write(join(folderOf(a), `${a}.${UUID}.1.tmp`), "half", 5000);
  const owner = { ...identifyThisProcess(), token: "t" };
  write(join(folderOf(a), `${a}.lock`), encodeLockOwner(owner));
  write(join(directory, "cleanup.lock"), encodeLockOwner({ ...owner, start: "1" }), 1000);
  write(join(directory, `${a}.json`), "misplaced");
  mkdirSync(join(directory, "notes", "inner"), { recursive: true });
  write(join(directory, "index.json"), "{}");

  const report = verifyStore(store, directory, NOW_MS);
  expect(report).toMatchObject({
    checkedCount: 3,
    validCount: 1,
    temporaryFiles: [{ path: `${a.slice(0, 2)}/${a}.${UUID}.1.tmp`, sizeBytes: 4, ageMs: 5000 }],
    misplaced: [{ path: `${a}.json`, sizeBytes: 9, ageMs: 0 }],
    unknown: [{ path: "notes" }],
  });
  expect(report.damaged.map(({ key, reason }) => [key, reason]).sort()).toEqual(
    [
      [b, "corrupt"],
      [c, "newer-format"],
    ].sort(),
  );
  expect(report.locks.map(({ path, isAbandoned }) => [path, isAbandoned]).sort()).toEqual(
    [
      ["cleanup.lock", true],
      [`${a.slice(0, 2)}/${a}.lock`, false],
    ].sort(),
  );
  expect(verifyStore(store, directory, NOW_MS)).toEqual(report);
});

test("verifyStore() finds nothing in a directory that is not there", () => {
  const directory = join(temporaryDirectory(), "cache");
  expect(verifyStore(createDiskStore(directory, 1000), directory, NOW_MS)).toEqual({
    checkedCount: 0,
    validCount: 0,
    damaged: [],
    temporaryFiles: [],
    locks: [],
    misplaced: [],
    unknown: [],
  });
});
