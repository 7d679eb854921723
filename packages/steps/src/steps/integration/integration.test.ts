import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createStepRepository, linesOf, type StepRepository } from "../../../test/step-repository.ts";
import integrate from "./step.ts";

let repository: StepRepository;
let log = "";
beforeEach(() => {
  log = "";
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    log += String(chunk);
    return true;
  });
  repository = createStepRepository({ "src/a.ts": "a\n", "made.txt": "1\n" });
});
afterEach(() => {
  vi.restoreAllMocks();
  repository.close();
});

const run = (given: Readonly<Record<string, unknown>> = {}) =>
  repository.run("integration", integrate, { with: given });
const withBuild = (build: string): void => {
  repository.write({ "package.json": JSON.stringify({ scripts: { build: `set -e; ${build}` } }) });
  repository.commit();
};

test("integration passes where the build does, and where there is none", async () => {
  expect(await run()).toMatchObject({
    message: "nothing in the repository names a command that builds it",
    findings: [],
  });
  withBuild("echo built");
  expect(await run()).toMatchObject({
    message: "npm run build passed",
    findings: [],
    spans: ["discovery", "build", "parsing"],
  });
  expect(log).toContain("built\n");
});

test("integration tells what compilers said, and of no more than asked for", async () => {
  withBuild("echo 'src/a.ts(5,3): error TS1: a'; echo 'src/a.ts(6,3): error TS2: b'; exit 2");
  const { outcome, findings } = await run({ max_findings: 1 });
  expect(outcome).toBe("failed");
  expect(linesOf(findings)).toEqual([
    "error compile-error src/a.ts:5 a (TS1)",
    "info more-errors 1 more error; the log of the step has them all",
  ]);
});

test("integration says how a build ended that says nothing", async () => {
  withBuild("true");
  expect(linesOf((await run({ build: false, commands: { own: "echo no; exit 4" } })).findings)).toEqual([
    "error build-failed `own` failed; it ended with: no",
  ]);
});

test("integration runs the commands of the configuration after the build, and none after one that failed", async () => {
  withBuild("echo first");
  expect((await run({ commands: ["echo second", "exit 3", "echo never"] })).message).toBe(
    "npm run build passed; echo second passed; exit 3 failed",
  );
  expect(log).not.toMatch(/^never$/m);
});

test("integration knows a build that cannot run; one that was asked for has to", async () => {
  withBuild("surely-no-such-builder");
  const { outcome, findings } = await run();
  expect([outcome, linesOf(findings)[0]]).toEqual([
    "inconclusive",
    expect.stringContaining("warning builder-missing "),
  ]);
  expect((await run({ build: false, commands: ["surely-no-such-builder"] })).outcome).toBe("failed");
});

test("integration does not blame the repository for a network that does not answer", async () => {
  withBuild("echo 'error: [6] Could not resolve hostname (Could not resolve host: index.crates.io)' >&2; exit 101");
  const { outcome, findings } = await run();
  expect([outcome, linesOf(findings)[0]]).toEqual([
    "inconclusive",
    expect.stringMatching(
      /^warning network-missing `npm run build` could not run to its end: it asks the network, which/,
    ),
  ]);
  expect((await run({ build: false, commands: ["echo UnknownHostException; exit 1"] })).outcome).toBe("failed");
});

test("integration counts warnings, and ends what does not end", async () => {
  withBuild("echo 'src/a.ts:1:1: warning: odd'; echo 'src/a.ts:2:1: warning: odd too'");
  expect(linesOf((await run()).findings)).toEqual([
    "info compile-warnings src/a.ts:1 the first of 2 warnings of compilers: odd",
  ]);
  expect(
    linesOf((await run({ build: false, commands: { slow: "sleep 600" }, timeout_minutes: 0.01 })).findings),
  ).toEqual(["error build-timed-out `slow` did not end within `timeout_minutes`"]);
});

test("integration tells of what the build leaves, and not of what was there", async () => {
  withBuild("echo 2 > made.txt; mkdir -p out; echo x > out/ü.js; echo x > ignored.txt");
  repository.write({ ".gitignore": "ignored.txt\n", "src/a.ts": "changed by hand\n" });
  expect(linesOf((await run()).findings)).toEqual([
    "warning build-edits-files the build changed files that git tracks: made.txt",
    "info build-leaves-files the build left files that git neither tracks nor ignores: out/",
  ]);
});
