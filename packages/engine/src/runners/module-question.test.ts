import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_QUESTION_LENGTH, readModuleQuestion } from "./module-question.ts";

test("a question comes back as it is", () => {
  const question = {
    prompt: "p",
    persona: "q",
    variables: { v: "x" },
    files: ["a b.ts"],
    changes: "due",
    schema: { type: "object" },
    minConfidence: 0,
    maxFindings: 1,
    failOn: "high",
    since: "0".repeat(40),
    isOptional: true,
  };
  expect(readModuleQuestion(question)).toEqual(question);
  expect(readModuleQuestion({ prompt: "p", changes: ["a"] })).toMatchObject({ prompt: "p", changes: ["a"] });
});

test.each<[unknown, RegExp]>([
  [undefined, /must be an object/],
  [[], /must be an object/],
  [{}, /`prompt` must be/],
  [{ prompt: "" }, /`prompt` must be/],
  [{ prompt: "p", files: "a" }, /`files` must be a list/],
  [{ prompt: "p", files: [1] }, /`files` must be a list/],
  [{ prompt: "p", changes: "all" }, /`changes` must be "due" or/],
  [{ prompt: "p", variables: { v: 1 } }, /`variables` must be texts/],
  [{ prompt: "p", persona: 1 }, /`persona`/],
  [{ prompt: "p", schema: "x" }, /`schema`/],
  [{ prompt: "p", since: "HEAD" }, /`since` must be the whole name/],
  [{ prompt: "p", isOptional: 1 }, /`isOptional` must be/],
  [{ prompt: "p", failOn: "fatal" }, /`failOn` must be one of critical/],
  [{ prompt: "p", model: "m" }, /there is no `model`/],
])("%j makes no sense", (question, message) => {
  expect(() => readModuleQuestion(question)).toThrow(message);
  expect(() => readModuleQuestion(question)).toThrow(TypeError);
});

test.each<[object, RegExp]>([
  [{ files: ["/etc/passwd"] }, /no path within/],
  [{ changes: ["a/../../b"] }, /no path within/],
  [{ files: [""] }, /no path within/],
  [{ files: ["a\0"] }, /no path within/],
  [{ minConfidence: 1.1 }, /`minConfidence`/],
  [{ minConfidence: Number.NaN }, /`minConfidence`/],
  [{ maxFindings: 0 }, /`maxFindings`/],
  [{ variables: { v: "x".repeat(MAX_QUESTION_LENGTH) } }, /characters without the files/],
])("%# is out of range", (more, message) => {
  expect(() => readModuleQuestion({ prompt: "p", ...more })).toThrow(message);
  expect(() => readModuleQuestion({ prompt: "p", ...more })).toThrow(RangeError);
});

test("whatever is given is taken or refused with words", () => {
  const key = fc.constantFrom("prompt", "persona", "variables", "files", "changes", "schema", "maxFindings", "failOn");
  fc.assert(
    fc.property(fc.dictionary(key, fc.anything()), (given) => {
      try {
        expect(typeof readModuleQuestion(given).prompt).toBe("string");
      } catch (error) {
        expect((error as Error).message).toMatch(/^Cannot ask a model: /);
      }
    }),
  );
});
