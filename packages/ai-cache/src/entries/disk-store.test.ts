import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { sampleEntry, sampleKey } from "../../test/sample-entry.ts";
import { temporaryDirectory } from "../../test/temporary-directory.ts";
import { testStore } from "../../test/test-store.ts";
import { encodeEntry } from "./cache-entry.ts";
import type { CacheStore } from "./cache-store.ts";
import { createDiskStore } from "./disk-store.ts";

const MAX_BYTES = 1_000_000;

testStore("createDiskStore()", (maxBytes) => createDiskStore(join(temporaryDirectory(), "cache"), maxBytes));

function storeWithEntry(): { store: CacheStore; directory: string; file: string } {
  const directory = join(temporaryDirectory(), "cache");
  const store = createDiskStore(directory, MAX_BYTES);
  const entry = sampleEntry("a");
  store.put(entry, encodeEntry(entry));
  return { store, directory, file: join(directory, entry.key.slice(0, 2), `${entry.key}.json`) };
}

test("createDiskStore() writes one JSON file an entry into a two-letter folder and leaves nothing else", () => {
  const { directory, file } = storeWithEntry();
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ formatVersion: 1, entry: sampleEntry("a") });
  expect(readdirSync(dirname(file))).toHaveLength(1);
  expect(readFileSync(join(directory, ".gitignore"), "utf8")).toBe("*\n");
});

test.skipIf(process.platform === "win32")("createDiskStore() lets only the owner read answers", () => {
  const { directory, file } = storeWithEntry();
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
});

test("createDiskStore() gives back entries of every size, also after larger ones", () => {
  const store = createDiskStore(temporaryDirectory(), MAX_BYTES);
  const entries = [1, 100_000, 65_000, 65_536, 3].map((length) =>
    sampleEntry(`question ${length}`, { text: "é".repeat(length) }),
  );
  for (const entry of entries) store.put(entry, encodeEntry(entry));
  for (const entry of entries) expect(store.get(entry.key)).toMatchObject({ found: true, entry });
});

test("createDiskStore() takes the time of writing for the time of last use", () => {
  const store = createDiskStore(temporaryDirectory(), MAX_BYTES);
  const writtenMs = Date.now();
  const entry = sampleEntry("a", {}, writtenMs);
  store.put(entry, encodeEntry(entry));
  const [stored] = store.list();
  // The store forgoes a second, and the clocks of file systems tick every few milliseconds.
  expect(stored?.lastUsedMs).toBeGreaterThanOrEqual(writtenMs - 1100);
  expect(stored?.lastUsedMs).toBeLessThanOrEqual(Date.now() + 1100);
});

test("createDiskStore() creates nothing before the first write", () => {
  const directory = join(temporaryDirectory(), "cache");
  const store = createDiskStore(directory, MAX_BYTES);
  store.get(sampleKey("a"));
  store.list();
  expect(existsSync(directory)).toBe(false);
});

test("createDiskStore() gives a reason for a file that is cut, emptied or swapped for another entry", () => {
  const { store, file } = storeWithEntry();
  const whole = readFileSync(file);
  const damaged = [
    whole.subarray(0, whole.byteLength - 1),
    whole.subarray(0, 40),
    Buffer.alloc(0),
    Buffer.concat([whole, whole]),
    encodeEntry(sampleEntry("b")),
  ];
  for (const bytes of damaged) {
    writeFileSync(file, bytes);
    expect(store.get(sampleKey("a"))).toEqual({ found: false, reason: "corrupt" });
  }
});

test("createDiskStore() gives a reason for a directory in place of a file, and removes it on request", () => {
  const store = createDiskStore(temporaryDirectory(), MAX_BYTES);
  const other = storeWithEntry();
  const key = sampleKey("a");
  other.store.delete(key);
  mkdirSync(join(other.file, "inner"), { recursive: true });
  expect(other.store.get(key)).toEqual({ found: false, reason: "unreadable" });
  expect(() => other.store.put(sampleEntry("a"), encodeEntry(sampleEntry("a")))).toThrow();
  expect(readdirSync(dirname(other.file))).toEqual([`${key}.json`]);
  expect(other.store.delete(key)).toBe(true);
  expect(store.get(key)).toEqual({ found: false, reason: "absent" });
});

test.skipIf(process.platform === "win32")(
  "createDiskStore() does not wait for ever on a pipe in place of a file",
  () => {
    const { store, file } = storeWithEntry();
    store.delete(sampleKey("a"));
    execFileSync("mkfifo", [file]);
    expect(store.get(sampleKey("a"))).toEqual({ found: false, reason: "unreadable" });
  },
);

// The superuser may read anything.
test.skipIf(process.getuid?.() === 0 || process.platform === "win32")(
  "createDiskStore() gives a reason for a file it may not read",
  () => {
    const { store, file } = storeWithEntry();
    chmodSync(file, 0);
    expect(store.get(sampleKey("a"))).toEqual({ found: false, reason: "unreadable" });
  },
);

test("createDiskStore() throws what the system throws when it cannot write", () => {
  const blocked = join(temporaryDirectory(), "file");
  writeFileSync(blocked, "");
  const store = createDiskStore(join(blocked, "cache"), MAX_BYTES);
  expect(store.get(sampleKey("a"))).toEqual({ found: false, reason: "absent" });
  expect(() => store.put(sampleEntry("a"), encodeEntry(sampleEntry("a")))).toThrow("ENOTDIR");
});

test("createDiskStore() lists no temporary file, no file of others, and no entry outside its own folder", () => {
  const { store, directory, file } = storeWithEntry();
  const key = sampleKey("a");
  mkdirSync(join(directory, "zz"));
  mkdirSync(join(directory, key.startsWith("00") ? "01" : "00"));
  for (const path of [`${file}.1.tmp`, join(directory, key.startsWith("00") ? "01" : "00", `${key}.json`)]) {
    writeFileSync(path, readFileSync(file));
  }
  writeFileSync(join(directory, "zz", `${key}.json`), "x");
  expect(store.list()).toMatchObject([{ key }]);
});
