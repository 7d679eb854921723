import { afterEach, beforeEach, expect, test } from "vitest";
import { createStepRepository, linesOf, type StepRepository } from "../../../test/step-repository.ts";
import planTests from "./step.ts";

let repository: StepRepository;
beforeEach(() => {
  repository = createStepRepository({
    "src/a.ts": "a",
    "src/b.ts": "b",
    "src/c.ts": "c",
    "test/ü a.test.ts": "it('old', () => {});\n",
    "test/all.test.ts": 'import { b } from "../src/b.ts";\nit("b", () => { expect(b).toBe(1); });\n',
  });
});
afterEach(() => repository.close());

const lines = async (given: object = {}): Promise<readonly string[]> =>
  linesOf(
    (await repository.run("test_planning", async (context) => planTests(context), { with: { ...given } })).findings,
  );

test("test_planning looks at tests that changed, and at all where asked to", async () => {
  expect(await lines()).toEqual([]);
  repository.write({ "test/n.test.ts": "it.only('new\u0007', () => { expect(f()).toBe(1); });\n" });
  expect(await lines()).toEqual([
    "warning focused-test test/n.test.ts:1 only this test of the file is run: new\\u0007",
  ]);
  expect(await lines({ all: true })).toContain(
    "warning empty-test test/ü a.test.ts:1 this test does nothing, and passes: old",
  );
});

test("test_planning tells of code that changed without its tests, by names and imports", async () => {
  repository.write({
    "src/a.ts": "a2",
    "src/b.ts": "b2",
    "src/c.ts": "c2",
    "src/index.ts": "x",
    "test/a.test.ts": "it('a', () => { expect(a).toBe(1); });",
  });
  expect(await lines()).toEqual([
    "info tests-not-changed src/b.ts this code changed, and its tests did not, such as test/all.test.ts",
    "info untested-code src/c.ts this code changed, and no test has its name or imports it",
  ]);
  expect(await lines({ untested: false })).toEqual([]);
});

test("test_planning says nothing of code where nothing is tested", async () => {
  repository.remove("test");
  repository.commit();
  repository.write({ "src/a.ts": "a2" });
  expect(await lines()).toEqual([]);
});

test("test_planning tells of no more in a file than asked for", async () => {
  repository.write({ "test/n.test.ts": "it('a', () => {});\n".repeat(4) });
  expect(await lines({ max_per_file: 2 })).toEqual([
    "warning empty-test test/n.test.ts:1 this test does nothing, and passes: a",
    "warning empty-test test/n.test.ts:2 this test does nothing, and passes: a",
    "info empty-test test/n.test.ts 2 more of this in the file",
  ]);
});
