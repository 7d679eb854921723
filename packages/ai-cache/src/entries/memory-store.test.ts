import { expect, test } from "vitest";
import { sampleEntry } from "../../test/sample-entry.ts";
import { testStore } from "../../test/test-store.ts";
import { encodeEntry, ownEntry } from "./cache-entry.ts";
import { createMemoryStore } from "./memory-store.ts";

testStore("createMemoryStore()", createMemoryStore);

test("createMemoryStore() stays within its bytes and lets the least recently used go", () => {
  const [a, b, c] = [sampleEntry("a"), sampleEntry("b"), sampleEntry("c")];
  const store = createMemoryStore(encodeEntry(a).byteLength * 2);
  store.put(a, encodeEntry(a));
  store.put(b, encodeEntry(b));
  store.get(a.key);
  store.put(c, encodeEntry(c));
  expect(store.get(a.key).found).toBe(true);
  expect(store.get(b.key).found).toBe(false);
  expect(store.get(c.key).found).toBe(true);
});

test("createMemoryStore() does not keep the old answer when the new one is too large", () => {
  const old = sampleEntry("a");
  const store = createMemoryStore(encodeEntry(old).byteLength);
  store.put(old, encodeEntry(old));
  const renewed = sampleEntry("a", { text: "x".repeat(1000) });
  expect(store.put(renewed, encodeEntry(renewed))).toBe(false);
  expect(store.get(old.key).found).toBe(false);
});

test("createMemoryStore() holds an entry of another store as it is, with its time of last use", () => {
  const entry = ownEntry(sampleEntry("a"));
  const store = createMemoryStore(100);
  expect(store.hold(entry, 100, 7)).toBe(true);
  const read = store.get(entry.key);
  expect(read).toEqual({ found: true, entry, sizeBytes: 100, lastUsedMs: 7 });
  expect(read.found && read.entry).toBe(entry);
  expect(store.hold(entry, 101, 8)).toBe(false);
  expect(store.get(entry.key).found).toBe(false);
});
