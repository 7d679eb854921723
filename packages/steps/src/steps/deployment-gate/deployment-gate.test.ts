import { rmSync } from "node:fs";
import path from "node:path";
import type { EarlierResult } from "@ai-workflow/engine";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createContext, createStepRepository, linesOf, type StepRepository } from "../../../test/step-repository.ts";
import guardRelease from "./step.ts";

const PASSED: EarlierResult = { step: "test_execution", outcome: "passed", message: "", findings: [] };
let repository: StepRepository;
beforeEach(() => {
  vi.stubEnv("GIT_CONFIG_GLOBAL", "/dev/null");
  repository = createStepRepository({
    "package.json": '{ "version": "1.0.0" }',
    "CHANGELOG.md": "# 1.0.0\n",
    "a.js": "1\n",
  });
  repository.git("tag", "v1.0.0");
});
afterEach(() => {
  vi.unstubAllEnvs();
  repository.close();
});

const run = (
  given: Readonly<Record<string, unknown>> = {},
  results: readonly EarlierResult[] = [PASSED],
  base = "HEAD",
) => repository.run("deployment_gate", guardRelease, { with: given, results, base });
const rules = async (...given: Parameters<typeof run>): Promise<readonly string[]> =>
  (await run(...given)).findings.map(({ rule }) => rule);

describe("deployment_gate", () => {
  test("lets a commit through that is tested, released by its number and in sync", async () => {
    expect(await run()).toMatchObject({
      message: expect.stringMatching(/^[0-9a-f]{10} may be released$/),
      findings: [],
    });
  });

  test("asks for tests of this very commit; what is not known is no yes", async () => {
    expect(await run({}, [])).toMatchObject({ outcome: "inconclusive", findings: [{ rule: "tests-unknown" }] });
    expect(await rules({}, [{ ...PASSED, outcome: "failed" }])).toEqual(["tests-not-passed"]);
    expect(await rules({}, [{ ...PASSED, outcome: "inconclusive" }])).toEqual(["tests-not-passed"]);
    expect(await rules({}, [{ ...PASSED, outcome: "replayed" }])).toEqual([]);
    repository.write({ "new.txt": "" });
    expect(await rules()).toEqual(["uncommitted"]);
    expect(await rules({ tests: false })).toEqual([]);
    // What this run commits at its end was tested.
    expect(await run({ commit: true })).toMatchObject({
      message: expect.stringMatching(/^what is to be committed on [0-9a-f]{10} may be released$/),
      findings: [],
    });
    expect(await rules({ commit: true }, [{ ...PASSED, outcome: "failed" }])).toEqual(["tests-not-passed"]);
  });

  test("finds commits that are to be joined to others or are not finished, and no words that look like them", async () => {
    for (const subject of [
      "fixup! a",
      "WIP",
      "[wip] b",
      "squash! c",
      "wipe the cache",
      "temperature in kelvin",
      "fix: fixup! d",
    ])
      repository.commit(subject);
    expect(linesOf((await run({ version: false }, [PASSED], "v1.0.0")).findings)).toEqual(
      ["squash! c", "[wip] b", "WIP", "fixup! a"].map(
        (subject) => `error unfinished-commit a commit is called "${subject}"`,
      ),
    );
    expect(await rules({ version: false, commits: false }, [PASSED], "v1.0.0")).toEqual([]);
  });

  test("asks for a word in the change log where code changed, or for a changeset", async () => {
    const { write, commit } = repository;
    write({ "a.js": "2\n" });
    commit();
    // The harness says `other` of every file, as an engine does not.
    const judge = async (): Promise<readonly string[]> => {
      const list = ["a.js", ...(await changed())].map((file) => ({
        path: file,
        status: "modified",
        category: file.endsWith(".js") ? "code" : "docs",
        rule: "r",
      }));
      const files = repository.git("ls-files").split("\n").filter(Boolean);
      const base = { ref: "v1.0.0", oid: repository.git("rev-parse", "v1.0.0^{commit}").trim() };
      const context = createContext({
        directory: repository.directory,
        files,
        changes: { known: true, base, list },
        results: [PASSED],
        with: { version: false },
      });
      return ((await guardRelease(context)).findings ?? []).map(({ rule }) => rule);
    };
    const changed = (): Promise<readonly string[]> =>
      Promise.resolve(repository.git("diff", "--name-only", "v1.0.0", "HEAD").split("\n").filter(Boolean));
    expect(await judge()).toEqual(["no-changelog-entry"]);
    write({ "CHANGELOG.md": "# 1.0.1\n" });
    commit();
    expect(await judge()).toEqual([]);
    repository.git("reset", "--quiet", "--hard", "HEAD~1");
    write({ ".changeset/config.json": "{}" });
    commit();
    expect(await judge()).toEqual(["no-changeset"]);
    write({ ".changeset/some-words.md": "---\n---\n" });
    commit();
    expect(await judge()).toEqual([]);
  });

  test("compares the version with the last release", async () => {
    const { write, commit } = repository;
    repository.commit("fix: a");
    expect(linesOf((await run()).findings)).toEqual([
      "warning version-not-raised package.json the version 1.0.0 has been released as v1.0.0, 1 commit ago",
    ]);
    expect(await rules({ version: false })).toEqual([]);
    write({ "package.json": '{ "version": "0.9.0" }' });
    commit();
    expect(await rules()).toEqual(["version-behind"]);
    write({ "package.json": '{ "version": "1.0.1" }' });
    commit();
    expect(await rules()).toEqual([]);
  });

  test("asks for an entry of the version that is due, where the change log lists versions", async () => {
    const { write, commit } = repository;
    write({ "package.json": '{ "version": "1.1.0" }', "CHANGELOG.md": "# Log\n\n## 1.0.0\n\n## 0.9.0\n" });
    commit();
    expect(linesOf((await run()).findings)).toEqual([
      "warning version-without-entry CHANGELOG.md:3 package.json has the version 1.1.0, of which this change log says nothing",
    ]);
    expect(await rules({ changelog: false })).toEqual([]);
    write({ "HISTORY.md": "1.1.0\n=====\n\n1.0.0\n=====\n" });
    commit();
    expect(await rules()).toEqual([]);
    repository.remove("HISTORY.md");
    commit();
    repository.git("tag", "v1.1.0");
    expect(await rules()).toEqual([]);
  });

  test("compares what else says the version of the package", async () => {
    const { write, commit } = repository;
    write({
      "package.json": '{\n  "name": "@me/tool",\n  "version": "1.0.0"\n}',
      "package-lock.json":
        '{\n  "name": "@me/tool",\n  "version": "1.0.0",\n  "packages": { "": { "version": "0.9.0" } }\n}',
      "bower.json": '{\n  "name": "tool.js",\n  "version": "0.8.0"\n}',
      "jsr.json": '{ "name": "@me/other", "version": "7.0.0" }',
      "composer.json": '{ "name": "me/tool", "version": "@version@" }',
      "component.json": "{",
    });
    commit("docs: a");
    repository.git("tag", "--force", "v1.0.0");
    expect(linesOf((await run()).findings)).toEqual([
      "warning versions-disagree bower.json:3 this says version 0.8.0, package.json says 1.0.0",
      "warning versions-disagree package-lock.json:4 this says version 0.9.0, package.json says 1.0.0",
    ]);
    expect(await rules({ version: false })).toEqual([]);
  });

  test("asks that nothing of the upstream and of the branch that all share is missing", async () => {
    const { git, commit } = repository;
    const remote = path.join(path.dirname(repository.directory), "remote");
    git("clone", "--quiet", "--bare", ".", remote);
    git("remote", "add", "origin", remote);
    git("fetch", "--quiet", "origin");
    git("remote", "set-head", "origin", "main");
    git("switch", "--quiet", "--create", "topic");
    git("push", "--quiet", "--set-upstream", "origin", "topic");
    expect(await rules()).toEqual([]);
    commit("docs: a");
    git("push", "--quiet", "origin", "HEAD:topic", "HEAD:main");
    git("reset", "--quiet", "--hard", "HEAD~1");
    expect(await rules()).toEqual(["behind-upstream", "behind-base"]);
    expect(await rules({ synced: false })).toEqual([]);
  });

  test("knows nothing outside of a repository", async () => {
    rmSync(path.join(repository.directory, ".git"), { recursive: true });
    vi.stubEnv("GIT_CEILING_DIRECTORIES", path.dirname(repository.directory));
    expect(await guardRelease(createContext({ directory: repository.directory }))).toMatchObject({
      outcome: "inconclusive",
    });
  });
});
