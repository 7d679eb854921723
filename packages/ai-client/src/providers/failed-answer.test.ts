import * as fc from "fast-check";
import { expect, test } from "vitest";
import { failedAnswer, MAX_MESSAGE_LENGTH } from "./failed-answer.ts";

test("failedAnswer() has one bounded line without controls as its message, whatever it is given", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 2000 }),
    fc.string({ unit: "grapheme", maxLength: 2000 }),
  );
  fc.assert(
    fc.property(text, (message) => {
      const { message: line } = failedAnswer("unreachable", message);
      expect(line.length).toBeLessThanOrEqual(MAX_MESSAGE_LENGTH);
      // oxlint-disable-next-line no-control-regex
      expect(line).not.toMatch(/[\u0000-\u001F\u007F-\u009F]/);
    }),
  );
});

test("failedAnswer() does not cut a character in two", () => {
  const { message } = failedAnswer("unreachable", "😀".repeat(MAX_MESSAGE_LENGTH));
  expect(message).toMatch(/^(?:😀)+…$/u);
});
