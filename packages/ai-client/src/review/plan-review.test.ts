import * as fc from "fast-check";
import { expect, test } from "vitest";
import { composePrompt } from "../prompts/compose-prompt.ts";
import type { PromptTemplate } from "../prompts/prompt-template.ts";
import type { Hunk, HunkLine } from "./hunk.ts";
import { planReview, type PlanReviewOptions } from "./plan-review.ts";
import type { ReviewFile, ReviewPlan } from "./review-plan.ts";
import { toReviewRows } from "./review-rows.ts";

const PERSONA = { name: "p", description: "d", system: "Be strict." };
const TEMPLATE: PromptTemplate = {
  name: "t",
  persona: "p",
  description: "review",
  instructions: "Review.",
  variables: [],
  answer: "findings",
};
const OVERHEAD = composePrompt({
  template: TEMPLATE,
  persona: PERSONA,
  files: [{ path: "x", rows: [], lineCount: 0 }],
}).estimatedInputTokens;

function plan(files: readonly ReviewFile[], roomTokens: number, options: Partial<PlanReviewOptions> = {}): ReviewPlan {
  return planReview({ files, maxInputTokens: OVERHEAD + roomTokens, overheadTokens: OVERHEAD, ...options });
}

const line = fc.oneof(
  {
    arbitrary: fc.constantFrom("", "  ", "}", "function f() {", "  return a;", "    if (ä) {", "\tb\r", "c\rd"),
    weight: 9,
  },
  { arbitrary: fc.nat(400).map((length) => "x".repeat(length)), weight: 1 },
);

/** A new text and the hunks that lead to it, made of stretches that are kept, added or replace removed lines. */
const changedFile = fc
  .array(
    fc.record({
      skipped: fc.array(line, { maxLength: 12 }),
      hunk: fc.array(fc.record({ kind: fc.constantFrom("kept", "added", "removed"), text: line }), { maxLength: 12 }),
    }),
    { maxLength: 4 },
  )
  .map((stretches) => {
    const lines: string[] = [];
    const hunks: Hunk[] = [];
    let offset = 0;
    for (const { skipped, hunk } of stretches) {
      lines.push(...skipped);
      const [added, removed] = [
        hunk.filter(({ kind }) => kind !== "removed"),
        hunk.filter(({ kind }) => kind !== "added"),
      ];
      if (hunk.length === 0) continue;
      const start = (count: number, before: number): number => (count === 0 ? before : before + 1);
      hunks.push({
        oldStart: start(removed.length, lines.length + offset),
        oldCount: removed.length,
        newStart: start(added.length, lines.length),
        newCount: added.length,
        lines: hunk,
      });
      offset += removed.length - added.length;
      lines.push(...added.map(({ text }) => text));
    }
    return { content: lines.map((text) => `${text}\n`).join(""), hunks };
  });
const path = fc.constantFrom(
  "src/a.ts",
  "src/b.ts",
  "README.md",
  "test/a.test.ts",
  "x.json",
  'odd "\n.py',
  "src/deep/c.go",
);
const files = fc.uniqueArray(
  fc.record(
    {
      path,
      file: changedFile,
      isWhole: fc.boolean(),
      priority: fc.integer({ min: -1, max: 1 }),
      category: fc.constantFrom("code", "docs", "strange"),
    },
    { requiredKeys: ["path", "file", "isWhole"] },
  ),
  { selector: (item) => item.path, maxLength: 6 },
);
const limits = fc.record({
  roomTokens: fc.integer({ min: 1, max: 400 }),
  maxRequests: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
  contextLines: fc.option(fc.nat(8), { nil: undefined }),
});

test("planReview() has every line in exactly one chunk or lists it as not reviewed, and keeps to the limits", () => {
  fc.assert(
    fc.property(files, limits, (list, { roomTokens, ...options }) => {
      const reviewFiles = list.map(({ path, file, isWhole, ...rest }): ReviewFile => {
        return { path, content: file.content, ...(isWhole ? {} : { hunks: file.hunks }), ...rest };
      });
      const result = plan(reviewFiles, roomTokens, options);
      expect(result.chunks.length).toBeLessThanOrEqual(options.maxRequests ?? Number.POSITIVE_INFINITY);
      const seen = new Map<string, string[]>(reviewFiles.map((file) => [file.path, []]));
      const note = (filePath: string, what: string): unknown => seen.get(filePath)?.push(what);
      for (const chunk of result.chunks) {
        const prompt = composePrompt({ template: TEMPLATE, persona: PERSONA, files: chunk.parts });
        expect(prompt.estimatedInputTokens).toBeLessThanOrEqual(chunk.estimatedTokens);
        expect(chunk.estimatedTokens).toBeLessThanOrEqual(OVERHEAD + roomTokens);
        expect(chunk.parts.length).toBeGreaterThan(0);
        for (const part of chunk.parts) {
          for (const row of part.reviewedRows) {
            expect(part.rows).toContain(row);
            note(part.path, row.kind === "removed" ? "removed" : String(row.line));
          }
        }
      }
      for (const { path: filePath, lines, removedLineCount } of result.notReviewed) {
        for (let count = 0; count < removedLineCount; count += 1) note(filePath, "removed");
        for (const [start, end] of lines) {
          for (let number = start; number <= end; number += 1) note(filePath, String(number));
        }
      }
      let lineCount = 0;
      for (const file of reviewFiles) {
        const { rows, targets } = toReviewRows(file);
        const wanted = targets.flatMap(([start, end]) => rows.slice(start, end));
        lineCount += wanted.length;
        const names = wanted.map((row) => (row.kind === "removed" ? "removed" : String(row.line)));
        expect(seen.get(file.path)?.sort()).toEqual(names.sort());
      }
      const missing = result.notReviewed.reduce((sum, { lines, removedLineCount }) => {
        return sum + removedLineCount + lines.reduce((count, [start, end]) => count + end - start + 1, 0);
      }, 0);
      expect(result.coverage).toMatchObject({ lineCount, reviewedLineCount: lineCount - missing });
      expect(plan([...reviewFiles].reverse(), roomTokens, options).chunks).toEqual(result.chunks);
    }),
    { numRuns: 300 },
  );
});

test("toReviewRows() covers every line of every hunk, and all lines of the file in order", () => {
  fc.assert(
    fc.property(changedFile, ({ content, hunks }) => {
      const { rows, targets, lineCount } = toReviewRows({ path: "a", content, hunks });
      const numbers = rows.filter(({ kind }) => kind !== "removed").map((row) => row.line);
      expect(numbers).toEqual(Array.from({ length: lineCount }, (_, index) => index + 1));
      const targetRows = targets.flatMap(([start, end]) => rows.slice(start, end));
      const kinds = hunks.flatMap(({ lines }) => lines.map(({ kind }) => kind));
      expect(targetRows.map(({ kind }) => kind)).toEqual(kinds);
      const newLines = hunks.flatMap(({ newStart, newCount }) =>
        Array.from({ length: newCount }, (_, i) => newStart + i),
      );
      expect(targetRows.filter(({ kind }) => kind !== "removed").map((row) => row.line)).toEqual(newLines);
    }),
  );
});

const hunk = (newStart: number, lines: readonly HunkLine[]): Hunk => {
  const count = (kind: HunkLine["kind"]): number => lines.filter((item) => item.kind !== kind).length;
  return { oldStart: newStart, oldCount: count("added"), newStart, newCount: count("removed"), lines };
};
const numbered = (count: number, text = "some words of a line"): string => `${text}\n`.repeat(count);
const added = (count: number): HunkLine[] => Array.from({ length: count }, () => ({ kind: "added", text: "x" }));

test("planReview() shows a file whole while it fits, and else hunks with five lines before and one after", () => {
  const file: ReviewFile = { path: "a.ts", content: numbered(200), hunks: [hunk(50, added(2)), hunk(150, added(1))] };
  const whole = plan([file], 5000).chunks[0]?.parts[0];
  expect(whole?.rows).toHaveLength(200);
  expect(whole?.reviewedLines).toEqual([
    [50, 51],
    [150, 150],
  ]);
  const cut = plan([file], 300).chunks[0]?.parts[0];
  expect(cut?.rows.map((row) => row.line)).toEqual([45, 46, 47, 48, 49, 50, 51, 52, 145, 146, 147, 148, 149, 150, 151]);
});

test("planReview() shows a hunk from the beginning of its function on, when that is near", () => {
  const content = `${numbered(40, "other")}function f() {\n${numbered(30, "  inside")}`;
  const file: ReviewFile = { path: "a.ts", content, hunks: [hunk(49, added(1))] };
  const lines = plan([file], 80).chunks[0]?.parts[0]?.rows.map((row) => row.line);
  expect(lines).toEqual([41, 42, 43, 44, 45, 46, 47, 48, 49, 50]);
});

test("planReview() cuts a file too large before lines that are not indented and follow blank ones", () => {
  const block = `function f() {\n${"  body of the function\n".repeat(6)}}\n\n`;
  const { chunks } = plan([{ path: "a.ts", content: block.repeat(20) }], 250);
  expect(chunks.length).toBeGreaterThan(3);
  for (const { parts } of chunks) expect((parts[0]?.reviewedLines[0]?.[0] ?? 0) % 9).toBe(1);
});

test("planReview() lists a line larger than a request, and reviews the lines around it", () => {
  const content = `a\nb\n${"x".repeat(5000)}\nc\n`;
  const { chunks, notReviewed, coverage } = plan([{ path: "a.ts", content }], 200);
  expect(notReviewed).toEqual([{ path: "a.ts", lines: [[3, 3]], removedLineCount: 0, reason: "too-large" }]);
  expect(chunks.flatMap(({ parts }) => parts.flatMap((part) => part.reviewedLines))).toEqual([
    [1, 2],
    [4, 4],
  ]);
  expect(coverage).toEqual({ fileCount: 1, wholeFileCount: 0, lineCount: 4, reviewedLineCount: 3, share: 0.75 });
});

test("planReview() leaves out the least relevant when there are too many requests, and says so", () => {
  const content = numbered(20);
  const paths = ["data.json", "b.test.ts", "README.md", "b.ts", "urgent.json", "a.ts"];
  const reviewFiles = paths.map((name): ReviewFile => ({
    path: name,
    content,
    hunks: [hunk(1, added(name === "b.ts" ? 20 : 19))],
    priority: name === "urgent.json" ? 1 : 0,
  }));
  const { chunks, notReviewed } = plan(reviewFiles, 220, { maxRequests: 3 });
  expect(chunks.map(({ parts }) => parts.map((part) => part.path))).toEqual([["urgent.json"], ["b.ts"], ["a.ts"]]);
  expect(notReviewed.map((item) => item.path)).toEqual(["data.json", "b.test.ts", "README.md"]);
  expect(new Set(notReviewed.map(({ reason }) => reason))).toEqual(new Set(["limit"]));
});

test("planReview() prefers hunks alone to leaving something out", () => {
  const reviewFiles = ["a.ts", "b.ts"].map((name): ReviewFile => {
    return { path: name, content: numbered(30), hunks: [hunk(10, added(1))] };
  });
  expect(plan(reviewFiles, 300).chunks).toHaveLength(2);
  const limited = plan(reviewFiles, 300, { maxRequests: 1 });
  expect(limited.chunks).toHaveLength(1);
  expect(limited.coverage.share).toBe(1);
});

test("planReview() keeps files of a folder together where there is room in several requests", () => {
  const reviewFiles = [
    { path: "x/a.ts", content: numbered(20) },
    { path: "y/a.ts", content: numbered(20) },
    { path: "y/b.ts", content: numbered(5) },
  ];
  const groups = plan(reviewFiles, 250).chunks.map(({ parts }) => parts.map((part) => part.path));
  expect(groups).toEqual([["x/a.ts"], ["y/a.ts", "y/b.ts"]]);
});

test.each([
  [hunk(2, added(2))],
  [hunk(2, added(1)), hunk(1, added(1))],
  [hunk(1, added(1)), hunk(1, added(1))],
  [{ ...hunk(1, added(1)), newCount: 2 }],
  [hunk(-1, added(1))],
])("planReview() reviews the whole file when its hunks do not fit it: %j", (...hunks) => {
  const { chunks } = plan([{ path: "a.ts", content: "a\nb\n", hunks }], 400);
  expect(chunks[0]?.parts[0]?.reviewedLines).toEqual([[1, 2]]);
});

/** A file of which only the first lines changed; it fits no request as a whole. */
function changedAtTop(path: string, count: number, length: number): ReviewFile {
  return { path, content: `${numbered(count, "x".repeat(length))}${numbered(300)}`, hunks: [hunk(1, added(count))] };
}

test("planReview() leaves out what changed least, not what is smallest", () => {
  const reviewFiles = [changedAtTop("a.ts", 2, 300), changedAtTop("b.ts", 20, 10)];
  const { chunks, notReviewed } = plan(reviewFiles, 250, { maxRequests: 1, contextLines: 0 });
  expect(chunks.map(({ parts }) => parts.map((part) => part.path))).toEqual([["b.ts"]]);
  expect(notReviewed).toEqual([{ path: "a.ts", lines: [[1, 2]], removedLineCount: 0, reason: "limit" }]);
});

test("planReview() packs the largest first when that lets everything fit", () => {
  // About 40 % of a request each, and about 55 %.
  const small = ["a.ts", "b.ts"].map((name) => changedAtTop(name, 20, 4));
  const large = ["c.ts", "d.ts"].map((name) => changedAtTop(name, 2, 150));
  const { chunks, coverage } = plan([...small, ...large], 220, { maxRequests: 2, contextLines: 0 });
  expect(chunks).toHaveLength(2);
  expect(coverage.share).toBe(1);
  for (const { parts } of chunks) expect(parts).toHaveLength(2);
});

test("planReview() shows what a deleted file held", () => {
  const lines: HunkLine[] = [{ kind: "removed", text: "gone" }];
  const file: ReviewFile = {
    path: "a.ts",
    content: "",
    hunks: [{ oldStart: 1, oldCount: 1, newStart: 0, newCount: 0, lines }],
  };
  const [chunk] = plan([file], 400).chunks;
  const { prompt } = composePrompt({ template: TEMPLATE, persona: PERSONA, files: chunk?.parts });
  expect(prompt).toMatch(/<<<FILE [0-9a-f]{32} "a\.ts" no lines of 0>>>\n-\|gone\n<<<END/);
});

test("planReview() divides ten thousand hunks without costing more than linear work for each", () => {
  const hunks = Array.from({ length: 10_000 }, (_, index) => hunk(index * 10 + 1, added(1)));
  const { coverage, chunks } = plan([{ path: "a.ts", content: numbered(100_000), hunks }], 20_000);
  expect(coverage).toMatchObject({ lineCount: 10_000, share: 1 });
  expect(chunks.length).toBeGreaterThan(1);
});

test.each([
  { maxInputTokens: 0 },
  { overheadTokens: -1 },
  { overheadTokens: 1000 },
  { maxRequests: 0 },
  { contextLines: 1.5 },
  {
    files: [
      { path: "a", content: "" },
      { path: "a", content: "" },
    ],
  },
  { files: [{ path: "a", content: "", priority: Number.NaN }] },
])("planReview() refuses %o", (change) => {
  expect(() => planReview({ files: [], maxInputTokens: 1000, overheadTokens: 10, ...change })).toThrow(RangeError);
});
