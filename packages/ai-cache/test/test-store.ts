import { expect, test } from "vitest";
import { encodeEntry } from "../src/entries/cache-entry.ts";
import type { CacheStore } from "../src/entries/cache-store.ts";
import { sampleEntry, sampleKey } from "./sample-entry.ts";

const LARGE_ENOUGH_BYTES = 1_000_000;

/** What every {@link CacheStore} must do; `make` gives a new empty store that holds at most `maxBytes`. */
export function testStore(name: string, make: (maxBytes: number) => CacheStore): void {
  test(`${name} finds nothing under a key never put`, () => {
    expect(make(LARGE_ENOUGH_BYTES).get(sampleKey("a"))).toEqual({ found: false, reason: "absent" });
  });

  test(`${name} gives back what was put, and only under its key`, () => {
    const store = make(LARGE_ENOUGH_BYTES);
    const entry = sampleEntry("a", {
      usage: { inputTokens: 3, outputTokens: 4 },
      details: { tools: ["x", null, 1.5] },
    });
    expect(store.put(entry, encodeEntry(entry))).toBe(true);
    const sizeBytes = encodeEntry(entry).byteLength;
    expect(store.get(entry.key)).toEqual({ found: true, entry, sizeBytes, lastUsedMs: entry.createdMs });
    expect(store.get(sampleKey("b")).found).toBe(false);
  });

  test(`${name} gives back answers that nobody can change`, () => {
    const store = make(LARGE_ENOUGH_BYTES);
    const details = { list: [1] };
    const entry = sampleEntry("a", { details });
    store.put(entry, encodeEntry(entry));
    details.list.push(2);
    const read = store.get(entry.key);
    if (!read.found) throw new Error("Entry not found");
    expect(read.entry.answer.details).toEqual({ list: [1] });
    expect(() => Object.assign(read.entry.answer, { text: "changed" })).toThrow(TypeError);
    expect(() => (read.entry.answer.details as { list: number[] }).list.push(3)).toThrow(TypeError);
  });

  test(`${name} replaces what was there`, () => {
    const store = make(LARGE_ENOUGH_BYTES);
    for (const text of ["old", "new"]) {
      const entry = sampleEntry("a", { text });
      store.put(entry, encodeEntry(entry));
    }
    expect(store.get(sampleKey("a"))).toMatchObject({ found: true, entry: { answer: { text: "new" } } });
    expect(store.list()).toHaveLength(1);
  });

  test(`${name} lists sizes and times of last use`, () => {
    const store = make(LARGE_ENOUGH_BYTES);
    const entries = [sampleEntry("a"), sampleEntry("b")];
    for (const entry of entries) store.put(entry, encodeEntry(entry));
    store.touch(sampleKey("b"), 1_800_000_005_000);
    const listed = store.list().sort((a, b) => a.lastUsedMs - b.lastUsedMs);
    expect(listed).toEqual([
      { key: sampleKey("a"), sizeBytes: encodeEntry(sampleEntry("a")).byteLength, lastUsedMs: 1_800_000_000_000 },
      { key: sampleKey("b"), sizeBytes: encodeEntry(sampleEntry("b")).byteLength, lastUsedMs: 1_800_000_005_000 },
    ]);
    expect(store.get(sampleKey("b"))).toMatchObject({ lastUsedMs: 1_800_000_005_000 });
  });

  test(`${name} removes an entry, and says whether there was one`, () => {
    const store = make(LARGE_ENOUGH_BYTES);
    const entry = sampleEntry("a");
    store.put(entry, encodeEntry(entry));
    expect(store.delete(entry.key)).toBe(true);
    expect(store.delete(entry.key)).toBe(false);
    expect(store.get(entry.key)).toEqual({ found: false, reason: "absent" });
    expect(store.list()).toEqual([]);
  });

  test(`${name} declines an entry larger than it may ever hold`, () => {
    const entry = sampleEntry("a");
    const bytes = encodeEntry(entry);
    const store = make(bytes.byteLength - 1);
    expect(store.put(entry, bytes)).toBe(false);
    expect(store.get(entry.key).found).toBe(false);
    expect(make(bytes.byteLength).put(entry, bytes)).toBe(true);
  });

  test(`${name} ignores a touch of what is not there`, () => {
    const store = make(LARGE_ENOUGH_BYTES);
    store.touch(sampleKey("a"), 1);
    expect(store.list()).toEqual([]);
  });
}
