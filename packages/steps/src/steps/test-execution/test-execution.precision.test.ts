import { afterEach, beforeEach, vi } from "vitest";
import type { Finding } from "@ai-workflow/engine";
import { measurePrecision, type PublishedCase } from "../../../test/published/measure-precision.ts";
import { readPublished, type PublishedPackage } from "../../../test/published/published-packages.ts";
import { createStepRepository } from "../../../test/step-repository.ts";
import executeTests from "./step.ts";

/** What a test run has left in a published package: fixtures of parsers of reports, and what READMEs show. */
interface Report {
  readonly from: PublishedPackage;
  readonly file: string;
  /** The lines of a README between which the output stands, the first being 1. @defaultValue all of the file */
  readonly lines?: readonly [number, number];
  /** Where the repository was when the report was written. */
  readonly root?: string;
  /** All that failed, by name, with the place `file:line` or `file` where the report tells one. */
  readonly failed: readonly (readonly [name: string, place?: string])[];
  /** What passed, was skipped or is known not to work yet. */
  readonly others: readonly string[];
  /** Files of the repository beside those of the places. */
  readonly files?: readonly string[];
}

interface TestCase extends PublishedCase {
  readonly report: Report;
  readonly name: string;
  readonly place?: string | undefined;
  readonly isFailure: boolean;
}

/** Reports of tape's own tests, by names. */
const tape = (name: string, failed: Report["failed"], others: Report["others"]): Report => ({
  from: "tap-xunit@2.4.1",
  file: `test/input/${name}`,
  root: "/Users/aghassemi/github/tape",
  failed,
  others,
});

const tap = (name: string, failed: Report["failed"], others: Report["others"]): Report => ({
  from: "tap-parser@1.1.6",
  file: `test/fixtures/${name}.tap`,
  failed,
  others,
});

const REPORTS: readonly Report[] = [
  tape(
    "fail/escape",
    [
      ["Error: 1..2", "test.js:5"],
      ["Error: # NotAComment", "test.js:8"],
      ["Error: --- Not Extra ...", "test.js:11"],
    ],
    ["a plan as the name of a test that passed", "a comment as a name"],
  ),
  tape(
    "fail/multiple-tests",
    [
      ["True that", "test.js:11"],
      ["should be equal", "test.js:12"],
      ["should not be here", "test.js:13"],
    ],
    ["single-tests #1 all pass"],
  ),
  tape("fail/outofplace-extras", [["failing no extra"], ["failing with extra", "test.js:6"]], ["passing with extra"]),
  tape("fail/single-test-multiple-asserts", [["Oh no!", "test.js:6"]], ["Oh yeah!"]),
  tape(
    "fail/skip",
    [["failing and not skipped", "test.js:7"]],
    ["passing but skipped # SKIP", "failing but skipped # SKIP"],
  ),
  tape("fail/todo", [["failing and not todo", "test.js:7"]], ["passing with todo # TODO", "failing with todo # TODO"]),
  tape(
    "fail/unicode",
    [
      ["天空是蓝色的", "test.js:5"],
      ["آسمان آبی است", "test.js:7"],
    ],
    ["ουρανός είναι μπλε"],
  ),
  tape("pass/only-skip-todo-failures", [], ["failing but skipped # SKIP", "failing but todo # TODO"]),
  tap("not-ok", [["should be equivalent"]], ["should be equal"]),
  tap("not-ok-todo", [], ["should be equivalent # TODO but we will fix it later"]),
  tap("got-spare-tuits", [], ["infinite loop # TODO halting problem unsolved"]),
  tap("skip-one-fail", [], ["does not count as failure # SKIP"]),
  tap("indent", [], ["granddaughter # SKIP for no raisin", "grandchild # TODO"]),
  tap("unknown-amount-and-failures", [["pinged saphire"], ["pinged quartz"]], ["pinged onyx"]),
  tap("yamlish", [["Resolve address"]], []),
  tap("giving-up", [["database handle"]], []),
  tap("no-numbers", [["we are bad"]], ["we are zesty!"]),
  tap("comment-mid-diag", [["please keep my diags"]], []),
  tap("line-break", [["should be equivalent"]], ["foo, whose only part failed"]),
  {
    from: "tap-out@2.1.0",
    file: "test/mock-tap.txt",
    root: "/Users/scott/www/divshot/divshot-cli",
    failed: [["strings match", "test/index.js:8"], ["plan != count"]],
    others: ["is not ok"],
  },
  {
    from: "junit-viewer@4.11.1",
    file: "data/most_complex.xml",
    failed: [
      ["SUITE ONE > the first test"],
      ["SUITE ONE > the second test"],
      ["SUITE ONE > the fouth test"],
      ["SUITE ONE > the fifth test"],
      ["SUITE ONE > the sixt test"],
      ["SUITE TWO > the first test"],
      ["SUITE TWO > the third test"],
      ["SUITE TWO > the fouth test"],
    ],
    others: ["the third test, which passed with a message", "SUITE TWO > the second test, which was skipped"],
  },
  {
    from: "junit-viewer@4.11.1",
    file: "data/multi_cases.xml",
    failed: [["Multi > Is An Error"], ["Multi > It Is A Failure"]],
    others: ["It Is A Pass", "It Is Skipped, twice"],
  },
  {
    from: "junit-viewer@4.11.1",
    file: "data/name.has.dots.xml",
    failed: [],
    others: ["a failure that is only counted"],
  },
  { from: "junit-viewer@4.11.1", file: "data/skipped_suite.xml", failed: [], others: ["It Is Skipped"] },
  {
    from: "junitxml-to-javascript@1.1.4",
    file: "test/resources/failed.xml",
    failed: [["my.package.class.Something > test02StartWith", "src/test/java/my/package/class/Something.java"]],
    others: ["test03StartWithPagination, which was skipped"],
  },
  {
    from: "junitxml-to-javascript@1.1.4",
    file: "test/resources/failed3.xml",
    failed: [
      ["single failure > addition positive numbers should add up", "addition.failure.js"],
      ["multiple failures > addition positive numbers should add up", "addition.failure.js"],
    ],
    others: ["a test of the same name in another file"],
    files: ["addition.test.js"],
  },
  {
    from: "junitxml-to-javascript@1.1.4",
    file: "test/resources/report.xml",
    failed: [["Access > can - no role specified"]],
    others: ["getIgnoreNotFound - new", "autorefresh, which was skipped"],
  },
  {
    from: "junit-merge@2.0.0",
    file: "test/fixtures/1.xml",
    failed: [["PhantomJS 1.9.8.FAIL > testcase1.2"]],
    others: ["testcase1.1"],
  },
  {
    from: "junit-merge@2.0.0",
    file: "test/fixtures/2.xml",
    failed: [["should fail on server > testcase2.2", "src/fail.spec.js:14"]],
    others: ["testcase2.1, whose class is called a failure"],
  },
  {
    from: "junit-processor@0.0.6",
    file: "test/fixtures/1.xml",
    failed: [
      ["specs/example.spec.mjs:28:1 › with error > with error", "specs/example.spec.mjs:28"],
      ["specs/example.spec.mjs:28:1 › with failure > with failure", "specs/example.spec.mjs:28"],
    ],
    others: ["skipped test", "basic test, which printed something"],
    files: ["specs/tags.spec.mjs"],
  },
  {
    from: "junit-processor@0.0.6",
    file: "test/fixtures/3.xml",
    failed: [["FleetApp > Invoice"], ["FleetApp > MenuItem"]],
    others: ["AddCards"],
  },
  {
    from: "junit-processor@0.0.6",
    file: "test/fixtures/TEST-demo.cats.CatsRunner.xml",
    failed: [["[demo/cats/cats] cats end-point > [2:32] Some other stuff", "src/test/java/demo/cats/cats.feature:39"]],
    others: ["create and retrieve a cat"],
    files: ["src/test/java/demo/cats/CatsRunner.java"],
  },
  {
    from: "power-assert@1.0.0",
    file: "README.md",
    lines: [212, 283],
    root: "/path/to",
    failed: [
      ["Array #indexOf() should return index when the value is present", "test/mocha_node.js:13"],
      ["Array #indexOf() should return -1 when the value is not present", "test/mocha_node.js:21"],
      ["various types demo", "test/mocha_node.js:55"],
    ],
    others: ["the list of what ran before what failed"],
  },
  {
    from: "power-assert@1.6.1",
    file: "README.md",
    lines: [247, 331],
    failed: [
      ["Array #indexOf() should return index when the value is present", "test/example2.js:13"],
      ["Array #indexOf() should return -1 when the value is not present", "test/example2.js:17"],
      ["various types demo", "test/example2.js:43"],
    ],
    others: ["differences in values"],
  },
  {
    from: "jest-expect-message@1.1.3",
    file: "README.md",
    lines: [55, 64],
    failed: [["returns 2 when adding 1 and 1"]],
    others: [],
  },
];

const toCase = (report: Report, name: string, isFailure: boolean, place?: string): TestCase => ({
  from: report.from,
  what: `${report.file}${report.lines === undefined ? "" : `:${report.lines[0]}`}: ${name}`,
  report,
  name,
  place,
  isFailure,
});

/** The output as it was: without what it is indented by in a README, and from where the repository is now. */
function contentOf({ file, lines, root }: Report, folder: string, directory: string): string {
  const text = readPublished(folder, file);
  const output = lines === undefined ? [text] : text.split("\n").slice(lines[0] - 1, lines[1]);
  // What is indented by four is code in Markdown.
  const isIndented = output.every((line) => line.trim() === "" || line.startsWith("    "));
  const taken = isIndented ? output.map((line) => line.slice(4)) : output;
  return root === undefined ? taken.join("\n") : taken.join("\n").replaceAll(root, directory);
}

const saying = (name: string): string => `the test ${JSON.stringify(name)} failed`;

/** What was read off the reports so far. */
const readings = new Map<Report, Promise<readonly Finding[]>>();

/** The tests that are told to have failed where a command leaves the report or prints it. */
async function readReport(report: Report, folder: string): Promise<readonly Finding[]> {
  const places = report.failed.flatMap(([, place]) => (place === undefined ? [] : [place.replace(/:\d+$/, "")]));
  const repository = createStepRepository(
    Object.fromEntries([...places, ...(report.files ?? [])].map((file) => [file, ""])),
  );
  try {
    repository.write({ "was.txt": contentOf(report, folder, repository.directory) });
    const command = report.file.endsWith(".xml") ? "cp was.txt junit.xml; exit 1" : "cat was.txt; exit 1";
    const { findings } = await repository.run("test_execution", executeTests, { with: { commands: [command] } });
    return findings.filter(({ rule }) => rule === "test-failed");
  } finally {
    repository.close();
  }
}

beforeEach(() => {
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
});

measurePrecision<TestCase, TestCase>({
  step: "test_execution",
  problems: REPORTS.flatMap((report) => report.failed.map(([name, place]) => toCase(report, name, true, place))),
  lookAlikes: REPORTS.flatMap((report) => report.others.map((name) => toCase(report, name, false))),
  async judge({ report, isFailure }, folder) {
    const told = readings.get(report) ?? readReport(report, folder);
    readings.set(report, told);
    const tests = await told;
    // Whatever else is told of a report is a false alarm about what is not among the tests that failed in it.
    return isFailure
      ? tests
      : tests.filter(({ message }) => !report.failed.some(([name]) => message.startsWith(saying(name))));
  },
  tells: (one, findings) =>
    findings.some(
      ({ message, file, line }) =>
        message.startsWith(saying(one.name)) &&
        one.place === (file === undefined ? undefined : line === undefined ? file : `${file}:${line}`),
    ),
});
