import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ChangeDetectionError } from "../errors.ts";
import type { BlockReader } from "./block-reader.ts";
import { createDiffTreeReader, parseDiffTree } from "./parse-diff-tree.ts";
import { createLsFilesReader, parseLsFiles } from "./parse-ls-files.ts";
import { createStatusReader, parseStatus } from "./parse-status.ts";

const name = fc.string({ unit: "binary", minLength: 1, maxLength: 12 }).map((text) => text.replaceAll("\0", "\n"));
const idOfLength = (length: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(...Array.from("0123456789abcdef")), { minLength: length, maxLength: length })
    .map((digits) => digits.join(""));
const mode = fc.constantFrom("100644", "100755", "120000");
const record = (idLength: number) =>
  fc.record({
    kind: fc.constantFrom("1", "2", "u", "?"),
    name,
    from: name,
    mode,
    head: idOfLength(idLength),
    index: idOfLength(idLength),
  });
const repository = fc.constantFrom(40, 64).chain((length) => fc.array(record(length), { maxLength: 8 }));

describe("parseStatus()", () => {
  test("reads what was written, whatever the names", () => {
    fc.assert(
      fc.property(repository, (records) => {
        const text = records.map((one) => {
          const { kind, name: path, from, head, index } = one;
          if (kind === "?") return `? ${path}\0`;
          if (kind === "u")
            return `u UU N... ${one.mode} ${one.mode} ${one.mode} ${one.mode} ${head} ${index} ${head} ${path}\0`;
          const common = `M. N... ${one.mode} ${one.mode} ${one.mode} ${head} ${index}`;
          return kind === "1" ? `1 ${common} ${path}\0` : `2 ${common.replace("M.", "R.")} R100 ${path}\0${from}\0`;
        });
        const report = parseStatus(
          Buffer.from(`# branch.oid (initial)\0# branch.head main\0# stash 3\0${text.join("")}`),
        );
        expect(report).toMatchObject({ headOid: null, branch: "main" });
        const names = report.entries.map((entry) => entry.name.path);
        expect(names).toEqual(records.flatMap((one) => (one.kind === "2" ? [one.name, one.from] : [one.name])));
        const main = report.entries.filter((entry, position) => report.entries[position - 1]?.from === undefined);
        for (const [position, one] of records.entries()) {
          expect(main[position]).toMatchObject({
            untracked: one.kind === "?",
            unmerged: one.kind === "u",
            from: one.kind === "2" ? { path: one.from } : undefined,
            index: one.kind === "1" || one.kind === "2" ? { mode: one.mode, id: one.index } : undefined,
          });
        }
      }),
    );
  });

  test.each(["1 .M", "x unknown\0", "? no end", "2 R. N... 100644 100644 100644 aa bb R100 a\0b\0", "1 .M N... \0"])(
    "refuses %j",
    (text) => {
      expect(() => parseStatus(Buffer.from(text))).toThrow(ChangeDetectionError);
    },
  );

  test("never returns quietly from a record that is cut off", () => {
    const whole = `1 .M N... 100644 100644 100644 ${"a".repeat(40)} ${"b".repeat(40)} path\0`;
    for (let length = 1; length < whole.length; length += 1) {
      expect(() => parseStatus(Buffer.from(whole.slice(0, length)))).toThrow(ChangeDetectionError);
    }
  });
});

describe("parseDiffTree()", () => {
  test("reads what was written, and takes a copy as an addition", () => {
    const entry = (length: number) =>
      fc.record({
        status: fc.constantFrom("A", "D", "M", "T", "R090", "C100"),
        name,
        from: name,
        mode,
        before: idOfLength(length),
        after: idOfLength(length),
      });
    fc.assert(
      fc.property(
        fc.constantFrom(40, 64).chain((length) => fc.array(entry(length), { maxLength: 8 })),
        (entries) => {
          const text = entries.map(({ status, name: path, from, mode: both, before, after }) => {
            const modes = `:${status === "A" ? "000000" : both} ${status === "D" ? "000000" : both}`;
            const names = status.length > 1 ? `${from}\0${path}\0` : `${path}\0`;
            return `${modes} ${before} ${after} ${status}\0${names}`;
          });
          expect(parseDiffTree(Buffer.from(text.join("")))).toEqual(
            entries.map(({ status, name: path, from, mode: both, before, after }) => ({
              name: { path, bytes: undefined },
              from: status.startsWith("R") ? { path: from, bytes: undefined } : undefined,
              before: status === "A" || status.startsWith("C") ? undefined : { mode: both, id: before },
              after: status === "D" ? undefined : { mode: both, id: after },
            })),
          );
        },
      ),
    );
  });

  test.each([
    "nonsense",
    ":100644 100644 aa bb M\0x\0",
    `:100644 100644 ${"a".repeat(40)} ${"b".repeat(40)} R100\0x\0`,
  ])("refuses %j", (text) => {
    expect(() => parseDiffTree(Buffer.from(text))).toThrow(ChangeDetectionError);
  });
});

describe("parseLsFiles()", () => {
  test("reads what was written, without unmerged entries, and tells what git does not look at", () => {
    const file = (length: number) =>
      fc.record({
        tag: fc.constantFrom("H", "H", "h", "S", "s"),
        name,
        mode,
        id: idOfLength(length),
        stage: fc.constantFrom(0, 0, 0, 2),
      });
    fc.assert(
      fc.property(
        fc.constantFrom(40, 64).chain((length) => fc.array(file(length), { maxLength: 8 })),
        (records) => {
          const text = records.map((one) => `${one.tag} ${one.mode} ${one.id} ${one.stage}\t${one.name}\0`).join("");
          const { files, unwatched } = parseLsFiles(Buffer.from(text));
          const merged = records.filter((one) => one.stage === 0);
          const toFile = (one: (typeof records)[number]) => ({ path: one.name, mode: one.mode, id: one.id });
          expect(files).toEqual(merged.map(toFile));
          expect(unwatched).toEqual(merged.filter(({ tag }) => tag !== "H").map(toFile));
        },
      ),
    );
  });

  test("refuses what is not a list", () => {
    expect(() => parseLsFiles(Buffer.from("H 100644 aa 0 path\0"))).toThrow(ChangeDetectionError);
    expect(() => parseLsFiles(Buffer.from(`H 100644 ${"a".repeat(40)} 0\tpath`))).toThrow(ChangeDetectionError);
  });
});

describe("output that comes in pieces", () => {
  const id = "a".repeat(40);
  const names = fc.array(fc.tuple(name, name, fc.boolean()), { maxLength: 6 });
  const cuts = fc.array(fc.nat(400), { maxLength: 8 });

  function inPieces<Reader extends BlockReader>(output: Buffer, at: readonly number[], reader: Reader): Reader {
    const borders = [0, ...at.toSorted((a, b) => a - b).map((cut) => Math.min(cut, output.length)), output.length];
    for (let index = 1; index < borders.length; index += 1) {
      reader.push(output.subarray(borders[index - 1], borders[index]));
    }
    reader.end();
    return reader;
  }

  test("is read as if it came at once, wherever it is cut and also where a name is not UTF-8", () => {
    const odd = Buffer.from([0x3f, 0x20, 0xff, 0xfe, 0]);
    fc.assert(
      fc.property(names, cuts, fc.boolean(), (list, at, withOdd) => {
        const tail = withOdd ? [odd] : [];
        const common = `R. N... 100644 100644 100644 ${id} ${id}`;
        const status = Buffer.concat([
          ...list.map(([to, from, isRename]) =>
            Buffer.from(isRename ? `2 ${common} R100 ${to}\0${from}\0` : `? ${to}\0`),
          ),
          ...tail,
        ]);
        expect(inPieces(status, at, createStatusReader()).report()).toEqual(parseStatus(status));
        const diff = Buffer.from(
          list
            .map(([to, from, isRename]) => `:100644 100644 ${id} ${id} ${isRename ? `R100\0${from}` : "M"}\0${to}\0`)
            .join(""),
        );
        expect(inPieces(diff, at, createDiffTreeReader()).differences).toEqual(parseDiffTree(diff));
        const files = Buffer.from(list.map(([path]) => `H 100644 ${id} 0\t${path}\0`).join(""));
        expect(inPieces(files, at, createLsFilesReader()).files).toEqual(parseLsFiles(files).files);
      }),
    );
  });

  test("is refused where it ends inside a rename", () => {
    const reader = createDiffTreeReader();
    reader.push(Buffer.from(`:100644 100644 ${id} ${id} R100\0from\0`));
    expect(() => reader.end()).toThrow(ChangeDetectionError);
  });
});
