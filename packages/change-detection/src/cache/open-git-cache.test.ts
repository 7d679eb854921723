import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { openGitCache, type GitCache } from "./open-git-cache.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "git-cache-"));
  folders.push(folder);
  return folder;
}

const text = (fact: Buffer | undefined): string | undefined => fact?.toString("utf8");
const START_MS = 1_700_000_000_000;

describe("openGitCache()", () => {
  test("gives what was kept under the same kind and key, in another cache over the same folder, too", () => {
    const directory = join(makeFolder(), "made", "when needed");
    openGitCache({ directory }).set("diff", ["a", "b"], Buffer.from("fact"));
    const cache = openGitCache({ directory });
    expect(text(cache.get("diff", ["a", "b"]))).toBe("fact");
    expect(cache.get("diff", ["b", "a"])).toBeUndefined();
    expect(cache.get("diff", ["ab"])).toBeUndefined();
    expect(cache.get("tree", ["a", "b"])).toBeUndefined();
  });

  test("any bytes come back as they were, under any key", () => {
    const cache = openGitCache({ directory: makeFolder() });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.array(fc.string({ unit: "binary" })), (fact, key) => {
        cache.set("tree", key, fact);
        expect(cache.get("tree", key)).toEqual(Buffer.from(fact));
      }),
      { numRuns: 50 },
    );
  });

  test("a fact serves for five minutes, and not when the clock went back", () => {
    let nowMs = START_MS;
    const cache = openGitCache({ directory: makeFolder(), now: () => nowMs });
    cache.set("merge-base", ["a"], Buffer.from("x"));
    nowMs += 299_999;
    expect(text(cache.get("merge-base", ["a"]))).toBe("x");
    nowMs += 1;
    expect(cache.get("merge-base", ["a"])).toBeUndefined();
    nowMs = START_MS - 1;
    expect(cache.get("merge-base", ["a"])).toBeUndefined();
  });

  test("facts out of date are removed when the next one is kept, and what else is in the folder stays", () => {
    const directory = makeFolder();
    let nowMs = START_MS;
    const cache = openGitCache({ directory, ttlMs: 1000, now: () => nowMs });
    cache.set("diff", ["old"], Buffer.from("x"));
    writeFileSync(join(directory, "notes.txt"), "mine");
    nowMs += 1000;
    cache.set("diff", ["new"], Buffer.from("y"));
    expect(readdirSync(directory).filter((name) => name.startsWith("diff-"))).toHaveLength(1);
    expect(readdirSync(directory)).toContain("notes.txt");
    expect(text(cache.get("diff", ["new"]))).toBe("y");
  });

  test("the oldest facts make room, and one that is too large is not kept", () => {
    let nowMs = START_MS;
    const cache = openGitCache({ directory: makeFolder(), maxBytes: 4000, now: () => nowMs });
    for (let number = 0; number < 10; number += 1) {
      cache.set("diff", [`${number}`], Buffer.alloc(900, number));
      nowMs += 2;
    }
    const kept = Array.from({ length: 10 }, (_, number) => cache.get("diff", [`${number}`]) !== undefined);
    expect(kept.lastIndexOf(false)).toBeLessThan(kept.indexOf(true));
    expect(kept.filter(Boolean).length).toBeGreaterThanOrEqual(3);
    expect(kept.filter(Boolean).length).toBeLessThanOrEqual(4);
    cache.set("diff", ["large"], Buffer.alloc(1001));
    expect(cache.get("diff", ["large"])).toBeUndefined();
  });

  test.skipIf(process.platform === "win32")("a link that waits where a fact is written is not written through", () => {
    const folder = makeFolder();
    const victim = join(folder, "victim");
    writeFileSync(victim, "precious");
    const cache = openGitCache({ directory: join(folder, "cache") });
    cache.set("tree", ["key"], Buffer.from("fact"));
    const [name = ""] = readdirSync(join(folder, "cache"));
    rmSync(join(folder, "cache", name));
    for (const place of [name, `${name}.${process.pid}.tmp`]) symlinkSync(victim, join(folder, "cache", place));
    cache.set("tree", ["key"], Buffer.from("fact"));
    expect(readFileSync(victim, "utf8")).toBe("precious");
    expect(cache.get("tree", ["key"])?.toString()).toBe("fact");
  });

  test("the folder is looked through once for many facts, not for each", () => {
    const directory = makeFolder();
    const cache = openGitCache({ directory, maxBytes: 100_000, now: () => START_MS });
    cache.set("tree", ["first"], Buffer.alloc(9000));
    const [first = ""] = readdirSync(directory);
    // Out of date, but nobody is to find out before it is time to look again.
    utimesSync(join(directory, first), 0, 0);
    for (let number = 0; number < 8; number += 1) cache.set("tree", [`${number}`], Buffer.alloc(9000));
    expect(readdirSync(directory)).toContain(first);
    for (let number = 8; number < 12; number += 1) cache.set("tree", [`${number}`], Buffer.alloc(9000));
    expect(readdirSync(directory)).not.toContain(first);
  });

  function corrupted(damage: (file: string) => void): Buffer | undefined {
    const directory = makeFolder();
    const cache = openGitCache({ directory });
    cache.set("diff", ["a"], Buffer.from("a fact of some length"));
    damage(join(directory, readdirSync(directory)[0] ?? ""));
    return cache.get("diff", ["a"]);
  }

  test("a file that is cut at any place, altered or empty counts as missing", () => {
    const size = 250;
    for (let length = 0; length < size; length += 13) {
      expect(corrupted((file) => truncateSync(file, Math.min(length, readFileSync(file).length - 1)))).toBeUndefined();
    }
    expect(
      corrupted((file) => writeFileSync(file, readFileSync(file, "latin1").replace("a fact", "a lie!"), "latin1")),
    ).toBeUndefined();
  });

  test("a folder that cannot be used is no cache and no error", () => {
    const folder = makeFolder();
    writeFileSync(join(folder, "file"), "");
    symlinkSync("nowhere/at/all", join(folder, "link"));
    for (const name of ["file", "link"]) {
      const cache: GitCache = openGitCache({ directory: join(folder, name) });
      cache.set("diff", ["a"], Buffer.from("x"));
      expect(cache.get("diff", ["a"])).toBeUndefined();
    }
  });

  test("bad options are refused", () => {
    expect(() => openGitCache({ directory: "" })).toThrow("`directory` must be a path");
    expect(() => openGitCache({ directory: "x", ttlMs: -1 })).toThrow(RangeError);
    expect(() => openGitCache({ directory: "x", maxBytes: Number.NaN })).toThrow("`maxBytes` must not be negative");
  });
});
