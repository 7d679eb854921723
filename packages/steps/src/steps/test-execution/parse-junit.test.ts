import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createPlaceResolver } from "../../files/resolve-place.ts";
import { parseJunit, type JunitReport } from "./parse-junit.ts";

const FILES = ["src/a.test.ts", "test_a.py", "a.test.js", "src/test/java/org/app/ATest.java"];
const reportOf = (text: string): JunitReport | undefined =>
  parseJunit(text, createPlaceResolver(FILES, { root: "/repo" }));
const read = (name: string): JunitReport | undefined =>
  reportOf(readFileSync(new URL(`../../../test/outputs/${name}`, import.meta.url), "utf8"));

test.each([
  [
    "vitest.xml",
    { passed: 0, failed: 3 },
    ["src/a.test.ts:4", "src/a.test.ts:7", "src/a.test.ts:7"],
    "src/a.test.ts > suite > adds",
  ],
  ["pytest.xml", { passed: 0, failed: 3 }, ["test_a.py:5", "test_a.py:11", "test_a.py:15"], "test_a > test_adds"],
  ["node-junit.xml", { passed: 1, failed: 2 }, ["a.test.js:2", "a.test.js:3"], "test > adds"],
])("parseJunit() reads %s", (name, counts, places, first) => {
  const report = read(name);
  expect(report).toMatchObject(counts);
  expect(report?.failures.map(({ file, line }) => `${file}:${line}`)).toEqual(places);
  expect(report?.failures[0]?.name).toBe(first);
});

test("parseJunit() reads reports of Surefire, and how long files took", () => {
  const report = reportOf(
    '<?xml version="1.0"?><testsuite name="org.app.ATest"><testcase name="adds" classname="org.app.ATest" time="0.25">' +
      '<failure message="expected: &lt;3&gt;">org.opentest4j.E: expected\n\tat org.junit.Assert.fail(Assert.java:1)\n\tat org.app.ATest.adds(ATest.java:12)\n</failure></testcase>' +
      '<testcase name="b" classname="org.app.ATest" time="0.5"><skipped/></testcase><testcase name="c" classname="x"/></testsuite>',
  );
  expect(report).toMatchObject({ passed: 1, failed: 1, skipped: 1 });
  expect(report?.failures).toEqual([
    { name: "org.app.ATest > adds", message: "expected: <3>", file: "src/test/java/org/app/ATest.java", line: 12 },
  ]);
  expect(report?.fileMs).toEqual(new Map([["src/test/java/org/app/ATest.java", 750]]));
});

test("parseJunit() finds places in names of classes and on the class path", () => {
  const report = parseJunit(
    '<testsuite><testcase classname="e2e/a.spec.ts:28:1 › logs in" name="logs in"><failure/></testcase>' +
      '<testcase classname="[cats] all" name="[2:32] b"><error message="m">no\n\nclasspath:demo/cats.feature:39\n</error></testcase></testsuite>',
    createPlaceResolver(["e2e/a.spec.ts", "src/test/java/demo/cats.feature"], { root: "/repo" }),
  );
  expect(report?.failures.map(({ file, line }) => `${file}:${line}`)).toEqual([
    "e2e/a.spec.ts:28",
    "src/test/java/demo/cats.feature:39",
  ]);
});

test("parseJunit() takes other texts for no report, and hostile ones for what they are", () => {
  expect(reportOf("<project/>")).toBeUndefined();
  expect(reportOf("")).toBeUndefined();
  const bomb = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "${"x".repeat(1000)}"><!ENTITY b "${"&a;".repeat(1000)}">]><testsuite><testcase name="${"&b;".repeat(100)}"/></testsuite>`;
  expect(JSON.stringify(reportOf(bomb) ?? {}).length).toBeLessThan(100_000);
  expect(reportOf("<testsuite>".repeat(3000))?.failures ?? []).toEqual([]);
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      reportOf(`<testsuite>${text}`);
    }),
  );
});
