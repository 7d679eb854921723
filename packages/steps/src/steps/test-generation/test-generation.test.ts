import { existsSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ModuleQuestion, ModuleReply } from "@ai-workflow/engine";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createStepRepository, linesOf, type StepRepository } from "../../../test/step-repository.ts";
import { checkTests } from "./check-tests.ts";
import { chooseSubjects, isTestFile } from "./choose-subjects.ts";
import generateTests from "./step.ts";

let repository: StepRepository;
beforeEach(() => {
  repository = createStepRepository({
    "package.json": '{ "type": "module", "scripts": { "test": "node --test" } }\n',
    "src/sum.js": "export const sum = (a, b) => a - b;\n",
    "test/old.test.js": 'import test from "node:test";\ntest("a", () => {});\n',
  });
  repository.write({ "src/sum.js": "export const sum = (a, b) => a + b;\n" });
});
afterEach(() => repository.close());

const content = (expected: number): string =>
  `import assert from "node:assert";\nimport test from "node:test";\nimport { sum } from "../src/sum.js";\ntest("sums", () => assert.equal(sum(1, 2), ${expected}));`;
const file = (name: string, expected = 3) => ({ path: name, content: content(expected), covers: "sums" });
const reply = (...files: readonly unknown[]): ModuleReply => ({
  status: "answered",
  findings: [],
  answers: [{ files: [], value: { files, suspicions: ["sum(NaN) is NaN"] } }],
  notReviewed: [],
});
/** Changes have the category by which the step chooses. */
const run = (options: Parameters<StepRepository["run"]>[2]) =>
  repository.run(
    "test_generation",
    (context) => {
      const { changes } = context;
      if (!changes.known) throw new Error("nothing is known");
      return generateTests({
        ...context,
        changes: { ...changes, list: changes.list.map((one) => ({ ...one, category: "code" })) },
      });
    },
    options,
  );
const copies = (): readonly string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("ai-workflow-tests-"));

test("offers the tests that pass in a copy, as a patch, and changes nothing", async () => {
  const questions: ModuleQuestion[] = [];
  const before = copies();
  const result = await run({
    ask: (question) => {
      questions.push(question);
      return Promise.resolve(reply(file("test/sum.test.js"), file("test/wrong.test.js", 4), file("other/sum.spec.js")));
    },
  });
  expect(questions).toEqual([
    {
      prompt: "test_generation",
      variables: { gaps: "the changed code of src/sum.js" },
      changes: ["src/sum.js"],
      files: ["test/old.test.js"],
    },
  ]);
  expect(result.message).toContain(
    "2 files of tests that pass proposed: .workflow/proposals/test_generation.patch; look",
  );
  expect(linesOf(result.findings).map((line) => line.slice(0, 66))).toEqual([
    "info suspicion sum(NaN) is NaN",
    expect.stringContaining("info test-left-out test/wrong.test.js: it does not pass: ") as string,
    "info proposed-test test/sum.test.js: sums",
    "info proposed-test other/sum.spec.js: sums",
  ]);
  expect(existsSync(path.join(repository.directory, "test/sum.test.js"))).toBe(false);
  repository.git("apply", ".workflow/proposals/test_generation.patch");
  expect(readFileSync(path.join(repository.directory, "test/sum.test.js"), "utf8")).toBe(`${content(3)}\n`);
  expect(copies()).toEqual(before);
}, 60_000);

test("does not offer what the command of the repository never runs", async () => {
  const result = await run({
    with: { commands: ["true"] },
    ask: () => Promise.resolve(reply(file("test/sum.test.js"))),
  });
  expect(result.message).toBe("the model proposed no test that passes");
  expect(linesOf(result.findings)[1]).toBe(
    "info test-left-out test/sum.test.js: the tests of the repository do not run it",
  );
});

test("adds them only with `apply`, as many as are allowed", async () => {
  const ask = (): Promise<ModuleReply> => Promise.resolve(reply(file("test/a.test.js"), file("test/b.test.js")));
  const result = await run({ with: { apply: true, max_files: 1 }, ask });
  expect(linesOf(result.findings)).toContain("info test-left-out test/b.test.js: there are more than 1");
  expect(existsSync(path.join(repository.directory, "test/a.test.js"))).toBe(true);
  expect(existsSync(path.join(repository.directory, "test/b.test.js"))).toBe(false);
}, 60_000);

test("without a model, code or a way to run tests it says so; an answer that did not come leaves it open", async () => {
  expect(await run({})).toMatchObject({
    outcome: "inconclusive",
    message: "no tests are proposed: no model is configured (`ai.provider`)",
  });
  const open = await run({
    ask: () =>
      Promise.resolve({ ...reply(), answers: [], status: "unanswered", reason: "budget", message: "budget: used up" }),
  });
  expect(open).toMatchObject({
    outcome: "inconclusive",
    message: "the model proposed no test that passes; budget: used up",
  });
  repository.write({ "package.json": "{}\n" });
  repository.remove("test");
  repository.commit();
  repository.write({ "src/sum.js": "1;\n" });
  expect((await run({})).message).toBe("no tests are proposed: nothing says how tests are run here");
  repository.commit();
  expect((await run({})).message).toBe("no code changed");
});

describe("what a model proposes", () => {
  test.each([
    "../out.test.js",
    "/etc/a.test.js",
    ".git/hooks/a.test.js",
    "node_modules/a/b.test.js",
    "test/../../a.test.js",
    "test/\u001b.test.js",
    "src/sum.js",
    "test/a.test.py",
    "",
  ])("is not put at %j", (name) => {
    const { kept, dropped } = checkTests([{ files: [file(name)], suspicions: [] }], {
      code: ["src/sum.js"],
      isFree: () => true,
      maxFiles: 9,
    });
    expect([kept, dropped.length]).toEqual([[], 1]);
  });

  test.each(["", " \n", "x\u0000", "x\u202e", "«SECRET:openai-key:1»", "x".repeat(200_001)])("is not %j", (text) => {
    const files = [{ ...file("a.test.js"), content: text }];
    expect(checkTests([{ files }], { code: ["a.ts"], isFree: () => true, maxFiles: 9 }).kept).toEqual([]);
  });
});

test("tests are told by their names, and those nearest to the code are shown", () => {
  const tests = [
    "a/b/x.test.ts",
    "a/y.spec.js",
    "tests/z.py",
    "pkg/a_test.go",
    "src/test/FooTest.java",
    "test_a.py",
    "spec/a_spec.rb",
  ];
  expect(tests.filter((one) => !isTestFile(one))).toEqual([]);
  expect(["src/a.ts", "contest.js", "latest/a.ts", "testing.md"].filter(isTestFile)).toEqual([]);
  const { untested, samples } = chooseSubjects(["a/b/x.ts", "a/b/w.ts"], ["a/b/x.test.ts"], tests);
  expect(untested).toEqual(["a/b/w.ts"]);
  expect(samples.slice(0, 2)).toEqual(["a/b/x.test.ts", "a/y.spec.js"]);
});
