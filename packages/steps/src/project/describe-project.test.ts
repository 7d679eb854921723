import { readFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeProject } from "./describe-project.ts";
import type { ProjectFacts } from "./project-facts.ts";

type Files = Readonly<Record<string, string>>;

function factsOf(files: Files): ProjectFacts {
  return describeProject(new Set(Object.keys(files)), (file) => files[file]);
}

/** Commands as `purpose: command`, with the folder before it and the runner of tests behind. */
function commandsOf(files: Files): readonly string[] {
  return factsOf(files).commands.map(({ purpose, directory, command, runner }) =>
    [
      directory === "" ? "" : `${directory} `,
      `${purpose}: ${command}`,
      runner === undefined ? "" : ` (${runner})`,
    ].join(""),
  );
}

const managersOf = (files: Files): readonly string[] =>
  factsOf(files).packageManagers.map(
    ({ name, version, file }) => `${name}${version === undefined ? "" : `@${version}`} by ${file}`,
  );

const packageJson = (manifest: object): Files => ({ "package.json": JSON.stringify(manifest) });

describe("describeProject() of packages of Node", () => {
  const scripts = { test: "vitest run", lint: "eslint .", typecheck: "tsc --noEmit", build: "tsup", docs: "typedoc" };

  test.each([
    [{ "package-lock.json": "{}" }, "npm by package-lock.json", "npm test", "npm run lint"],
    [{ "pnpm-lock.yaml": "" }, "pnpm by pnpm-lock.yaml", "pnpm test", "pnpm run lint"],
    [{ "yarn.lock": "" }, "yarn by yarn.lock", "yarn test", "yarn run lint"],
    [{ "bun.lock": "" }, "bun by bun.lock", "bun run test", "bun run lint"],
    [{}, "npm by package.json", "npm test", "npm run lint"],
  ])("reads the package manager off the lock file %j", (lock, manager, testCommand, lintCommand) => {
    const files = { ...packageJson({ scripts }), ...lock };
    expect(managersOf(files)).toEqual([manager]);
    expect(commandsOf(files)).toEqual(
      expect.arrayContaining([`test: ${testCommand} (vitest)`, `lint: ${lintCommand}`]),
    );
    expect(factsOf(files).commands.map(({ purpose }) => purpose)).toEqual([
      "test",
      "lint",
      "type-check",
      "build",
      "docs",
    ]);
  });

  test("believes `packageManager` before a lock file, and knows the version", () => {
    const files = { ...packageJson({ packageManager: "yarn@4.5.1+sha512.abc" }), "package-lock.json": "" };
    expect(managersOf(files)).toEqual(["yarn@4.5.1 by package.json"]);
    expect(managersOf(packageJson({ devEngines: { packageManager: { name: "pnpm" } } }))).toEqual([
      "pnpm by package.json",
    ]);
  });

  test.each(['echo "Error: no test specified" && exit 1', "echo no tests", "exit 0", ""])(
    "takes the test script %j for none",
    (script) => {
      expect(commandsOf(packageJson({ scripts: { test: script } }))).toEqual([]);
    },
  );

  test.each([
    ["jest --ci", "jest", true],
    ["NODE_ENV=test nyc mocha 'test/**/*.js'", "mocha", true],
    ["cross-env NODE_OPTIONS=--experimental-vm-modules npx jest", "jest", true],
    ["node --experimental-vm-modules node_modules/jest/bin/jest.js", "jest", true],
    ["node --import tsx --test 'test/*.ts'", "node:test", true],
    ["tsc && ava", "ava", true],
    ["mocha && eslint .", "mocha", false],
    ["npm run lint && npm run unit", "vitest", true],
    ["react-scripts test", "jest", true],
    ["playwright test", "playwright", true],
    ["bun test", "bun test", true],
    ["./run-tests.sh", undefined, false],
    ["echo jest && ./own", undefined, false],
  ])("knows what runs %j", (script, runner, takesArguments) => {
    const [found] = factsOf(packageJson({ scripts: { test: script, unit: "vitest run", lint: "eslint ." } })).commands;
    expect(found?.runner).toBe(runner);
    expect(found?.withArguments).toBe(takesArguments ? "npm test --" : undefined);
  });

  test("ends where scripts call each other in a circle", () => {
    expect(commandsOf(packageJson({ scripts: { test: "npm run unit", unit: "npm test" } }))).toEqual([
      "test: npm test",
    ]);
  });

  test("leaves out what would not end", () => {
    expect(commandsOf(packageJson({ scripts: { docs: "docusaurus serve", build: "tsc --watch" } }))).toEqual([]);
    expect(commandsOf(packageJson({ scripts: { test: "ng test" } }))).toEqual([
      "test: npm test -- --watch=false (karma)",
    ]);
  });

  test("finds what a package that names no scripts has", () => {
    const files = {
      ...packageJson({ devDependencies: { vitest: "4", eslint: "9", typescript: "5" } }),
      "pnpm-lock.yaml": "",
      "eslint.config.js": "",
      "tsconfig.json": "{}",
    };
    expect(commandsOf(files)).toEqual([
      "test: pnpm exec vitest run (vitest)",
      "lint: pnpm exec eslint .",
      "type-check: pnpm exec tsc --noEmit",
    ]);
    expect(commandsOf({ ...packageJson({}), "test/a.test.js": 'import test from "node:test";' })).toEqual([
      "test: node --test (node:test)",
    ]);
    expect(factsOf(files).packages[0]?.dependencies).toEqual(new Set(["vitest", "eslint", "typescript"]));
  });

  test("runs the scripts of a workspace whose root has none", () => {
    const files = {
      ...packageJson({}),
      "pnpm-workspace.yaml": "packages: [packages/*]",
      "pnpm-lock.yaml": "",
      "packages/a/package.json": JSON.stringify({ scripts: { test: "vitest run", build: "exit 0" } }),
    };
    expect(commandsOf(files)).toEqual(["test: pnpm --recursive --if-present run test"]);
  });
});

describe("describeProject() of other ecosystems", () => {
  const cases: readonly (readonly [what: string, files: Files, commands: readonly string[]])[] = [
    [
      "Python with uv, pytest, ruff and mypy",
      {
        "pyproject.toml":
          '[project]\nname = "a"\n[dependency-groups]\ndev = ["pytest>=8"]\n[tool.ruff]\n[tool.mypy]\n[build-system]\n',
        "uv.lock": "",
        "tests/test_a.py": "def test_a(): pass",
      },
      ["test: uv run pytest (pytest)", "lint: uv run ruff check .", "type-check: uv run mypy .", "build: uv build"],
    ],
    [
      "Python with poetry",
      { "pyproject.toml": "[tool.poetry]\n[tool.pytest.ini_options]\n", "poetry.lock": "" },
      ["test: poetry run pytest (pytest)"],
    ],
    [
      "Python with unittest in a folder that is no package",
      { "setup.py": "", "tests/test_a.py": "import unittest\n" },
      ["test: python3 -m unittest discover -s tests (unittest)"],
    ],
    ["Python with tox alone", { "setup.py": "", "tox.ini": "[tox]\n" }, ["test: tox (tox)"]],
    [
      "Python with a Makefile and flake8",
      { "requirements.txt": "pytest\n", Makefile: "PY := x\n.PHONY: test\ntest: lint\n\tpytest -q\n", ".flake8": "" },
      ["test: make test (pytest)", "lint: flake8"],
    ],
    [
      "Python with functions beside classes of unittest",
      { "setup.py": "", "test_a.py": "import unittest\n\ndef test_a(): pass\n" },
      ["test: python3 -m pytest (pytest)"],
    ],
    ["Python without a manifest", { "tests/test_a.py": "def test_a(): pass" }, ["test: python3 -m pytest (pytest)"]],
    ["Python without tests", { "requirements.txt": "requests\n", "app.py": "" }, []],
    [
      "Django",
      { "requirements.txt": "Django==5\n", "manage.py": "", "app/test_views.py": "from django.test import TestCase" },
      ["test: python3 manage.py test (unittest)"],
    ],
    [
      "Go",
      { "go.mod": "module a\n\ngo 1.23\n", "a_test.go": "", ".golangci.yml": "" },
      ["test: go test ./... (go test)", "lint: golangci-lint run", "build: go build ./..."],
    ],
    [
      "a workspace of Go",
      { "go.work": "go 1.23\n\nuse (\n\t./a // first\n\tb\n)\n", "a/go.mod": "", "a/a_test.go": "" },
      ["test: go test ./a/... ./b/... (go test)", "lint: go vet ./a/... ./b/...", "build: go build ./a/... ./b/..."],
    ],
    [
      "Rust",
      { "Cargo.toml": "[workspace]\nmembers = []\n", "src/lib.rs": "#[cfg(test)]\nmod tests {}" },
      [
        "test: cargo test --workspace (cargo test)",
        "lint: cargo clippy --workspace --all-targets",
        "type-check: cargo check --workspace --all-targets",
        "build: cargo build --workspace",
        "docs: cargo doc --workspace --no-deps",
      ],
    ],
    [
      "Maven with wrapper",
      { "pom.xml": "<artifactId>maven-checkstyle-plugin</artifactId>", mvnw: "", "src/test/java/ATest.java": "" },
      [
        "test: sh ./mvnw --batch-mode test (maven)",
        "lint: sh ./mvnw --batch-mode checkstyle:check",
        "build: sh ./mvnw --batch-mode package -DskipTests",
      ],
    ],
    [
      "Gradle in Kotlin",
      { "build.gradle.kts": 'id("com.diffplug.spotless")', gradlew: "", "app/src/test/kotlin/ATest.kt": "" },
      [
        "test: sh ./gradlew --console=plain test (gradle)",
        "lint: sh ./gradlew --console=plain spotlessCheck",
        "build: sh ./gradlew --console=plain assemble",
      ],
    ],
    [
      ".NET",
      { "App.sln": "", "tests/App.Tests.csproj": '<PackageReference Include="Microsoft.NET.Test.Sdk" Version="17"/>' },
      ["test: dotnet test (dotnet test)", "build: dotnet build"],
    ],
    [
      "Ruby with RSpec",
      { Gemfile: "gem 'rspec'\n", "Gemfile.lock": "", ".rspec": "", ".rubocop.yml": "", "a.gemspec": "" },
      ["test: bundle exec rspec (rspec)", "lint: bundle exec rubocop", "build: gem build a.gemspec"],
    ],
    [
      "Ruby with a Rakefile",
      { Rakefile: "Rake::TestTask.new(:test)", "test/a_test.rb": "" },
      ["test: rake test (minitest)"],
    ],
    [
      "Rails",
      { Gemfile: "gem 'rails'", "bin/rails": "", "test/models/a_test.rb": "" },
      ["test: ruby bin/rails test (minitest)"],
    ],
    [
      "PHP with scripts",
      { "composer.json": '{"scripts":{"test":["@cs","phpunit"],"phpstan":"phpstan analyse"}}', "phpcs.xml": "" },
      ["test: composer run-script test (phpunit)", "type-check: composer run-script phpstan", "lint: vendor/bin/phpcs"],
    ],
    ["PHP without scripts", { "phpunit.xml.dist": "<phpunit/>" }, ["test: vendor/bin/phpunit (phpunit)"]],
    [
      "CMake",
      { "CMakeLists.txt": "project(a)\ninclude(CTest)\n", "a.c": "" },
      [
        "test: cmake -S . -B build && cmake --build build && ctest --test-dir build --output-on-failure (ctest)",
        "build: cmake -S . -B build && cmake --build build",
      ],
    ],
    [
      "Meson",
      { "meson.build": "project('a')\ntest('a', exe)\n" },
      [
        "test: { test -d build || meson setup build; } && meson test -C build (meson)",
        "build: { test -d build || meson setup build; } && meson compile -C build",
      ],
    ],
    [
      "make",
      { Makefile: "CC = gcc\nall: a\na: a.c\n\t$(CC) a.c\ncheck: all\n\t./a\n", "a.c": "" },
      ["test: make check", "build: make"],
    ],
    ["a Makefile without sources in C", { Makefile: "all:\n\techo\n" }, []],
    [
      "shell",
      { "scripts/it's.sh": "", "scripts/b.sh": "", "test/a.bats": "", "test/deep/b.bats": "" },
      ["test: bats test (bats)", "lint: shellcheck scripts/b.sh 'scripts/it'\\''s.sh'"],
    ],
    ["MkDocs", { "mkdocs.yml": "", "docs/index.md": "" }, ["docs: mkdocs build"]],
    ["Sphinx", { "docs/conf.py": "project = 'a'\n", "docs/Makefile": "" }, ["docs docs: make html"]],
    ["Jekyll", { "_config.yml": "", Gemfile: "gem 'jekyll'" }, ["docs: bundle exec jekyll build"]],
    ["Docusaurus", { "website/docusaurus.config.ts": "" }, ["website docs: npx --no-install docusaurus build"]],
    ["documents alone", { "README.md": "", "a.txt": "" }, []],
  ];

  test.each(cases)("%s", (_, files, commands) => expect(commandsOf(files)).toEqual(commands));

  test("looks below where its own folder has no manifest, and not into what is foreign", () => {
    const files = {
      "backend/go.mod": "module a\n",
      "backend/a_test.go": "",
      "frontend/package.json": JSON.stringify({ scripts: { test: "jest" } }),
      "frontend/node_modules/x/package.json": JSON.stringify({ scripts: { test: "no" } }),
      "examples/a/package.json": JSON.stringify({ scripts: { test: "no" } }),
      "a/b/c/package.json": JSON.stringify({ scripts: { test: "too deep" } }),
    };
    expect(commandsOf(files)).toEqual([
      "frontend test: npm test (jest)",
      "backend test: go test ./... (go test)",
      "backend lint: go vet ./...",
      "backend build: go build ./...",
    ]);
    expect(factsOf(files).commands[0]?.file).toBe("frontend/package.json");
  });

  test("runs no target that needs a container", () => {
    const files = { "go.mod": "module a\n", "a_test.go": "", Makefile: "test:\n\tdocker run x go test ./...\n" };
    expect(commandsOf(files)[0]).toBe("test: go test ./... (go test)");
  });

  test("counts languages, without what is foreign; headers of C++ are C++", () => {
    const names = ["a.ts", "b.tsx", "c.py", "node_modules/a/d.js", "d.h", "e.cpp", "README.md"];
    expect(factsOf(Object.fromEntries(names.map((name) => [name, ""]))).languages).toEqual([
      { language: "C++", fileCount: 2 },
      { language: "TypeScript", fileCount: 2 },
      { language: "Python", fileCount: 1 },
    ]);
  });
});

test("describeProject() takes any content of manifests without a word, and never names a command twice", () => {
  const names = [
    ..."package.json pyproject.toml setup.cfg Pipfile go.mod go.work Cargo.toml pom.xml build.gradle a.csproj".split(
      " ",
    ),
    ..."Gemfile Rakefile composer.json CMakeLists.txt meson.build Makefile justfile a.sh mkdocs.yml docs/conf.py a.c".split(
      " ",
    ),
  ];
  const content = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constantFrom("test:\n\tgo test", "[tool]\nruff = 1", '{"scripts":[1]}', '{"scripts":{"test":{}}}'),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), content), (files) => {
      const { commands } = factsOf(files);
      const keys = commands.map(({ purpose, directory, command }) => JSON.stringify([purpose, directory, command]));
      expect(new Set(keys).size).toBe(keys.length);
      for (const { file, command } of commands) {
        expect(Object.keys(files)).toContain(file);
        expect(command.trim()).not.toBe("");
      }
    }),
  );
});

test("describeProject() finds the commands of this very repository", () => {
  const root = path.join(import.meta.dirname, "../../../..");
  const files = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
  const facts = describeProject(new Set(files), (file) => readFileSync(path.join(root, file), "utf8"));
  expect(facts.languages[0]?.language).toBe("TypeScript");
  expect(facts.packageManagers.map(({ name, directory }) => [name, directory])).toEqual([["pnpm", ""]]);
  expect(facts.commands.map(({ purpose }) => purpose)).toEqual(expect.arrayContaining(["test", "build", "lint"]));
});
