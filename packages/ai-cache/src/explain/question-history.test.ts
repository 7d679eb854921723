import * as fc from "fast-check";
import { expect, test } from "vitest";
import { questionArbitrary, sha256 } from "../../test/question-arbitrary.ts";
import { createCacheKey, type CacheKeyParts } from "../key/create-cache-key.ts";
import {
  addQuestion,
  findPredecessor,
  formatHistory,
  MAX_HISTORY_BYTES,
  MAX_QUESTIONS,
  parseHistory,
  type AskedQuestion,
} from "./question-history.ts";
import { summariseQuestion } from "./summarise-question.ts";

interface Asking {
  readonly parts: CacheKeyParts;
  readonly run: string;
}

function historyOf(askings: readonly Asking[]): AskedQuestion[] {
  let history: AskedQuestion[] = [];
  for (const [atMs, { parts, run }] of askings.entries()) {
    history = addQuestion(history, summariseQuestion(createCacheKey(parts), parts), { atMs, run });
  }
  return history;
}

function ask(run: string, change: Partial<CacheKeyParts> = {}): Asking {
  return { run, parts: { provider: "p", model: "m", prompt: "x", ...change } };
}

function predecessorOfLast(askings: readonly Asking[]): AskedQuestion | undefined {
  const history = historyOf(askings);
  const last = history.at(-1);
  return last && findPredecessor(history, last);
}

const askings = fc.array(fc.record({ parts: questionArbitrary, run: fc.constantFrom("1", "2") }), { maxLength: 12 });

test("parseHistory() gives back what formatHistory() wrote", () => {
  fc.assert(
    fc.property(askings, fc.string(), (asked, label) => {
      const history = historyOf(asked);
      expect(parseHistory(formatHistory(label, history))).toEqual(history);
    }),
  );
});

test("parseHistory() finds nothing in a file that is cut, of another version or of another shape, and never throws", () => {
  const text = formatHistory("label", historyOf([ask("1", { files: [{ path: "a", sha256: sha256("a") }] })]));
  const [question] = parseHistory(text);
  for (let length = 0; length < text.length - 2; length += 1) expect(parseHistory(text.slice(0, length))).toEqual([]);
  expect(parseHistory(text.replace('"historyVersion":1', '"historyVersion":2'))).toEqual([]);
  for (const change of [
    { key: "k" },
    { parts: [{ part: "model" }] },
    { parts: [{ part: "model", sha256: sha256("m"), shown: {} }] },
    { files: [{ path: "a", sha256: 1 }] },
    { files: {} },
    { atMs: -1 },
    { run: 1 },
    { ordinal: 0.5 },
    { previousAtMs: "1" },
  ]) {
    const damaged = JSON.stringify({ historyVersion: 1, questions: [{ ...question, ...change }] });
    expect(parseHistory(damaged)).toEqual([]);
  }
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (noise) => {
      expect(parseHistory(noise)).toEqual([]);
    }),
  );
});

test("addQuestion() remembers a question once, the newest last, and no more than it may", () => {
  fc.assert(
    fc.property(askings, (asked) => {
      const keys = historyOf(asked).map(({ key }) => key);
      expect(new Set(keys).size).toBe(keys.length);
      const newestFirst = asked.map(({ parts }) => createCacheKey(parts)).toReversed();
      expect(keys.toReversed()).toEqual([...new Set(newestFirst)]);
    }),
  );
  const many = historyOf(Array.from({ length: MAX_QUESTIONS + 3 }, (_, index) => ask("1", { salt: String(index) })));
  expect(many).toHaveLength(MAX_QUESTIONS);
  expect(many[0]?.ordinal).toBe(3);
});

test("addQuestion() knows when a question was asked in an earlier run", () => {
  const again = (runs: readonly string[]): number | undefined =>
    historyOf(runs.map((run) => ask(run))).at(-1)?.previousAtMs;
  expect(again(["1"])).toBeUndefined();
  expect(again(["1", "1"])).toBeUndefined();
  expect(again(["1", "2"])).toBe(0);
  expect(again(["1", "2", "2"])).toBe(0);
  expect(again(["1", "2", "3"])).toBe(1);
});

test("formatHistory() forgets the oldest, and the file list of a single one, to stay within its bytes", () => {
  const files = (count: number): CacheKeyParts["files"] =>
    Array.from({ length: count }, (_, index) => ({ path: `${index}/${"x".repeat(400)}`, sha256: sha256("f") }));
  const large = historyOf([1, 2, 3].map((salt) => ask("1", { salt: String(salt), files: files(250) })));
  const text = formatHistory("label", large);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_HISTORY_BYTES);
  expect(parseHistory(text)).toEqual(large.slice(1));
  const huge = historyOf([ask("1", { files: files(1000) })]);
  const hugeText = formatHistory("label", huge);
  expect(Buffer.byteLength(hugeText)).toBeLessThanOrEqual(MAX_HISTORY_BYTES);
  expect(parseHistory(hugeText)).toMatchObject([{ key: huge[0]?.key }]);
});

test("findPredecessor() prefers another run, then the same files, then the fewest changes, then the place, then the latest", () => {
  const a = [{ path: "a.ts", sha256: sha256("a") }];
  const b = [{ path: "b.ts", sha256: sha256("b") }];
  const newA = [{ path: "a.ts", sha256: sha256("A") }];
  const chunks = [ask("1", { files: a }), ask("1", { files: b })];
  expect(predecessorOfLast([...chunks, ask("2", { files: newA })])?.files).toEqual(a);
  const old = { model: "old", persona: "old" };
  const sibling = ask("2", { files: a, salt: "1" });
  expect(predecessorOfLast([ask("1", { files: a, ...old }), sibling, ask("2", { files: newA })])?.run).toBe("1");
  expect(predecessorOfLast([ask("1", { model: "n", salt: "1" }), ask("1", { salt: "2" }), ask("2")])?.atMs).toBe(1);
  const prompts = ["one", "two", "three"].map((prompt) => ask("1", { prompt }));
  expect(predecessorOfLast([...prompts, ask("2", { prompt: "1" }), ask("2", { prompt: "2" })])?.atMs).toBe(1);
  expect(predecessorOfLast([ask("1", { salt: "1" }), ask("2", { salt: "2" }), ask("3")])?.atMs).toBe(1);
  expect(predecessorOfLast([ask("1", { salt: "1" }), ask("1")])?.atMs).toBe(0);
  expect(predecessorOfLast([ask("1"), ask("2")])).toBeUndefined();
});
