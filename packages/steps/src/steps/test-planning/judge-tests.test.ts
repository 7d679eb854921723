import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeGo } from "./judge-go.ts";
import { judgePython } from "./judge-python.ts";
import { judgeScript } from "./judge-script.ts";
import { maskCode } from "./mask-code.ts";
import type { Weakness } from "./weakness.ts";

const told = (found: readonly Weakness[]): readonly string[] => found.map(({ rule, line }) => `${rule}:${line}`);

describe("judgeScript()", () => {
  test.each([
    ["it.only('a', () => { expect(f()).toBe(1); });", ["focused-test:1"]],
    ["\nfdescribe('a', () => {});", ["focused-test:2"]],
    ["test.only.each([1])('a %i', (n) => { expect(f(n)).toBe(1); });", ["focused-test:1"]],
    ["describe.skip('a', () => {});\nxit('b', () => {});", ["skipped-test:1", "skipped-test:2"]],
    ["test('a', () => {});", ["empty-test:1"]],
    ["it('a', function () {\n  // to do\n});", ["empty-test:1"]],
    ["it('a', { timeout: 1 }, async () => {});", ["empty-test:1"]],
    ["test('a', () => {\n  run();\n});", ["no-assertion:1"]],
    ["test('a', () => {\n  expect(true).toBe(true);\n});", ["assertion-cannot-fail:2"]],
    [
      "it('a', () => { assert.equal(1, 1); assert.ok(true); });",
      ["assertion-cannot-fail:1", "assertion-cannot-fail:1"],
    ],
    [
      "it('a', () => { expect(true).to.be.true; expect('x').to.equal('x'); });",
      ["assertion-cannot-fail:1", "assertion-cannot-fail:1"],
    ],
    [
      "it('a', () => {\n  expect(value);\n  expect(value).toBeTruthy;\n});",
      ["assertion-without-check:2", "assertion-without-check:3"],
    ],
    [
      "it('a', async () => { await new Promise((r) => setTimeout(r, 500)); expect(f()).toBe(1); });",
      ["sleep-in-test:1"],
    ],
  ])("finds what is weak in %j", (text, found) => expect(told(judgeScript(text))).toEqual(found));

  test.each([
    "test('it.only in a title', () => { expect(f('expect(true).toBe(true)')).toBe(1); });",
    "// it.only('a', () => {});\n/* xit('b', () => {}); */",
    "cursor.skip(1); list.it.only('a', () => {}); const suite = only;",
    "test.skip(process.platform === 'win32', 'not there');",
    "it('a', wrapped((c) => { c(); }, () => {}));",
    "it('later'); test.todo('b');",
    "it('a', (done) => { run(done); });",
    "it('a', ({ page }) => run(page));",
    "it('a', () => { expectNothing(f()); });",
    "it('a', () => { expect(a)\n    .toBe(b); expect(f()).toBe(f()); expect(a.b).toBe(a.b); });",
    "it('a', () => { expect(true).toBe(false); assert.ok(value); });",
    "it('a', () => { expect(x).to.be.ok; expect(x).not.to.exist; });",
    "it('a', () => { return expect(x); });",
    "parser.expect('}');\nfunction call() { expect(1); }",
    "it('a', () => { const r = /it.only('a', () => {})[/]/g; expect(r).toBeDefined(); });",
    "it(`a ${`b ${c('`')}`}`, () => { expect(<p>Don't</p>).toBeDefined(); });",
    "it('a', () => { expect(<br />).toBe(1 / 2); });",
  ])("says nothing of %j", (text) =>
    expect(told(judgeScript(text).filter(({ rule }) => rule !== "skipped-test"))).toEqual([]),
  );
});

describe("judgePython()", () => {
  test.each([
    ["def test_a():\n    pass\n", ["empty-test:1"]],
    ['class T:\n    def test_a(self):\n        """Says."""\n', ["empty-test:2"]],
    ["def test_a():\n    run()\n", ["no-assertion:1"]],
    ["def test_a():\n    assert True\n", ["assertion-cannot-fail:2"]],
    ["def test_a():\n    assert (x == 1, 'no')\n", ["assertion-cannot-fail:2"]],
    ["def test_a(self):\n    self.assertEqual(1, 1)\n", ["assertion-cannot-fail:2"]],
    ["@pytest.mark.skip\ndef test_a():\n    pass\n", ["skipped-test:1"]],
    ["def test_a():\n    time.sleep(2)\n    assert f() == 1\n", ["sleep-in-test:2"]],
  ])("finds what is weak in %j", (text, found) => expect(told(judgePython(text))).toEqual(found));

  test.each([
    "def test_a(\n    x,\n):\n    assert x == 1\n",
    "# assert True\ntext = 'assert True'\n",
    "def test_a():\n    assert x == y, 'assert True'\n    assert (x and y)\n    assert f(x) == f(x)\n",
    "@pytest.fixture\ndef test_data():\n    pass\n",
    "def test_a():\n    with pytest.raises(E):\n        run()\n",
    "def test_a(): assert f()\n",
    "@pytest.mark.skipif(x, reason='y')\ndef test_a():\n    assert f()\n",
    'def test_a():\n    assert f() == """\nassert True\n"""\n',
  ])("says nothing of %j", (text) => expect(told(judgePython(text))).toEqual([]));
});

test("judgeGo() finds tests that are empty, skipped, without a check, and that wait", () => {
  const text =
    'func TestA(t *testing.T) {\n}\n\nfunc TestB(t *testing.T) {\n\tt.Skip("later")\n}\n\nfunc TestC(t *testing.T) {\n\trun()\n}\n\n' +
    "func TestD(t *testing.T) {\n\ttime.Sleep(1)\n\tif x { t.Fatal() }\n}\n// func TestE(t *testing.T) {}\nfunc TestF(t *testing.T) {}\n";
  expect(told(judgeGo(text))).toEqual([
    "empty-test:1",
    "skipped-test:4",
    "no-assertion:8",
    "sleep-in-test:13",
    "empty-test:17",
  ]);
});

test("judgeScript() takes time in proportion to the text, however deep tests stand in each other", () => {
  expect(judgeScript('test("x", () => {'.repeat(20_000))).toEqual([]);
  expect(told(judgeScript(`${'test("x", () => {'.repeat(20_000)}\ntest("y", () => {});`))).toEqual(["empty-test:2"]);
});

test("maskCode() leaves every place where it was, and never throws", () => {
  const part = fc.oneof(
    fc.string(),
    fc.constantFrom("'", '"', "`", "${", "}", "/", "//", "/*", "*/", "\\", "\n", '"""', "(", "it('a', () => {"),
  );
  fc.assert(
    fc.property(
      fc.array(part),
      fc.constantFrom("script" as const, "python" as const, "go" as const),
      (parts, syntax) => {
        const text = parts.join("");
        const mask = maskCode(text, syntax);
        expect(mask).toHaveLength(text.length);
        expect([...mask].filter((one) => one === "\n")).toHaveLength([...text].filter((one) => one === "\n").length);
        judgeScript(text);
        judgePython(text);
        judgeGo(text);
      },
    ),
  );
});
