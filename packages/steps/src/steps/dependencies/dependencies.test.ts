import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createStepRepository, linesOf, type StepRepository } from "../../../test/step-repository.ts";
import { fits } from "./judge-cargo-lock.ts";
import { hashOf } from "./judge-composer-lock.ts";
import { judgeGoSum } from "./judge-go-sum.ts";
import { judgeNodeLock } from "./judge-node-lock.ts";
import { readNodeManifest } from "./node-manifest.ts";
import { readBunLock } from "./read-bun-lock.ts";
import { readNpmLock } from "./read-npm-lock.ts";
import { readPnpmLock } from "./read-pnpm-lock.ts";
import { readYarnLock } from "./read-yarn-lock.ts";
import checkDependencies from "./step.ts";

let repository: StepRepository;
beforeEach(() => {
  repository = createStepRepository();
});
afterEach(() => {
  vi.unstubAllEnvs();
  repository.close();
});
const lines = async (given: Readonly<Record<string, unknown>> = {}): Promise<readonly string[]> =>
  linesOf((await repository.run("dependencies", checkDependencies, { with: { audit: false, ...given } })).findings);

const MANIFEST = JSON.stringify({ name: "app", dependencies: { left: "^1.0.0", "@a/b": "~2.1.0" } }, undefined, 2);
const stale = (name: string, message: string, lock: string, at: string): string =>
  `error stale-lock-file ${at} "${name}" ${message} (${lock})`;

/** Lock files that fit {@link MANIFEST}. */
const LOCKS: Readonly<Record<string, string>> = {
  "package-lock.json": JSON.stringify({
    lockfileVersion: 3,
    packages: {
      "": { dependencies: { left: "^1.0.0", "@a/b": "~2.1.0" } },
      "node_modules/left": { version: "1.0.0", license: "MIT" },
      "node_modules/@a/b": { version: "2.1.3", license: "GPL-3.0-only" },
    },
  }),
  "pnpm-lock.yaml": `lockfileVersion: '9.0'

settings:
  autoInstallPeers: true

importers:

  .:
    dependencies:
      '@a/b':
        specifier: ~2.1.0
        version: 2.1.3
      left:
        specifier: ^1.0.0
        version: 1.0.0

packages:

  '@a/b@2.1.3':
    resolution: {integrity: sha512-x}

  left@1.0.0:
    resolution: {integrity: sha512-y}
`,
  "yarn.lock": `# yarn lockfile v1


"@a/b@~2.1.0":
  version "2.1.3"

left@^1.0.0, left@^1.0.1:
  version "1.0.0"
`,
  "bun.lock": `{
  "lockfileVersion": 1,
  "workspaces": { "": { "name": "app", "dependencies": { "left": "^1.0.0", "@a/b": "~2.1.0", }, }, },
  "packages": { "left": ["left@1.0.0", "", {}, "sha"], "@a/b": ["@a/b@2.1.3", "", {}, "sha,]"], },
}
`,
};

describe("dependencies", () => {
  test.each(Object.entries(LOCKS))("%s that fits its manifest has nothing to be told", async (name, lock) => {
    repository.write({ "package.json": MANIFEST, [name]: lock });
    expect(await lines()).toEqual([]);
  });

  test.each(Object.entries(LOCKS))(
    "%s is behind a manifest that asks for more, and for other versions",
    async (name, lock) => {
      const asked = MANIFEST.replace("^1.0.0", "^3.0.0").replace('"left"', '"new": "1",\n    "left"');
      repository.write({ "package.json": asked, [name]: lock });
      const told = await lines();
      expect(told).toHaveLength(2);
      expect(told[0]).toContain(`error stale-lock-file package.json:4 "new" is `);
      expect(told[1]).toContain(`error stale-lock-file package.json:5 "left" is asked for as "^3.0.0"`);
    },
  );

  test("members of workspaces are judged by the lock file of the root, and what is forced is free", async () => {
    const lock = `lockfileVersion: '9.0'
overrides:
  left: 1.2.3
importers:
  .: {}
  packages/a:
    dependencies:
      left:
        specifier: 1.2.3
        version: 1.2.3
      '@a/c':
        specifier: workspace:^
        version: link:../c
    devDependencies:
      gone:
        specifier: ^1.0.0
        version: 1.0.0
`;
    repository.write({
      "package.json": "{}",
      "pnpm-lock.yaml": lock,
      "packages/a/package.json": '{\n"dependencies": { "left": "^1.0.0", "@a/c": "workspace:^" } }',
    });
    expect(await lines()).toEqual([
      stale("gone", "is in the lock file and no longer asked for", "pnpm-lock.yaml", "packages/a/package.json:1"),
    ]);
  });

  test("Cargo, Go, Python, PHP and Ruby", async () => {
    repository.write({
      "Cargo.toml":
        '[package]\nname = "app"\nversion = "0.2.0"\n[dependencies]\nserde = "1.0"\nrand = { version = "0.9" }\nnew = "1"\n',
      "Cargo.lock":
        '[[package]]\nname = "app"\nversion = "0.1.0"\n[[package]]\nname = "serde"\nversion = "1.0.200"\n[[package]]\nname = "rand"\nversion = "0.8.5"\n',
      "go.mod":
        "module x\nrequire (\n\ta.com/b v1.0.0\n\ta.com/c v1.1.0 // indirect\n\ta.com/d v1.0.0\n)\nreplace a.com/d => ../d\n",
      "go.sum": "a.com/b v1.0.0 h1:x=\na.com/b v1.0.0/go.mod h1:x=\n",
      "p/pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.9"\nTyping_Extensions = "*"\nrequests = "*"\n',
      "p/poetry.lock": '[[package]]\nname = "typing-extensions"\nversion = "4.0"\n',
      "u/pyproject.toml":
        '[project]\nname = "u"\ndependencies = ["httpx>=0.2", "u[extra]"]\n[dependency-groups]\ndev = ["pytest"]\n',
      "u/uv.lock": 'version = 1\n[[package]]\nname = "httpx"\nversion = "0.3"\n',
      "composer.json": '{ "require": { "php": "^8", "ext-json": "*", "a/b": "^1", "a/c": "^1" } }',
      "composer.lock": '{ "packages": [{ "name": "a/b", "version": "1.0.0" }] }',
      Gemfile: 'source "x"\ngem "rails"\ngroup :test do\n  gem "rspec"\nend\nif ENV["X"]\n  gem "maybe"\nend\n',
      "Gemfile.lock": "GEM\n  specs:\n    rails (7.0)\n\nDEPENDENCIES\n  rails (~> 7.0)\n\nBUNDLED WITH\n   2\n",
    });
    const missing = "is not in the lock file";
    expect((await lines()).toSorted()).toEqual(
      [
        stale("app", "is version 0.2.0 here and 0.1.0 in the lock file", "Cargo.lock", "Cargo.toml:2"),
        stale("rand", 'is asked for as "0.9", locked as 0.8.5', "Cargo.lock", "Cargo.toml:6"),
        stale("new", missing, "Cargo.lock", "Cargo.toml:7"),
        stale("a.com/c", "is required in version v1.1.0, which go.sum does not know", "go.sum", "go.mod:4"),
        stale("requests", missing, "p/poetry.lock", "p/pyproject.toml:4"),
        stale("pytest", missing, "u/uv.lock", "u/pyproject.toml:5"),
        stale("a/c", missing, "composer.lock", "composer.json:1"),
        stale("rspec", missing, "Gemfile.lock", "Gemfile:4"),
      ].toSorted(),
    );
  });

  test("the hash of composer tells of changed requirements", async () => {
    const manifest = { require: { "a/b": "^1" }, "require-dev": {} };
    const lock = { "content-hash": hashOf(manifest), packages: [{ name: "a/b" }] };
    repository.write({ "composer.json": JSON.stringify(manifest), "composer.lock": JSON.stringify(lock) });
    expect(await lines()).toEqual([]);
    repository.write({ "composer.json": JSON.stringify({ require: { "a/b": "^2" } }) });
    expect(await lines()).toEqual([
      'warning stale-lock-file composer.json:1 "composer.json" has other requirements than those that the lock file was made for (composer.lock)',
    ]);
    // md5 of `{"require":{"a\/b":"^1"},"require-dev":[]}`, as PHP writes it.
    expect(hashOf(manifest)).toBe("f190060d01dbe5f326683d05fde7742f");
  });

  test("rival lock files, twice declared packages and sources that change by themselves", async () => {
    repository.write({
      "package.json": `{
  "packageManager": "pnpm@10.0.0",
  "dependencies": { "a": "1" , "g": "github:x/y", "h": "http://example.com/h.tgz", "ok": "x/y#v1.2.3" },
  "devDependencies": {
    "a": "2", "b": "https://github.com/x/y/tarball/master", "c": "git+https://github.com/x/y.git#0123456789abcdef"
  }
}`,
      "pnpm-lock.yaml": "",
      "yarn.lock": "",
    });
    expect(await lines()).toEqual([
      'warning declared-twice package.json:5 "a" is in `dependencies` and in `devDependencies`, with other versions ("1", "2")',
      'warning unpinned-source package.json:3 "g" comes from git without a commit or a tag, and changes without notice',
      'warning unpinned-source package.json:3 "h" comes over plain HTTP, where anybody on the way can change it',
      'warning unpinned-source package.json:5 "b" comes from a branch, which changes without notice; name a commit or a tag',
      "warning rival-lock-files yarn.lock lock files of 2 package managers are beside each other (`pnpm-lock.yaml`, `yarn.lock`), and only one is kept up to date by whoever installs",
    ]);
  });

  test("packages that must be single are named, others counted", async () => {
    const packages = {
      "": {},
      "node_modules/react": { version: "18.0.0" },
      "node_modules/x/node_modules/react": { version: "17.0.0" },
      "node_modules/y": { version: "1.0.0" },
      "node_modules/x/node_modules/y": { version: "1.1.0" },
    };
    repository.write({ "package.json": "{}", "package-lock.json": JSON.stringify({ lockfileVersion: 3, packages }) });
    expect(await lines()).toEqual([
      'warning several-versions package-lock.json "react" is there in 2 versions (18.0.0, 17.0.0), which do not know each other in one program',
      "info duplicates package-lock.json 1 package is there in several versions, 1 of all in several major ones",
    ]);
  });

  test("`licenses` names those that are allowed, by the lock file or what is installed", async () => {
    repository.write({ "package.json": MANIFEST, "package-lock.json": LOCKS["package-lock.json"] ?? "" });
    expect(await lines({ licenses: ["MIT", "GPL-3.0-only"] })).toEqual([]);
    expect(await lines({ licenses: ["mit"] })).toEqual([
      'error licence package-lock.json the licence "GPL-3.0-only" is not allowed: @a/b',
    ]);
    repository.remove("package-lock.json");
    repository.write({
      "yarn.lock": LOCKS["yarn.lock"] ?? "",
      ".gitignore": "node_modules\n",
      "node_modules/left/package.json": '{"license":"(WTFPL OR Apache-2.0)"}',
    });
    expect(await lines({ licenses: ["Apache-2.0"] })).toEqual([]);
    expect(await lines({ licenses: ["MIT"] })).toHaveLength(1);
  });

  /** Puts a program of that name before all others, which prints the text. */
  function install(name: string, prints: string, code = 0): void {
    const folder = path.join(repository.directory, "../bin");
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "out.txt"), prints);
    writeFileSync(path.join(folder, name), `#!/bin/sh\ncat "${folder}/out.txt"\nexit ${code}\n`);
    chmodSync(path.join(folder, name), 0o755);
    vi.stubEnv("PATH", `${folder}:${process.env["PATH"] ?? ""}`);
  }

  const REPORT = JSON.stringify({
    vulnerabilities: {
      left: {
        severity: "high",
        via: [{ title: "Prototype pollution", url: "https://example.com/1", severity: "high" }, "other"],
        fixAvailable: true,
      },
      small: { severity: "low", via: [{ title: "Slow expression", severity: "low" }] },
      through: { severity: "high", via: ["left"] },
    },
  });

  test("vulnerabilities that npm knows are errors from `audit_level` on", async () => {
    repository.write({ "package.json": MANIFEST, "package-lock.json": LOCKS["package-lock.json"] ?? "" });
    install("npm", REPORT, 1);
    expect(await lines({ audit: true })).toEqual([
      'error vulnerable package-lock.json "left" has a known vulnerability (high): Prototype pollution',
    ]);
    expect(await lines({ audit: true, audit_level: "low" })).toHaveLength(2);
    await expect(lines({ audit: true, audit_level: "grave" })).rejects.toThrow("audit_level");
  });

  test("an audit that could not ask is never a pass where it was asked for, and a note otherwise", async () => {
    repository.write({ "package.json": MANIFEST, "package-lock.json": LOCKS["package-lock.json"] ?? "" });
    install(
      "npm",
      '{ "error": { "code": "ENOTFOUND", "summary": "no way to https://me:pass@registry.example.com" } }',
      1,
    );
    const run = async (given: Readonly<Record<string, unknown>>): ReturnType<StepRepository["run"]> =>
      repository.run("dependencies", checkDependencies, { with: given });
    const note =
      "info audit-unknown package-lock.json known vulnerabilities of its packages could not be asked for: no way to https://registry.example.com";
    const byDefault = await run({});
    expect(byDefault.outcome).toBeUndefined();
    expect(byDefault.message).toContain("nothing is known of vulnerabilities");
    expect(linesOf(byDefault.findings)).toEqual([note]);
    expect((await run({ audit: true })).outcome).toBe("inconclusive");
    expect((await run({ audit: false })).findings).toEqual([]);
  });

  test("passes over what is no manifest, and over folders of fixtures", async () => {
    repository.write({
      "package.json": "[1",
      "package-lock.json": "{",
      "Cargo.toml": "= [",
      "Cargo.lock": "\0",
      "test/fixtures/package.json": '{ "dependencies": { "a": "1" }, "devDependencies": { "a": "2" } }',
    });
    expect(await lines()).toEqual([]);
  });
});

test("versions of Cargo: the leftmost number that is not zero holds, as its book says", () => {
  const cases: readonly (readonly [range: string, version: string, fits: boolean | undefined])[] = [
    ["1.2.3", "1.2.3", true],
    ["1.2.3", "1.9.0", true],
    ["1.2.3", "1.2.2", false],
    ["1.2.3", "2.0.0", false],
    ["0.2.3", "0.2.4", true],
    ["0.2.3", "0.3.0", false],
    ["0.0.3", "0.0.4", false],
    ["0", "0.9.1", true],
    ["0.0", "0.1.0", false],
    ["=1.2", "1.2.9", true],
    ["=1.2.3", "1.2.4", false],
    [">=1, <3", "2.0.0", undefined],
    ["1", "1.0.0-rc.1", undefined],
  ];
  for (const [range, version, expected] of cases) expect(fits(range, version), `${version} of ${range}`).toBe(expected);
});

test("readers take any text", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), fc.constantFrom(...Object.values(LOCKS))), fc.nat(400), (text, at) => {
      const cut = text.slice(0, at) + text.slice(at + 3);
      const manifest = readNodeManifest(MANIFEST);
      for (const read of [readNpmLock, readPnpmLock, readYarnLock, readBunLock]) {
        const lock = read(cut);
        if (lock !== undefined && manifest !== undefined) judgeNodeLock(lock, "", manifest, new Set());
      }
      judgeGoSum(cut, cut);
    }),
  );
});

test("whatever a manifest asks for, a lock file of npm made of it fits", () => {
  const name = fc.stringMatching(/^(?:@[a-z]{1,5}\/)?[a-z][a-z-]{0,8}$/);
  fc.assert(
    fc.property(fc.dictionary(name, fc.string()), (asked) => {
      const manifest = readNodeManifest(JSON.stringify({ dependencies: asked }));
      const lock = readNpmLock(JSON.stringify({ packages: { "": { dependencies: asked } } }));
      expect(manifest !== undefined && lock !== undefined && judgeNodeLock(lock, "", manifest, new Set())).toEqual([]);
    }),
  );
});
