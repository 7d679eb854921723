import fc from "fast-check";
import { expect, test } from "vitest";
import { checkSubject } from "./check-subject.ts";

const code = [{ status: "modified", path: "src/a.ts" }] as const;
const docs = [{ status: "modified", path: "docs/a.md" }] as const;
const plain = ["Add a thing", "Mend it"];
const typed = ["feat: a", "fix(b): c"];
const check = (subject: string, more: object = {}): string => {
  const result = checkSubject({ subject, type: "fix" }, { changes: code, branch: "main", earlier: plain, ...more });
  return result.ok ? result.subject : `refused: ${result.why}`;
};

test.each([
  ["mend the sum of empty lists.", {}, "Mend the sum of empty lists"],
  ["fix(sum): mend it", {}, "Mend it"],
  ["Mend the sum", { earlier: typed }, "fix: mend the sum"],
  ["Tell of sums", { earlier: typed, changes: docs }, "docs: tell of sums"],
  ["Read UTF-8 and SHA-256, also of @scope/name", {}, "Read UTF-8 and SHA-256, also of @scope/name"],
  ["Mend ABC-12", { earlier: ["ABC-7 a"], branch: "abc-12-sum" }, "Mend ABC-12"],
])("the subject %j with %j becomes %j", (given, more, expected) => {
  expect(check(given, more)).toBe(expected);
});

test.each([
  ["Mend it (#12)", {}],
  ["Mend it\n\nCo-authored-by: A <a@example.com>", {}],
  ["Mend it, thanks to @someone", {}],
  ["Mend it [skip ci]", {}],
  ["Mend ABC-12", { earlier: ["ABC-7 a"] }],
  ["See https://example.com", {}],
  ["Mend \u001b[31mit", {}],
  ["Mend \u202eit", {}],
  [`Mend ${"it ".repeat(30)}`, {}],
  [`Mend ${"it ".repeat(21)}it`, { earlier: typed }],
  ["...", {}],
  ["", {}],
])("the subject %j with %j is refused", (given, more) => {
  expect(check(given, more)).toMatch(/^refused: /);
});

test("whatever a model says, what is taken is one line of at most 72 characters that no terminal obeys", () => {
  const said = fc.oneof(fc.string({ unit: "binary" }), fc.string({ minLength: 40, maxLength: 90 }));
  fc.assert(
    fc.property(said, fc.string(), fc.constantFrom(plain, typed, []), (subject, type, earlier) => {
      const result = checkSubject({ subject, type }, { changes: code, branch: "main", earlier });
      if (!result.ok) return;
      expect(result.subject.length).toBeLessThanOrEqual(72);
      // oxlint-disable-next-line no-control-regex -- these are what it is about
      expect(result.subject).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]|#\d/);
      if (earlier === typed) expect(result.subject).toMatch(/^(?:feat|fix|perf|refactor|style|build|chore): /);
    }),
  );
});
