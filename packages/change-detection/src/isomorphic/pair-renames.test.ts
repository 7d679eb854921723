import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { blobId } from "./hash-work-file.ts";
import { pairRenames, type RenameEnd } from "./pair-renames.ts";

let folder: string;
const git = (...args: readonly string[]): string =>
  execFileSync("git", args, {
    cwd: folder,
    env: { PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
    encoding: "utf8",
  });
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "pair-renames-"));
  git("init", "-q");
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const line = fc.constantFrom(
  "one\n",
  "two\n",
  "three\n",
  "four\r\n",
  `${"long ".repeat(30)}\n`,
  "\0binary\n",
  "}\n",
  "é\n",
);
const content = fc.array(line, { maxLength: 14 }).map((lines) => lines.join(""));
/** Files before and after; names of `after` begin with `z`, so that none is in both. */
const files = (start: string): fc.Arbitrary<Map<string, string>> =>
  fc
    .array(fc.tuple(fc.constantFrom("a/x", "b/x", "c/y", "d/z", "e"), content), { maxLength: 6 })
    .map((list) => new Map(list.map(([name, text]) => [`${start}${name}`, text])));

function writeTree(list: ReadonlyMap<string, string>): string {
  rmSync(path.join(folder, ".git", "index"), { force: true });
  for (const [name, text] of list) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  if (list.size > 0) git("add", "--", ...list.keys());
  return git("write-tree").trim();
}

const toEnds = (list: ReadonlyMap<string, string>): RenameEnd[] =>
  [...list]
    .map(([raw, text]) => ({ raw, state: { mode: "100644", id: blobId(Buffer.from(text)) } }))
    .sort((a, b) => (a.raw < b.raw ? -1 : 1));

describe("pairRenames()", () => {
  test("pairs what git pairs", async () => {
    await fc.assert(
      fc.asyncProperty(files("a"), files("z"), async (before, after) => {
        const diff = git("diff-tree", "-r", "-z", "-M", "-l1000", "--name-status", writeTree(before), writeTree(after));
        const expected: string[] = [];
        const words = diff.split("\0");
        for (let index = 0; index < words.length - 1; index += 2) {
          if (words[index]?.[0] !== "R") continue;
          expected.push(`${words[index + 1]} -> ${words[index + 2]}`);
          index += 1;
        }
        const [gone, come] = [toEnds(before), toEnds(after)];
        const all = new Map([...before, ...after]);
        const pairs = await pairRenames(gone, come, async ({ raw }) => Buffer.from(all.get(raw) ?? ""));
        const own = [...pairs].map(([to, from]) => `${gone[from]?.raw} -> ${come[to]?.raw}`);
        expect(own.sort()).toEqual(expected.sort());
      }),
      { numRuns: 120 },
    );
  });

  test("asks for no content where equal ones can be paired, nor where a link has no equal", async () => {
    const one = { mode: "100644", id: "1" };
    const link = { mode: "120000", id: "2" };
    const asked: string[] = [];
    const pairs = await pairRenames(
      [
        { raw: "a", state: one },
        { raw: "b", state: link },
      ],
      [
        { raw: "x", state: one },
        { raw: "y", state: { ...link, id: "3" } },
      ],
      async ({ raw }) => {
        asked.push(raw);
        return undefined;
      },
    );
    expect([...pairs]).toEqual([[0, 0]]);
    expect(asked).toEqual([]);
  });

  test("pairs only equal contents where there are too many others", async () => {
    const ends = (start: string, count: number): RenameEnd[] =>
      Array.from({ length: count }, (_, index) => ({
        raw: `${start}/${start}${index}`,
        state: { mode: "100644", id: `${start}${index}` },
      }));
    let reads = 0;
    const read = async (): Promise<Uint8Array> => {
      reads += 1;
      return Buffer.from("same\n");
    };
    expect((await pairRenames(ends("a", 1001), ends("z", 1000), read)).size).toBe(0);
    expect(reads).toBe(0);
    expect((await pairRenames(ends("a", 3), ends("z", 2), read)).size).toBe(2);
  });

  test("where a content cannot be had nothing is paired, not even what is equal", async () => {
    const end = (raw: string, id: string): RenameEnd => ({ raw, state: { mode: "100644", id } });
    const [gone, come] = [
      [end("a", "1"), end("b", "2")],
      [end("x", "1"), end("y", "3")],
    ];
    expect((await pairRenames(gone, come, async () => undefined)).size).toBe(0);
    expect((await pairRenames(gone, come, async () => Buffer.from("b\n"))).size).toBe(2);
  });

  test("looks past sources that are taken, and at no more than a hundred that are not", async () => {
    const ends = (names: readonly string[]): RenameEnd[] =>
      names.map((raw) => ({ raw, state: { mode: "100644", id: "1" } }));
    const many = Array.from({ length: 150 }, (_, index) => `a/${String(index).padStart(3, "0")}`);
    const pairs = await pairRenames(
      ends([...many, "a/same"]),
      ends([...many.map((_, index) => `z/${index}x`), "z/same"]),
      async () => undefined,
    );
    // The last one finds its own name only because the first ones are taken.
    expect(pairs.get(150)).toBe(150);
    expect((await pairRenames(ends([...many, "a/same"]), ends(["z/same"]), async () => undefined)).get(0)).toBe(0);
  });
});
