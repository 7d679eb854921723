import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseIndex, type IndexEntry } from "./parse-index.ts";

const MODES = ["100644", "100755", "120000", "160000"] as const;

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

/** A number in git's offset encoding. */
function offset(value: number): Buffer {
  const bytes = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) {
    rest -= 1;
    bytes.unshift(0x80 | (rest & 0x7f));
  }
  return Buffer.from(bytes);
}

/** Writes an index as gitformat-index describes it. */
function formatIndex(entries: readonly IndexEntry[], version: 2 | 3 | 4, extensions: Buffer = Buffer.alloc(0)): Buffer {
  const parts = [Buffer.from("DIRC"), uint32(version), uint32(entries.length)];
  let previous = "";
  for (const { raw, mode, id, stage, stat, ...flags } of entries) {
    const isExtended = flags.isSkipped || flags.isIntentToAdd;
    const low = (flags.isAssumedUnchanged ? 0x8000 : 0) | (isExtended ? 0x4000 : 0) | (stage << 12);
    const entry = Buffer.concat([
      ...[stat.ctimeSeconds, stat.ctimeNanoseconds, stat.mtimeSeconds, stat.mtimeNanoseconds].map(uint32),
      ...[0, stat.inode, Number.parseInt(mode, 8), 0, 0, stat.sizeBytes].map(uint32),
      Buffer.from(id, "hex"),
      uint16(low | Math.min(raw.length, 0xfff)),
      isExtended ? uint16((flags.isSkipped ? 0x4000 : 0) | (flags.isIntentToAdd ? 0x2000 : 0)) : Buffer.alloc(0),
    ]);
    let common = 0;
    while (common < previous.length && previous[common] === raw[common]) common += 1;
    const name =
      version === 4
        ? Buffer.concat([offset(previous.length - common), Buffer.from(`${raw.slice(common)}\0`, "latin1")])
        : Buffer.concat([Buffer.from(raw, "latin1"), Buffer.alloc(8 - ((entry.length + raw.length) % 8))]);
    parts.push(entry, name);
    previous = raw;
  }
  const content = Buffer.concat([...parts, extensions]);
  return Buffer.concat([content, createHash("sha1").update(content).digest()]);
}

const number = fc.oneof(fc.constantFrom(0, 1, 0xffffffff), fc.nat(0xffffffff));
const segment = fc
  .uint8Array({ min: 1, max: 255, minLength: 1, maxLength: 6 })
  .map((bytes) => Buffer.from(bytes).toString("latin1").replaceAll("/", "_"))
  .filter((name) => !/^\.{1,2}$/.test(name));
const raw = fc.oneof(
  { weight: 20, arbitrary: fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join("/")) },
  { weight: 1, arbitrary: fc.integer({ min: 4000, max: 5000 }).map((length) => `deep/${"n".repeat(length)}`) },
);
const entry: fc.Arbitrary<IndexEntry> = fc.record({
  raw,
  mode: fc.constantFrom(...MODES),
  id: fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString("hex")),
  stage: fc.constantFrom(0, 0, 0, 1, 2, 3),
  isAssumedUnchanged: fc.boolean(),
  isSkipped: fc.boolean(),
  isIntentToAdd: fc.boolean(),
  stat: fc.record({
    ctimeSeconds: number,
    ctimeNanoseconds: number,
    mtimeSeconds: number,
    mtimeNanoseconds: number,
    inode: number,
    sizeBytes: number,
  }),
});
const entries = fc
  .uniqueArray(entry, { maxLength: 30, selector: (one) => `${one.raw}\0${one.stage}` })
  .map((list) => list.sort((a, b) => (a.raw === b.raw ? a.stage - b.stage : a.raw < b.raw ? -1 : 1)));

const isPlain = ({ isSkipped, isIntentToAdd }: IndexEntry): boolean => !isSkipped && !isIntentToAdd;

describe("parseIndex()", () => {
  test("gives back every entry that was written, in every version", () => {
    fc.assert(
      fc.property(entries, fc.constantFrom(2, 3, 4), (list, version) => {
        const written = version === 2 ? list.filter(isPlain) : list;
        expect(parseIndex(formatIndex(written, version))).toEqual({
          entries: written,
          link: undefined,
          unknownExtensions: [],
        });
      }),
    );
  });

  test("says of every index that was cut or damaged that it cannot be read", () => {
    fc.assert(
      fc.property(
        entries,
        fc.constantFrom(3, 4),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (list, version, at, by) => {
          const bytes = formatIndex(list, version);
          const place = at % bytes.length;
          expect(parseIndex(bytes.subarray(0, place))).toHaveProperty("problem");
          const damaged = Buffer.from(bytes);
          damaged[place] = (damaged[place] ?? 0) ^ by;
          expect(parseIndex(damaged)).toHaveProperty("problem");
        },
      ),
    );
  });

  test("never throws, whatever the bytes behind a checksum that says nothing", () => {
    fc.assert(
      fc.property(
        entries,
        fc.constantFrom(2, 3, 4),
        fc.array(fc.tuple(fc.nat(), fc.nat(255))),
        (list, version, edits) => {
          const bytes = formatIndex(list.filter(isPlain), version);
          for (const [at, value] of edits) bytes[at % (bytes.length - 20)] = value;
          bytes.fill(0, bytes.length - 20);
          const index = parseIndex(bytes);
          if ("problem" in index) return;
          for (const { raw } of index.entries) expect(`/${raw}/`).not.toMatch(/\/\.{0,2}\//);
        },
      ),
    );
  });

  test("passes over extensions that may be passed over, and names those that may not", () => {
    const extension = (name: string, content: string): Buffer =>
      Buffer.concat([Buffer.from(name), uint32(content.length), Buffer.from(content)]);
    const extensions = [extension("TREE", "any"), extension("zzzz", ""), extension("sdir", ""), extension("link", "x")];
    expect(parseIndex(formatIndex([], 2, Buffer.concat(extensions)))).toEqual({
      entries: [],
      link: Buffer.from("x"),
      unknownExtensions: ["zzzz"],
    });
    expect(parseIndex(formatIndex([], 2, extension("TREE", "any").subarray(0, 9)))).toEqual({
      problem: 'the extension "TREE" is cut off',
    });
  });

  test("refuses paths that lead out of the work tree, and entries out of order", () => {
    const [one] = fc.sample(entry, { numRuns: 1, seed: 1 });
    if (one === undefined) throw new Error("no sample");
    const plain = { ...one, isSkipped: false, isIntentToAdd: false, stage: 0 };
    for (const bad of ["../x", "a/../b", "/etc/passwd", "a//b", "./a", "a/", ".."]) {
      expect(parseIndex(formatIndex([{ ...plain, raw: bad }], 2)), bad).toEqual({
        problem: "entry 0 has an unsafe name",
      });
    }
    const two = [
      { ...plain, raw: "b" },
      { ...plain, raw: "a" },
    ];
    expect(parseIndex(formatIndex(two, 4))).toEqual({ problem: "entry 1 is out of order" });
  });
});

describe("parseIndex() on indexes that git wrote", () => {
  let folder: string;
  const git = (...args: readonly string[]): string =>
    execFileSync("git", args, {
      cwd: folder,
      env: { PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
      encoding: "latin1",
    });
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "parse-index-"));
    git("init", "-q");
    mkdirSync(path.join(folder, "src/deep/er"), { recursive: true });
    for (const name of ["a.txt", "b c.txt", "src/x.js", "src/deep/y.js", "src/deep/er/z", "é"]) {
      writeFileSync(path.join(folder, name), name);
    }
    symlinkSync("a.txt", path.join(folder, "link"));
    git("add", "-A");
    writeFileSync(path.join(folder, "later"), "later");
    git("add", "-N", "later");
    git("update-index", "--assume-unchanged", "a.txt");
    git("update-index", "--skip-worktree", "src/x.js");
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(["2", "3", "4"])("reads what git ls-files --debug says, version %s", (version) => {
    git("update-index", "--index-version", version);
    const index = parseIndex(readFileSync(path.join(folder, ".git", "index")));
    if ("problem" in index) throw new Error(index.problem);
    const said = git("-c", "core.quotePath=false", "ls-files", "--stage", "--debug");
    const records = said.split(/^(?=\d{6} )/m).map((record) => record.replaceAll(/\s+/g, " ").trim());
    const own = index.entries.map(({ raw, mode, id, stage, stat }) => [
      `${mode} ${id} ${stage} ${raw}`,
      `ctime: ${stat.ctimeSeconds}:${stat.ctimeNanoseconds} mtime: ${stat.mtimeSeconds}:${stat.mtimeNanoseconds}`,
      `ino: ${stat.inode}`,
      `size: ${stat.sizeBytes} `,
    ]);
    expect(records).toHaveLength(own.length);
    for (const [position, parts] of own.entries()) {
      for (const part of parts) expect(records[position]).toContain(part);
    }
    expect(index.entries.filter((one) => one.isIntentToAdd).map((one) => one.raw)).toEqual(["later"]);
    expect(index.entries.filter((one) => one.isAssumedUnchanged).map((one) => one.raw)).toEqual(["a.txt"]);
    expect(index.entries.filter((one) => one.isSkipped).map((one) => one.raw)).toEqual(["src/x.js"]);
  });
});
