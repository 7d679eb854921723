import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  createStepRepository,
  linesOf,
  type StepRepository,
  type StepRunOptions,
} from "../../../test/step-repository.ts";
import executeTests from "./step.ts";

const hasProgram = (name: string): boolean => spawnSync(name, ["version"]).status === 0;

let repository: StepRepository;
let log = "";
beforeEach(() => {
  // Node would have its own test runner speak with this one.
  vi.stubEnv("NODE_TEST_CONTEXT", undefined);
  vi.stubEnv("NODE_OPTIONS", "");
  log = "";
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    log += String(chunk);
    return true;
  });
  repository = createStepRepository();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  repository.close();
});

const run = (options?: StepRunOptions) => repository.run("test_execution", executeTests, options);
const withCommands = (commands: unknown, more: object = {}) => run({ with: { commands, ...more } });
const PASSING = 'require("node:test")("fine", () => {});\n';
const FAILING =
  'const test = require("node:test");\ntest("it\'s\\u0007 wrong", () => {\n  throw new Error("no");\n});\n';

describe("test_execution", () => {
  test("runs the script of a package, and tells of what failed with its place", async () => {
    repository.write({ "package.json": '{"scripts":{"test":"node --test"}}', "ü b.test.js": PASSING });
    expect(await run()).toMatchObject({
      message: "npm test passed (1 passed)",
      findings: [],
      spans: ["discovery", "test_execution", "parsing"],
    });
    expect(log).toContain("$ npm test\n");
    repository.write({ "c.test.js": FAILING });
    const { outcome, message, findings } = await run();
    expect([outcome, message]).toEqual(["failed", "npm test failed (1 passed, 1 failed)"]);
    expect(linesOf(findings)).toEqual([
      expect.stringMatching(/^error test-failed c\.test\.js:3 the test "it's.* wrong" failed: .*no/),
    ]);
    // oxlint-disable-next-line no-control-regex -- these are what a terminal would obey
    expect(linesOf(findings)[0]).not.toMatch(/[\u0000-\u001f]/);
  });

  test("does not blame tests that did not run for a network that does not answer", async () => {
    // The port of `discard`, at which nobody listens.
    const fetching = "npm install --registry=http://127.0.0.1:9 --fetch-retries=0 surely-not-cached-anywhere";
    repository.write({ "package.json": JSON.stringify({ scripts: { test: `${fetching} && node --test` } }) });
    const { outcome, message, findings } = await run();
    expect([outcome, message]).toEqual(["inconclusive", "npm test could not run"]);
    expect(linesOf(findings)[0]).toMatch(
      /^warning network-missing `npm test` could not run: it asks the network, which did not answer \(npm err.*ECONNREFUSED/i,
    );
    expect((await withCommands([fetching])).outcome).toBe("failed");
    // A test that needs a server which is not there has failed.
    repository.write({
      "package.json": '{"scripts":{"test":"node --test"}}',
      "a.test.js": 'require("node:test")("asks", () => { throw new Error("getaddrinfo ENOTFOUND db.example"); });\n',
    });
    expect((await run()).outcome).toBe("failed");
  });

  test.skipIf(!hasProgram("go"))("knows of Go, where it is installed, what it could not fetch", async () => {
    vi.stubEnv("GOPROXY", "http://127.0.0.1:9");
    vi.stubEnv("GOFLAGS", "-mod=mod");
    vi.stubEnv("GONOSUMDB", "*");
    vi.stubEnv("GOMODCACHE", path.join(repository.directory, "../modules"));
    repository.write({
      "go.mod": "module example.com/a\n\ngo 1.19\n\nrequire example.com/gone v1.0.0\n",
      "a.go": 'package a\n\nimport "example.com/gone"\n\nvar A = gone.A\n',
      "a_test.go": 'package a\n\nimport "testing"\n\nfunc TestA(t *testing.T) {}\n',
    });
    const { outcome, findings } = await run();
    expect([outcome, linesOf(findings)]).toEqual([
      "inconclusive",
      [expect.stringMatching(/^warning network-missing `go test \.\/\.\.\.` could not run: .*connection refused/)],
    ]);
  });

  test("passes where there is nothing to run, and says so", async () => {
    repository.write({ "package.json": '{"scripts":{"test":"echo \\"Error: no test specified\\" && exit 1"}}' });
    const { outcome, findings } = await run();
    expect([outcome, linesOf(findings)]).toEqual([
      undefined,
      ["info no-test-command nothing in the repository names a command that runs tests"],
    ]);
  });

  test("takes a command that ran no test for no pass, unless it may", async () => {
    repository.write({ "package.json": "{}" });
    const none = { only: "echo 1..0" };
    expect(await withCommands(none)).toMatchObject({ outcome: "inconclusive", message: "only ran no test" });
    expect(linesOf((await withCommands(none)).findings)).toEqual([
      "warning no-tests `only` ran no test, which proves nothing",
    ]);
    const allowed = await withCommands(none, { allow_empty: true });
    expect([allowed.outcome, allowed.findings]).toEqual([undefined, []]);
  });

  test("knows a runner that is missing from tests that fail; what was asked for has to be there", async () => {
    repository.write({ "package.json": '{"scripts":{"test":"surely-no-such-runner"}}' });
    const found = await run();
    expect(found.outcome).toBe("inconclusive");
    expect(linesOf(found.findings)).toEqual([
      expect.stringContaining("warning runner-missing `npm test` could not run: "),
    ]);
    const asked = await withCommands(["surely-no-such-runner"]);
    expect(asked.outcome).toBe("failed");
    expect(linesOf(asked.findings)[0]).toMatch(/^error runner-missing /);
  });

  test("says how a command ended that does not say which test failed", async () => {
    const { outcome, findings } = await withCommands(["echo boom; exit 3"]);
    expect(outcome).toBe("failed");
    expect(linesOf(findings)).toEqual([
      "error tests-failed `echo boom; exit 3` failed, and does not say which test did; it ended with: boom",
    ]);
  });

  test("takes no passed test for no test only where none failed", async () => {
    const output = ["0 passing (14 ms)", "1 failing", "", "1) adds:", "   Error: no"];
    const { outcome, findings } = await withCommands([
      `printf '  %s\\n' ${output.map((one) => `'${one}'`).join(" ")}; exit 1`,
    ]);
    expect([outcome, linesOf(findings)]).toEqual(["failed", ['error test-failed the test "adds" failed: Error: no']]);
  });

  test("believes the exit code, whatever tests print", async () => {
    const { outcome, findings } = await withCommands(["echo 'not ok 1 - printed'; echo 'ok 2 - real'; echo 1..2"]);
    expect([outcome, findings]).toEqual([undefined, []]);
  });

  test("ends a command whose time is up", async () => {
    const { outcome, findings } = await withCommands({ slow: "sleep 600" }, { timeout_minutes: 0.01 });
    expect(outcome).toBe("failed");
    expect(linesOf(findings)).toEqual(["error tests-timed-out `slow` did not end within `timeout_minutes`"]);
  });

  test("reads reports that were written meanwhile, and none from before", async () => {
    const report = '<testsuite><testcase name="a" file="a.js" line="2"><failure message="no"/></testcase></testsuite>';
    repository.write({
      "a.js": "",
      "write.sh": `mkdir -p out\necho '${report}' > out/r.xml\nexit 1\n`,
      "old/r.xml": "",
    });
    expect(linesOf((await withCommands(["sh write.sh"], { reports: ["out"] })).findings)).toEqual([
      'error test-failed a.js:2 the test "a" failed: no',
    ]);
    expect(linesOf((await withCommands(["false"], { reports: ["out/nothing"] })).findings)[0]).toMatch(
      /^error tests-failed/,
    );
  });

  test("tells of no more than asked for, and how many more there are", async () => {
    const lines = ["a", "b", "c"].map((name, index) => `echo 'not ok ${index + 1} - ${name}'`).join("; ");
    const { findings } = await withCommands([`${lines}; echo 1..3; exit 1`], { max_findings: 1 });
    expect(findings.map(({ rule, message }) => [rule, message])).toEqual([
      ["test-failed", 'the test "a" failed'],
      ["more-failures", "2 more failed; the log of the step has them all"],
    ]);
  });

  test("runs in the folder below that has the manifest", async () => {
    repository.write({ "web/package.json": '{"scripts":{"test":"node --test"}}', "web/c.test.js": FAILING });
    expect(linesOf((await run()).findings)[0]).toContain("web/c.test.js:3 ");
  });

  test("refuses options that make no sense", async () => {
    await expect(withCommands("npm test")).rejects.toThrow("`commands`");
    await expect(withCommands([1])).rejects.toThrow("`commands`");
    await expect(run({ with: { shard: "4/3" } })).rejects.toThrow("`shard`");
  });
});

describe("test_execution of a shard", () => {
  const runShards = async (count: number, more: object = {}): Promise<readonly string[]> => {
    const messages = [];
    for (let index = 1; index <= count; index += 1) {
      messages.push((await run({ with: { shard: `${index}/${count}`, ...more } })).message ?? "");
    }
    return messages;
  };

  test("lets the runner divide where it can", async () => {
    repository.write({
      "package.json": '{"scripts":{"test":"node --test"}}',
      "a.test.js": PASSING,
      "b.test.js": PASSING,
    });
    expect(await runShards(2)).toEqual(
      [1, 2].map((index) => `npm test passed (1 passed), shard ${index}/2 as the runner divides them`),
    );
  });

  test("runs what cannot be divided in the first, and nowhere else", async () => {
    const commands = ["touch $(mktemp ran-XXXXXX); echo 1..1; echo ok 1"];
    const told = "cannot be divided, so that the first shard runs all of it";
    expect(await runShards(2, { commands })).toEqual([
      `${commands[0]} passed (1 passed), ${told}`,
      `${commands[0]} passed, ${told}`,
    ]);
    expect(repository.git("ls-files", "--others").trim().split("\n")).toHaveLength(1);
  });

  /** A `jest` that knows the options which matter here: what is divided is the business of this step, not of jest. */
  const JEST = `const files = ["a", "b", "c"].map((name) => process.cwd() + "/" + name + ".test.js");
const args = process.argv.slice(2);
if (args.includes("--listTests")) console.log(files.join("\\n"));
else {
  const asked = args.slice(args.indexOf("--runTestsByPath") + 1);
  for (const file of asked) require("node:fs").appendFileSync("ran.txt", file + " ");
  console.log("Tests:       " + asked.length + " passed, " + asked.length + " total\\nTime:        0.2 s");
}
`;

  test("divides the files that the runner names by their durations, each into one part", async () => {
    repository.write({
      "package.json": '{"scripts":{"test":"jest"}}',
      ".gitignore": "node_modules\nran.txt\n",
      "a.test.js": "1",
      "b.test.js": "22",
      "c.test.js": "333",
    });
    const bin = path.join(repository.directory, "node_modules/.bin");
    mkdirSync(bin, { recursive: true });
    writeFileSync(path.join(bin, "jest"), `#!/usr/bin/env node\n${JEST}`, { mode: 0o755 });
    expect(await runShards(2)).toEqual([
      "npm test passed (1 passed), shard 1/2: 1 of 3, by size",
      "npm test passed (2 passed), shard 2/2: 2 of 3, by size",
    ]);
    const cases = ["a", "b", "c"].map(
      (name, index) => `<testcase name="t" file="${name}.test.js" time="${3 - index}"/>`,
    );
    repository.write({ "times/junit.xml": `<testsuites><testsuite>${cases.join("")}</testsuite></testsuites>` });
    expect((await runShards(2, { durations: ["times"] }))[0]).toBe(
      "npm test passed (1 passed), shard 1/2: 1 of 3, by the durations of 3",
    );
    expect((await run({ with: { shard: "4/4" } })).message).toBe("npm test passed, shard 4/4: 0 of 3, by size");
    expect(existsSync(path.join(repository.directory, "ran.txt"))).toBe(true);
  });
});
