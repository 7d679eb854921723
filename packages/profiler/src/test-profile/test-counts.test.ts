import { describe, expect, test } from "vitest";
import { countTests, countTexts, NO_TESTS } from "./test-counts.ts";

describe("countTests()", () => {
  test("adds to what was counted and leaves that as it was", () => {
    const one = countTests(NO_TESTS, "passed", 1);
    expect(countTests(one, "passing", 2)).toEqual({ passed: 3, failed: 0, skipped: 0 });
    expect(one).toEqual({ passed: 1, failed: 0, skipped: 0 });
  });

  test.each(["total", "warnings", "deselected", "filtered out", "constructor", "__proto__", ""])(
    "does not count %j",
    (word) => {
      expect(countTests(NO_TESTS, word, 7)).toEqual(NO_TESTS);
    },
  );
});

describe("countTexts()", () => {
  test("sorts the words of the runners into three outcomes", () => {
    const texts = ["1 failed", "2 errors", "4 passed", "8 flaky", "16 xpassed", "32 skipped", "64 todo", "128 xfailed"];
    expect(countTexts(texts)).toEqual({ passed: 28, failed: 3, skipped: 224 });
  });

  test("takes no text of another form for a count", () => {
    expect(
      countTexts(["passed", "1passed", "-1 passed", "1.5 passed", "9999999999 passed", "1 passed, 1 failed"]),
    ).toEqual(NO_TESTS);
  });
});
