import * as fc from "fast-check";
import { expect, test } from "vitest";
import { questionArbitrary, sha256 } from "../../test/question-arbitrary.ts";
import { createCacheKey, type CacheKeyParts } from "../key/create-cache-key.ts";
import { diffQuestions, type KeyChange } from "./diff-questions.ts";
import { MAX_REMEMBERED_FILES, summariseQuestion, type QuestionSummary } from "./summarise-question.ts";

const BASE: CacheKeyParts = {
  provider: "openai",
  model: "gpt-x",
  parameters: { temperature: 0, stop: ["a"] },
  prompt: "Review this.",
  files: [
    { path: "a.ts", sha256: sha256("a") },
    { path: "b.ts", sha256: sha256("b") },
  ],
};

function summarise(parts: CacheKeyParts): QuestionSummary {
  return summariseQuestion(createCacheKey(parts), parts);
}

function diff(before: Partial<CacheKeyParts>, after: Partial<CacheKeyParts>): KeyChange[] {
  return diffQuestions(summarise({ ...BASE, ...before }), summarise({ ...BASE, ...after }));
}

// One question, and another that differs from it in some parts at most.
const pairs = fc
  .tuple(questionArbitrary, questionArbitrary, fc.array(fc.nat(10)))
  .map(([before, other, places]): [CacheKeyParts, CacheKeyParts] => {
    const names = Object.keys(other) as (keyof CacheKeyParts)[];
    const chosen = places.map((place) => names[place % names.length] ?? "prompt");
    return [before, { ...before, ...Object.fromEntries(chosen.map((name) => [name, other[name]])) }];
  });

test("diffQuestions() finds no change exactly between questions with the same key", () => {
  fc.assert(
    fc.property(pairs, ([before, after]) => {
      const changes = diffQuestions(summarise(before), summarise(after));
      expect(changes.length === 0).toBe(createCacheKey(before) === createCacheKey(after));
    }),
    { numRuns: 1000 },
  );
});

test("diffQuestions() tells the same the other way round", () => {
  const opposite = { added: "removed", removed: "added", changed: "changed" } as const;
  const turn = ({ before, after, change, ...rest }: KeyChange): KeyChange => ({
    ...rest,
    change: opposite[change],
    ...(after !== undefined && { before: after }),
    ...(before !== undefined && { after: before }),
  });
  const sorted = (changes: readonly KeyChange[]): string[] =>
    changes.map(({ part, change, before, after, path }) => JSON.stringify([part, change, before, after, path])).sort();
  fc.assert(
    fc.property(pairs, ([a, b]) => {
      const [there, back] = [diffQuestions(summarise(a), summarise(b)), diffQuestions(summarise(b), summarise(a))];
      expect(sorted(back.map(turn))).toEqual(sorted(there));
    }),
  );
});

test("diffQuestions() names the part, and shows what is short and no content", () => {
  expect(diff({}, { model: "gpt-y" })).toEqual([{ part: "model", change: "changed", before: "gpt-x", after: "gpt-y" }]);
  expect(diff({}, { parameters: { temperature: 1, stop: ["b"], seed: 7 } })).toEqual([
    { part: "parameters.temperature", change: "changed", before: 0, after: 1 },
    { part: "parameters.stop", change: "changed" },
    { part: "parameters.seed", change: "added", after: 7 },
  ]);
  expect(diff({}, { prompt: "Review that." })).toEqual([{ part: "prompt", change: "changed" }]);
  expect(diff({ salt: "1" }, {})).toEqual([{ part: "salt", change: "removed", before: "1" }]);
  expect(diff({ parameters: undefined }, { parameters: {} })).toEqual([{ part: "parameters", change: "added" }]);
});

test("diffQuestions() names the files that came, went and changed, and says when only their order did", () => {
  const [a, b] = BASE.files ?? [];
  if (a === undefined || b === undefined) throw new Error("No files");
  const renewed = { path: "b.ts", sha256: sha256("B") };
  expect(diff({}, { files: [renewed, { ...a, path: "c.ts" }] })).toEqual([
    { part: "files", change: "removed", before: a.sha256, path: "a.ts" },
    { part: "files", change: "changed", before: b.sha256, after: renewed.sha256, path: "b.ts" },
    { part: "files", change: "added", after: a.sha256, path: "c.ts" },
  ]);
  expect(diff({}, { files: [b, a] })).toEqual([{ part: "files", change: "changed" }]);
  expect(diff({ files: [a, a] }, { files: [a] })).toEqual([
    { part: "files", change: "removed", before: a.sha256, path: "a.ts" },
  ]);
  expect(diff({ files: undefined }, { files: [] })).toEqual([{ part: "files", change: "added" }]);
});

test("diffQuestions() says of more files than are remembered only that they changed", () => {
  const many = Array.from({ length: MAX_REMEMBERED_FILES + 1 }, (_, index) => ({
    path: `${index}.ts`,
    sha256: sha256(String(index)),
  }));
  expect(diff({ files: many }, { files: many.slice(0, -1) })).toEqual([{ part: "files", change: "changed" }]);
  expect(diff({ files: many }, { files: [...many] })).toEqual([]);
});
