import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cutColumns, displayWidth, padColumns } from "./display-width.ts";

describe("displayWidth()", () => {
  test.each([
    ["", 0],
    ["build@web", 9],
    ["größe", 5],
    ["gro\u0308ße", 5],
    ["日本語", 6],
    ["テスト", 6],
    ["ﾃｽﾄ", 3],
    ["한국어", 6],
    ["🚀 go", 5],
    ["👩‍👩‍👧", 2],
    ["✔", 1],
    ["✔️", 2],
    ["\u001B[31mred\u001B[39m", 3],
    ["\u200Bx", 1],
    ["…", 1],
  ])("%j fills %i columns", (text, columns) => {
    expect(displayWidth(text)).toBe(columns);
  });
});

describe("cutColumns() and padColumns()", () => {
  test("keep a text that fits, and never cut a character in two", () => {
    expect(cutColumns("日本語", 6)).toBe("日本語");
    expect(cutColumns("日本語", 5)).toBe("日本…");
    expect(cutColumns("日本語", 4)).toBe("日…");
    expect(cutColumns("e\u0301clair", 2)).toBe("e\u0301…");
    expect(padColumns("日本", 6)).toBe("日本  ");
    expect(padColumns("日本", 2)).toBe("日本");
  });

  test("whatever the text, it fills what was asked for at most, and padded exactly that", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("a", "本", "🚀", "\u0301", "é", "👩‍👩‍👧") }),
        fc.integer({ min: 1, max: 30 }),
        (text, columns) => {
          const cut = cutColumns(text, columns);
          expect(displayWidth(cut)).toBeLessThanOrEqual(columns);
          expect(displayWidth(padColumns(cut, columns))).toBe(columns);
          if (displayWidth(text) > columns) expect(cut.endsWith("…")).toBe(true);
          else expect(cut).toBe(text);
        },
      ),
    );
  });
});
