/** The first two commands in repositories of many shapes: nothing breaks, nothing that is well is called an error, and the kind is right. */
import { expect, test } from "vitest";
import { createWorkspace } from "./support/create-workspace.ts";
import { expectNoStack } from "./support/expect-refusal.ts";
import { lastRecord } from "./support/records.ts";
import { runCli } from "./support/run-cli.ts";

const README = "# Shop\n\nSells things.\n";

const SHAPES: readonly (readonly [name: string, kind: string, files: Readonly<Record<string, string>>])[] = [
  [
    "Node",
    "nodejs_library",
    {
      "package.json":
        '{\n  "name": "shop",\n  "version": "1.0.0",\n  "type": "module",\n  "exports": "./index.js",\n  "scripts": { "test": "node --test" }\n}\n',
      "index.js": "export const price = (count) => count * 2;\n",
      "index.test.js":
        'import assert from "node:assert";\nimport { test } from "node:test";\nimport { price } from "./index.js";\n\ntest("price", () => assert.equal(price(2), 4));\n',
    },
  ],
  [
    "Python",
    "python_app",
    {
      "pyproject.toml": '[project]\nname = "shop"\nversion = "1.0.0"\n',
      "shop/__init__.py": "",
      "tests/test_shop.py": "def test_shop():\n    assert True\n",
    },
  ],
  [
    "Go",
    "generic",
    { "go.mod": "module example.com/shop\n\ngo 1.22\n", "main.go": "package main\n\nfunc main() {}\n" },
  ],
  [
    "Rust",
    "generic",
    {
      "Cargo.toml": '[package]\nname = "shop"\nversion = "1.0.0"\nedition = "2021"\n',
      "src/main.rs": "fn main() {}\n",
    },
  ],
  [
    "Java",
    "generic",
    {
      "pom.xml":
        "<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>shop</artifactId><version>1</version></project>\n",
      "src/main/java/Shop.java": "class Shop {}\n",
    },
  ],
  [
    ".NET",
    "generic",
    {
      "Shop.csproj": '<Project Sdk="Microsoft.NET.Sdk"></Project>\n',
      "Program.cs": "class Program { static void Main() {} }\n",
    },
  ],
  ["Ruby", "generic", { Gemfile: 'source "https://rubygems.org"\n', "lib/shop.rb": "module Shop\nend\n" }],
  [
    "PHP",
    "generic",
    { "composer.json": '{ "name": "a/shop", "require": {} }\n', "src/Shop.php": "<?php\n\nclass Shop {}\n" },
  ],
  [
    "C",
    "generic",
    {
      "CMakeLists.txt": "cmake_minimum_required(VERSION 3.16)\nproject(shop C)\n",
      "main.c": "int main(void) { return 0; }\n",
    },
  ],
  ["shell", "shell_automation", { "install.sh": "#!/bin/sh\nset -e\necho installed\n" }],
  ["MkDocs", "documentation", { "mkdocs.yml": "site_name: Shop\n", "docs/index.md": "# Shop\n\nSells things.\n" }],
];

test.each(SHAPES)("%s is %s", async (_, kind, files) => {
  using workspace = createWorkspace({ files: { "README.md": README, ...files } });
  const init = await runCli(workspace, ["init", "--yes"]);
  expect(init.stdout).toContain(`  kind ${kind}: `);
  // Only of Node it is sure that its tools are here; those of others may be missing, or want the network.
  const run = await runCli(workspace, [
    "run",
    "--continue",
    ...(kind === "nodejs_library" ? [] : ["--pipeline=docs-only"]),
  ]);
  expectNoStack(run);
  expect(run.exitCode, run.stdout).toBe(0);
  const findings = lastRecord(workspace).steps.flatMap((step) => step.findings ?? []);
  expect(findings.filter(({ severity }) => severity !== "info")).toEqual([]);
});
