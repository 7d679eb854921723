import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ChangeDetectionError } from "../errors.ts";
import { parseDiffTree } from "./parse-diff-tree.ts";
import { parseLsFiles } from "./parse-ls-files.ts";
import { parseStatus } from "./parse-status.ts";

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
  test("reads what was written, without unmerged and dropped entries", () => {
    const file = (length: number) =>
      fc.record({ name, mode, id: idOfLength(length), stage: fc.constantFrom(0, 0, 0, 2) });
    fc.assert(
      fc.property(
        fc.constantFrom(40, 64).chain((length) => fc.array(file(length), { maxLength: 8 })),
        fc.func(fc.boolean()),
        (files, isDropped) => {
          const text = files.map((one) => `${one.mode} ${one.id} ${one.stage}\t${one.name}\0`).join("");
          expect(parseLsFiles(Buffer.from(text), isDropped)).toEqual(
            files
              .filter((one) => one.stage === 0 && !isDropped(one.name))
              .map((one) => ({ path: one.name, mode: one.mode, id: one.id })),
          );
        },
      ),
    );
  });

  test("refuses what is not a list", () => {
    expect(() => parseLsFiles(Buffer.from("100644 aa 0 path\0"), undefined)).toThrow(ChangeDetectionError);
    expect(() => parseLsFiles(Buffer.from(`100644 ${"a".repeat(40)} 0\tpath`), undefined)).toThrow(
      ChangeDetectionError,
    );
  });
});
