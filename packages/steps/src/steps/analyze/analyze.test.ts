import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createContext, createStepRepository, linesOf, type StepRepository } from "../../../test/step-repository.ts";
import { changesDependencies } from "./changes-dependencies.ts";
import analyse from "./step.ts";

const manifest = (dependencies: object, more: object = {}): string =>
  JSON.stringify({ name: "a", dependencies, ...more });

let repository: StepRepository;
beforeEach(() => {
  repository = createStepRepository({
    "package.json": manifest({ one: "1" }),
    "package-lock.json": "{}",
    "packages/b/package.json": manifest({ two: "1" }),
    "packages/b/index.js": "1\n2\n3\n",
    "db/migrations/001.sql": "create table a;\n",
    ".github/workflows/ci.yml": "on: push\n",
  });
});
afterEach(() => repository.close());

const run = (given: Readonly<Record<string, unknown>> = {}, base = "HEAD") =>
  repository.run("analyze", analyse, { with: given, base });
const rules = async (...given: Parameters<typeof run>): Promise<readonly string[]> =>
  (await run(...given)).findings.map(({ rule }) => rule);

describe("analyze", () => {
  test("says that nothing changed", async () => {
    const result = await run();
    expect(result.message).toBe("nothing changed since HEAD");
    expect(linesOf(result.findings)).toEqual([
      "info project 6 files, code in JavaScript (1), SQL (1); looks like a nodejs_library; npm",
    ]);
  });

  test("tells what the repository is made of, as `init` sees it", async () => {
    repository.write({
      "package.json": manifest({}, { scripts: { test: "vitest", build: "tsc" } }),
      "vendor/x.py": "1\n",
      "tool/pyproject.toml": "[tool.pytest.ini_options]\n",
      "tool/tests/test_a.py": "def test_a(): pass\n",
    });
    expect(linesOf((await run()).findings).filter((line) => line.startsWith("info project"))).toEqual([
      "info project 9 files, code in JavaScript (1), Python (1), SQL (1); looks like a nodejs_library; npm, pip; test: `npm test` and 1 more; build: `npm run build`",
    ]);
  });

  test("counts files, units and lines, of files that git does not track too", async () => {
    repository.write({ "packages/b/index.js": "1\n4\n", "new\u001b.txt": "a\nb", "binary.bin": new Uint8Array(9) });
    const result = await run();
    expect(result.message).toBe("3 files changed since HEAD in 2 units (3 other), +3 −2 lines");
    expect(linesOf(result.findings)).toContain("info changed-units changed files by unit: the root 2, packages/b 1");
  });

  test("points at dependencies that changed without the lock file, in a workspace too, and not at other changes of a manifest", async () => {
    repository.write({ "package.json": manifest({ one: "1" }, { scripts: { a: "b" } }) });
    expect(await rules()).not.toContain("lock-file-unchanged");
    repository.write({ "packages/b/package.json": manifest({ two: "2" }) });
    expect(linesOf((await run()).findings)).toContain(
      "info lock-file-unchanged packages/b/package.json its dependencies changed, and package-lock.json did not",
    );
    repository.write({ "package-lock.json": "{ }" });
    expect(await rules()).not.toContain("lock-file-unchanged");
  });

  test("points at migrations, build pipelines and large changes", async () => {
    repository.write({ "db/migrations/002.sql": "1\n" });
    expect(await rules()).toContain("migration");
    repository.write({ "db/migrations/001.sql": "2\n", ".github/workflows/ci.yml": "on: pull_request\n" });
    expect(await rules()).toEqual(expect.arrayContaining(["migration-changed", "pipeline-changed"]));
    expect(await rules()).not.toContain("large-change");
    expect(await rules({ large_change_lines: 3 })).toContain("large-change");
  });

  test("passes where nobody knows what changed", async () => {
    expect(await analyse(createContext({}))).toEqual({
      message: "what changed is not known: nobody looked",
      findings: [],
    });
  });
});

describe("changesDependencies()", () => {
  test.each([
    [
      "Cargo.toml",
      '[package]\nversion = "1"\n[dependencies]\na = "1"\n',
      '[package]\nversion = "2"\n[dependencies]\na = "1" # b\n',
      false,
    ],
    ["Cargo.toml", '[dependencies]\na = "1"\n', '[dependencies]\na = "2"\n', true],
    ["go.mod", "module a\n\nrequire b.c/d v1.0.0\n", "module a\n\ngo 1.22\n\nrequire (\n\tb.c/d v1.0.0\n)\n", false],
    ["go.mod", "require b.c/d v1.0.0\n", "require b.c/d v1.0.1\n", true],
    [
      "pyproject.toml",
      '[project]\nversion = "1"\ndependencies = [\n "a",\n]\n',
      '[project]\nversion = "2"\ndependencies = [\n "a",\n]\n',
      false,
    ],
    ["Gemfile", 'gem "a"\n', 'gem "a"\ngem "b"\n', true],
    ["package.json", "{", "{}", false],
    ["package.json", '{"dependencies":{"a":"1","b":"1"}}', '{"dependencies":{"b":"1","a":"1"}}', false],
  ])("of %s: %j to %j is %j", (file, before, after, expected) => {
    expect(changesDependencies(file, before, after)).toBe(expected);
  });
});
