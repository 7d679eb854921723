import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { crashingFiles, type Crash } from "../../test/crashing-files.ts";
import { createManualClock } from "../../test/manual-clock.ts";
import { temporaryDirectory } from "../../test/temporary-directory.ts";
import { withDirectoryLock } from "../locks/directory-lock.ts";
import { createJournal, type Journal } from "./create-journal.ts";
import { mergeStatistics, readCacheIndex, STATISTICS_LOCK } from "./merge-statistics.ts";

const { now } = createManualClock();

function writer(directory: string, counts: { storedCount: number }, crash?: Crash, onRename?: () => void): Journal {
  const files = crashingFiles(crash, (to) => {
    if (to.includes("stats.d")) onRename?.();
  });
  return createJournal({ directory, now, files, snapshot: () => counts, defer: () => () => undefined });
}

function flush(directory: string, storedCount: number): void {
  expect(writer(directory, { storedCount }).flush()).toBe(true);
}

function storedIn(directory: string): number {
  return readCacheIndex(directory, { now }).stats.stored;
}

test("mergeStatistics() takes every segment into the index once and leaves no file of it", () => {
  const directory = temporaryDirectory();
  for (const count of [1, 2, 4]) flush(directory, count);
  expect(storedIn(directory)).toBe(7);
  expect(mergeStatistics(directory, { now })?.stats.stored).toBe(7);
  expect(readdirSync(join(directory, "stats.d"))).toEqual([]);
  flush(directory, 8);
  expect(mergeStatistics(directory, { now })?.stats.stored).toBe(15);
  expect(mergeStatistics(directory, { now })?.stats.stored).toBe(15);
  expect(readdirSync(directory).sort()).toEqual(["index.json", "stats.d"]);
});

test("mergeStatistics() and readCacheIndex() give the sum of what was flushed, wherever processes die", () => {
  const crash = fc.option(
    fc.record({ step: fc.nat(9), moment: fc.constantFrom("before", "after", "half-way") } as const),
    { nil: undefined },
  );
  const action = fc.oneof(
    fc.record({ type: fc.constant("flush" as const), count: fc.integer({ min: 1, max: 9 }), who: fc.nat(2), crash }),
    fc.record({ type: fc.constant("merge" as const), crash }),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 14 }), (actions) => {
      const directory = temporaryDirectory();
      const journals = new Map<number, { journal: Journal; counts: { storedCount: number }; hidden: number }>();
      let flushed = 0;
      for (const step of actions) {
        if (step.type === "merge") {
          try {
            mergeStatistics(directory, { now, files: crashingFiles(step.crash, () => undefined) });
          } catch {
            // It died.
          }
        } else {
          const counts = { storedCount: step.count };
          const journal = step.crash === undefined ? journals.get(step.who) : undefined;
          if (journal === undefined) {
            const onRename = (): void => void (flushed += step.count);
            const fresh = writer(directory, counts, step.crash, onRename);
            fresh.flush();
            if (step.crash === undefined) journals.set(step.who, { journal: fresh, counts, hidden: 0 });
          } else {
            // The same process goes on counting; its callback still adds what it began with.
            const before = journal.counts.storedCount;
            journal.counts.storedCount += step.count;
            const wasFlushed = flushed;
            expect(journal.journal.flush()).toBe(true);
            flushed = wasFlushed + journal.counts.storedCount - before;
          }
        }
        expect(storedIn(directory)).toBe(flushed);
      }
      const merged = mergeStatistics(directory, { now });
      expect(merged?.stats.stored).toBe(flushed);
      expect(storedIn(directory)).toBe(flushed);
      const left = readdirSync(directory).includes("stats.d") ? readdirSync(join(directory, "stats.d")) : [];
      expect(left.filter((name) => !name.endsWith(".tmp"))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test.each(["", "{", "[]", '{"version":9}', '{"version":1,"state":{"counters":{"storedCount":-1}}}'])(
  "mergeStatistics() begins anew with the journal where index.json is %j",
  (text) => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "index.json"), text);
    flush(directory, 3);
    expect(storedIn(directory)).toBe(3);
    expect(mergeStatistics(directory, { now })?.stats.stored).toBe(3);
    expect(JSON.parse(readFileSync(join(directory, "index.json"), "utf8"))).toMatchObject({
      version: 1,
      since: new Date(now()).toISOString(),
      stats: { stored: 3 },
    });
  },
);

test("mergeStatistics() replaces a folder called index.json", () => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, "index.json", "inner"), { recursive: true });
  flush(directory, 3);
  expect(storedIn(directory)).toBe(3);
  expect(mergeStatistics(directory, { now })?.stats.stored).toBe(3);
  expect(storedIn(directory)).toBe(3);
});

test("mergeStatistics() counts nothing of damaged segments and of files that are none", () => {
  const directory = temporaryDirectory();
  flush(directory, 3);
  const segment = readdirSync(join(directory, "stats.d"))[0] ?? "";
  for (const [name, text] of [
    [segment.replace("-1.json", "-2.json"), '{"storedCount":1e999}'],
    [segment.replace("-1.json", "-3.json"), "\0\0\0"],
    ["notes.json", '{"storedCount":100}'],
  ] as const) {
    writeFileSync(join(directory, "stats.d", name), text);
  }
  expect(mergeStatistics(directory, { now })?.stats.stored).toBe(3);
  expect(readdirSync(join(directory, "stats.d"))).toEqual(["notes.json"]);
});

test("mergeStatistics() keeps the last listing until there is a new one", () => {
  const directory = temporaryDirectory();
  const listing = { atMs: now(), entryCount: 2, sizeBytes: 1024 * 1024, oldestMs: undefined };
  expect(mergeStatistics(directory, { now, listing })?.stats).toMatchObject({ entries: 2, cache_size_mb: 1 });
  flush(directory, 3);
  expect(mergeStatistics(directory, { now })?.stats).toMatchObject({ entries: 2, cache_size_mb: 1, stored: 3 });
});

test("mergeStatistics() leaves the journal alone while another process merges", () => {
  const directory = temporaryDirectory();
  flush(directory, 3);
  withDirectoryLock(join(directory, STATISTICS_LOCK), { now }, () => {
    expect(mergeStatistics(directory, { now })).toBeUndefined();
    expect(storedIn(directory)).toBe(3);
  });
  expect(mergeStatistics(directory, { now })?.stats.stored).toBe(3);
});
