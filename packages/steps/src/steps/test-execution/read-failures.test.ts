import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createPlaceResolver } from "../../files/resolve-place.ts";
import { linesOfOutput } from "../../processes/lines-of-output.ts";
import { readFailures } from "./read-failures.ts";

const FILES: Readonly<Record<string, readonly string[]>> = {
  "vitest.txt": ["src/a.test.ts"],
  "jest.txt": ["s p/a.test.js"],
  "mocha.txt": ["test/a.js"],
  "node-spec.txt": ["a.test.js"],
  "node-tap.txt": ["a.test.js"],
  "node-tap-throws.txt": ["c.test.js"],
  "tape.txt": ["a.js"],
  "pytest.txt": ["test_a.py", "lib.py"],
  "unittest.txt": ["test_a.py", "lib.py"],
  "cargo.txt": ["src/lib.rs"],
  "go.txt": ["pkg/a/add_test.go", "pkg/b/add_test.go"],
  "go-json.txt": ["pkg/a/add_test.go", "pkg/b/add_test.go"],
};

const outputOf = (name: string): string =>
  readFileSync(new URL(`../../../test/outputs/${name}`, import.meta.url), "utf8");

/** What was read, as `file:line name: message`. */
function failuresOf(output: string, files: readonly string[]): readonly string[] {
  return readFailures(linesOfOutput(output), createPlaceResolver(files, { root: "/repo" })).map(
    ({ file, line, name, message }) => `${file ?? "?"}:${line ?? "?"} ${name}: ${message}`,
  );
}

test.each([
  [
    "vitest.txt",
    [
      "src/a.test.ts:4 suite > adds: AssertionError: expected 2 to be 3 // Object.is equality",
      "src/a.test.ts:7 suite > same 1: AssertionError: expected 1 to be +0 // Object.is equality",
      "src/a.test.ts:7 suite > same 2: AssertionError: expected 2 to be +0 // Object.is equality",
    ],
  ],
  ["jest.txt", ["s p/a.test.js:3 suite › adds: expect(received).toBe(expected) // Object.is equality"]],
  [
    "mocha.txt",
    [
      "test/a.js:4 suite > adds: AssertionError [ERR_ASSERTION]: 2 == 3",
      "test/a.js:6 suite > inner > throws: Error: bad thing",
    ],
  ],
  [
    "node-spec.txt",
    [
      "a.test.js:2 adds: AssertionError [ERR_ASSERTION]: 2 == 3",
      "a.test.js:3 inner fails: AssertionError [ERR_ASSERTION]: 'a' == 'b'",
    ],
  ],
  ["node-tap.txt", ["a.test.js:2 adds: 2 == 3", "a.test.js:3 inner fails: 'a' == 'b'"]],
  ["node-tap-throws.txt", ["c.test.js:3 wrong: no", "c.test.js:7 also: later"]],
  ["tape.txt", ["a.js:3 sums: "]],
  [
    "pytest.txt",
    [
      "test_a.py:5 test_adds: AssertionError: not three",
      "test_a.py:11 test_other: assert 3 == 4",
      "test_a.py:15 T.test_u: AssertionError: 2 != 3",
    ],
  ],
  ["unittest.txt", ["test_a.py:15 test_u (test_a.T.test_u): AssertionError: 2 != 3"]],
  ["cargo.txt", ["src/lib.rs:7 tests::it_fails: assertion `left == right` failed: sums"]],
  ["go.txt", ["pkg/a/add_test.go:6 TestAdd: got 2, want 3", "pkg/a/add_test.go:14 TestTable/one: one: got 1"]],
  ["go-json.txt", ["pkg/a/add_test.go:6 TestAdd: got 2, want 3"]],
])("readFailures() reads %s", (name, failures) => {
  expect(failuresOf(outputOf(name), FILES[name] ?? [])).toEqual(failures);
});

test.each([
  [
    "rspec",
    "Failures:\n\n  1) Adder adds\n     Failure/Error: expect(1 + 1).to eq(3)\n\n       expected: 3\n     # ./spec/a_spec.rb:5:in `block'\n\nFinished in 0.01 seconds\n",
    "spec/a_spec.rb:5 Adder adds: expect(1 + 1).to eq(3)",
  ],
  [
    "phpunit",
    "There was 1 failure:\n\n1) App\\ATest::testAdds\nFailed asserting that 2 is 3.\n\n/repo/tests/ATest.php:12\n\nFAILURES!\n",
    "tests/ATest.php:12 App\\ATest::testAdds: Failed asserting that 2 is 3.",
  ],
  [
    "bats",
    "1..1\nnot ok 1 adds\n# (in test file test/a.bats, line 3)\n#   `[ 1 = 2 ]' failed\n",
    "test/a.bats:3 adds: [ 1 = 2 ]",
  ],
])("readFailures() reads %s", (_, output, failure) => {
  expect(failuresOf(output, ["spec/a_spec.rb", "tests/ATest.php", "test/a.bats"])).toEqual([failure]);
});

test("readFailures() takes no expected failure of TAP, and no file of somebody else, for one", () => {
  expect(failuresOf("not ok 1 - a # TODO later\nnot ok 2 - b # SKIP\n", [])).toEqual([]);
  expect(failuresOf(outputOf("cargo.txt"), [])).toEqual([
    "?:? tests::it_fails: assertion `left == right` failed: sums",
  ]);
});

test("readFailures() reads any output in time in proportion to it, and names only files of the repository", () => {
  const parts = fc.constantFrom(...Object.keys(FILES).flatMap((name) => outputOf(name).split("\n")));
  const files = Object.values(FILES).flat();
  fc.assert(
    fc.property(fc.array(fc.oneof(parts, fc.string())), (lines) => {
      const found = readFailures(linesOfOutput(lines.join("\n")), createPlaceResolver(files, { root: "/repo" }));
      for (const { file, line } of found) {
        if (file !== undefined) expect(files).toContain(file);
        if (line !== undefined) expect(line).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});

test("readFailures() takes TAP as it may be written: without numbers or names, in suites, with times", () => {
  const output = [
    "# Subtest: outer",
    "    # Subtest: inner",
    "        not ok 1 - deep # time=1.5ms",
    "        not ok 2 - known # TODO",
    "    not ok 1 - inner # time=2ms",
    "not ok 1 - outer # time=3ms",
    "# Subtest: alone",
    "not ok 2 - alone",
    "# Subtest: of what is known to fail",
    "    not ok 1 - later # TODO",
    "not ok 3 - of what is known to fail",
    "not ok 4",
    "not ok - unnumbered",
    "not ok # SKIP",
    "not ok to be a sentence",
    "1..4",
  ];
  const names = readFailures(output, createPlaceResolver([], { root: "/repo" })).map(({ name }) => name);
  expect(names).toEqual(["deep", "alone", "of what is known to fail", "not ok 4", "unnumbered"]);
});
