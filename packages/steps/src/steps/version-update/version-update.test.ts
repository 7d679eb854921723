import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { createStepRepository, linesOf, type StepRepository } from "../../../test/step-repository.ts";
import { planVersions } from "./plan-versions.ts";
import { joinChangesets, parseChangeset } from "./read-changesets.ts";
import updateVersion from "./step.ts";

let repository: StepRepository | undefined;
afterEach(() => repository?.close());

const manifest = (name: string, version: string, more = ""): string =>
  `{\n  "name": "${name}",\n  "version": "${version}"${more}\n}\n`;
function make(files: Readonly<Record<string, string>>, tag?: string): StepRepository {
  repository = createStepRepository(files);
  if (tag !== undefined) repository.git("tag", tag);
  return repository;
}
const run = (given: Readonly<Record<string, unknown>> = {}) => {
  if (repository === undefined) throw new Error("no repository");
  return repository.run("version_update", updateVersion, { with: given });
};
const text = (file: string): string => readFileSync(path.join(repository?.directory ?? "", file), "utf8");

describe("version_update by commits", () => {
  test("says what it would do, and does it when told, in all manifests of the version and what names it", async () => {
    const { commit, write } = make(
      {
        "package.json": manifest("root", "1.2.3"),
        "package-lock.json":
          '{ "version": "1.2.3", "packages": { "": { "version": "1.2.3" }, "node_modules/x": { "version": "1.2.3" } } }',
        "packages/a/package.json": manifest("a", "1.2.3", ',\n  "dependencies": { "root": "^1.2.3", "x": "^1.2.3" }'),
        "packages/b/package.json": manifest("b", "7.0.0", ',\n  "devDependencies": { "a": "workspace:~1.2.3" }'),
        "crate/Cargo.toml": '[package]\nname = "c"\nversion = "1.2.3"\n',
        "crate/Cargo.lock":
          '[[package]]\nname = "c"\nversion = "1.2.3"\n\n[[package]]\nname = "d"\nversion = "1.2.3"\nsource = "registry"\n',
        "pyproject.toml": '[project]\nversion = "1.2.3"\n',
        "test/fixtures/package.json": manifest("f", "1.2.3"),
      },
      "v1.2.3",
    );
    expect((await run()).message).toBe(
      "0 commits since v1.2.3, and none says that it asks for a release (feat:, fix:, …)",
    );
    write({ "a.js": "1" });
    commit("feat: more");
    commit("fix: less");
    const dry = await run();
    expect(dry.message).toBe(
      "would raise 1.2.3 to 1.3.0 (minor) in 7 files, by 2 commits since v1.2.3; `run --apply` does it",
    );
    expect(linesOf(dry.findings)).toContain("info versions-apart 1 manifest with versions of its own stay as they are");
    expect(repository?.git("status", "--porcelain")).toBe("");
    expect((await run({ apply: true })).message).toBe("raised 1.2.3 to 1.3.0 in 7 files, by 2 commits since v1.2.3");
    expect(text("package.json")).toBe(manifest("root", "1.3.0"));
    expect(text("package-lock.json")).toBe(
      '{ "version": "1.3.0", "packages": { "": { "version": "1.3.0" }, "node_modules/x": { "version": "1.2.3" } } }',
    );
    expect(text("packages/a/package.json")).toContain('"dependencies": { "root": "^1.3.0", "x": "^1.2.3" }');
    expect(text("packages/b/package.json")).toBe(
      manifest("b", "7.0.0", ',\n  "devDependencies": { "a": "workspace:~1.3.0" }'),
    );
    expect(text("crate/Cargo.lock")).toContain(
      'name = "c"\nversion = "1.3.0"\n\n[[package]]\nname = "d"\nversion = "1.2.3"',
    );
    expect(text("test/fixtures/package.json")).toContain("1.2.3");
    expect((await run({ apply: true })).message).toContain("has the version 1.3.0 already");
  });

  test("raises other manifests of the version, and tells the lines of code that have it", async () => {
    const { commit, write } = make(
      {
        "package.json": manifest("tool", "1.2.3"),
        "bower.json": manifest("tool", "1.2.3"),
        "npm-shrinkwrap.json": '{ "version": "1.2.3", "dependencies": { "x": { "version": "1.2.3" } } }',
        "tool.jquery.json": manifest("tool", "1.2.3"),
        "lib/index.js": "\nexports.version = '1.2.3';\n",
        "many.js": "// tool 1.2.3\n".repeat(20),
        "dist/index.js": "exports.version = '1.2.3';\n",
        "CHANGES.md": "# 1.2.3\n",
      },
      "v1.2.3",
    );
    write({ "a.js": "1" });
    commit("fix: a");
    const { message, findings } = await run({ apply: true });
    expect(message).toContain("raised 1.2.3 to 1.2.4 in 4 files");
    expect(text("npm-shrinkwrap.json")).toBe('{ "version": "1.2.4", "dependencies": { "x": { "version": "1.2.3" } } }');
    const told = linesOf(findings).filter((line) => line.includes("version-in-code"));
    expect(told[0]).toBe("info version-in-code lib/index.js:2 1.2.3 is told here too");
    expect([told.length, told.at(-1)]).toEqual([21, "info version-in-code 1.2.3 is told in 1 more line of code"]);
    expect(text("lib/index.js")).toContain("1.2.3");
  });

  test("goes on where it was stopped, counts from the highest tag, and takes a bump that it is told", async () => {
    const { git, write, commit } = make(
      { "package.json": manifest("a", "1.10.0"), "b/package.json": manifest("b", "1.10.0") },
      "v1.9.0",
    );
    git("tag", "v1.10.0");
    write({ "a.js": "1" });
    commit("fix: a");
    write({ "package.json": manifest("a", "1.10.1") });
    await run({ apply: true });
    expect(text("b/package.json")).toBe(manifest("b", "1.10.1"));
    git("checkout", "--quiet", ".");
    expect((await run({ bump: "major" })).message).toContain(
      "would raise 1.10.0 to 2.0.0 (major) in 2 files, by the option `bump`",
    );
    await expect(run({ bump: "huge" })).rejects.toThrow("`bump` must be major, minor or patch");
  });

  test("proposes nothing without a tag, and leaves the repository to the program that releases it", async () => {
    make({ "package.json": manifest("a", "1.0.0") });
    expect((await run()).message).toContain("no tag of a version is there");
    repository?.write({ ".releaserc.json": "{}" });
    expect((await run({ apply: true })).message).toBe(
      "semantic-release raises the versions here (.releaserc.json), so nothing is done",
    );
  });
});

describe("version_update by changesets", () => {
  const FILES = {
    ".changeset/config.json": "{}",
    ".changeset/README.md": "x",
    ".changeset/a.md": '---\n"a": minor\n---\n\nText.\n',
  };

  test("tells what is waiting, and lets the repository's own program write", async () => {
    make({ ...FILES, ".gitignore": "node_modules\n" });
    expect(await run()).toMatchObject({
      message: "1 changeset for 1 package is waiting; `run --apply` raises the versions",
      findings: [{ message: "a minor" }],
    });
    expect((await run({ apply: true })).outcome).toBe("inconclusive");
    const folder = path.join(repository?.directory ?? "", "node_modules/.bin");
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      path.join(folder, "changeset"),
      '#!/bin/sh\ntest "$1" = version && rm .changeset/a.md && echo "# a" > CHANGELOG.md\n',
    );
    chmodSync(path.join(folder, "changeset"), 0o755);
    expect((await run({ apply: true })).message).toBe("1 changeset for 1 package became versions and change logs");
    expect(text("CHANGELOG.md")).toBe("# a\n");
    expect((await run()).message).toBe("no changeset is waiting");
    repository?.write({ ".changeset/a.md": FILES[".changeset/a.md"] });
    writeFileSync(path.join(folder, "changeset"), "#!/bin/sh\necho 'no such package' >&2\nexit 1\n");
    expect(await run({ apply: true })).toMatchObject({
      outcome: "failed",
      message: "changeset version failed: no such package",
    });
  });

  test("changesets are read as they are written, and the farthest counts", () => {
    const bump = fc.constantFrom("major" as const, "minor" as const, "patch" as const);
    const name = fc.stringMatching(/^(?:@[a-z]{1,5}\/)?[a-z][a-z-]{0,8}$/);
    fc.assert(
      fc.property(fc.dictionary(name, bump, { noNullPrototype: true }), (bumps) => {
        const written = `---\n${Object.entries(bumps)
          .map(([one, how]) => `"${one}": ${how}\n`)
          .join("")}---\n\nText: major\n`;
        expect(Object.fromEntries(parseChangeset(written))).toEqual(bumps);
      }),
    );
    expect([
      ...joinChangesets([
        new Map([["a", "patch" as const]]),
        new Map([["a", "major" as const]]),
        new Map([["a", "minor" as const]]),
      ]),
    ]).toEqual([["a", "major"]]);
    expect(parseChangeset("---\r\n'a': patch\r\nb: \"minor\"\r\n---\r\n")).toEqual(
      new Map([
        ["a", "patch"],
        ["b", "minor"],
      ]),
    );
  });
});

test("planVersions() changes nothing twice, and nothing where no manifest has the version", () => {
  const versions = fc.constantFrom("1.0.0", "1.1.0", "2.0.0", "0.1.0");
  fc.assert(
    fc.property(fc.array(versions, { maxLength: 6 }), (list) => {
      const texts = new Map(list.map((one, place) => [`p${place}/package.json`, manifest(`p${place}`, one)]));
      const { edits } = planVersions(texts, { from: "1.0.0", to: "1.1.0" });
      expect(edits.length).toBe(list.filter((one) => one === "1.0.0").length);
      const after = new Map([...texts, ...edits.map(({ file, text: now }) => [file, now] as const)]);
      expect(planVersions(after, { from: "1.0.0", to: "1.1.0" }).edits).toEqual([]);
    }),
  );
});
