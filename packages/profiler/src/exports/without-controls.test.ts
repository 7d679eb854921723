import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withoutControls } from "./without-controls.ts";

describe("withoutControls()", () => {
  test("leaves nothing that a terminal obeys or that turns text, keeps tabs and line ends, and changes nothing else", () => {
    expect(withoutControls("a\u001B[m\u009Bb\u202Ec\u2069\u2028d\uD83D\t\r\n😀")).toBe(
      "a\uFFFD[m\uFFFDb\uFFFDc\uFFFD\uFFFDd\uFFFD\t\r\n😀",
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const safe = withoutControls(text);
        expect(safe.replaceAll(/[\t\n\r]/g, "")).not.toMatch(/[\p{Cc}\p{Cs}\u2028-\u202E\u2066-\u2069]/u);
        expect(safe).toHaveLength(text.length);
        for (const [index, one] of [...safe].entries()) if (one !== "\uFFFD") expect(one).toBe([...text][index]);
      }),
    );
  });
});
