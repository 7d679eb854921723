import { describe, expect, test } from "vitest";
import { fitLines } from "./fit-lines.ts";

describe("fitLines()", () => {
  test("keeps whole lines and counts the others", () => {
    expect(fitLines(["aaaa", "bbbb"], 9, 0)).toBe("aaaa\nbbbb");
    expect(fitLines(["a".repeat(20), "b".repeat(20), "c".repeat(20)], 60, 2)).toBe(
      `${"a".repeat(20)}\n${"b".repeat(20)}\n… and 3 more`,
    );
    expect(fitLines(["a".repeat(99)], 20, 0)).toBe("… and 1 more");
  });
});
