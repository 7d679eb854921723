/**
 * First runs in repositories as they are found in the wild: in each something is wrong, and next to it stands what looks like it and is
 * right there. Everything graver than a note is listed.
 */
import { expect, test } from "vitest";
import { createWorkspace } from "./support/create-workspace.ts";
import { expectNoStack } from "./support/expect-refusal.ts";
import { lastRecord } from "./support/records.ts";
import { runCli } from "./support/run-cli.ts";

const WORDS = Array.from({ length: 120 }, (_, place) => `word${place}`).join(" ");
const OUTPUTS = `<!-- BEGIN_TF_DOCS -->\n\n## Outputs\n\n${WORDS}\n<!-- END_TF_DOCS -->\n`;

interface Shape {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** `severity rule file:line` of everything but notes. */
  readonly found: readonly string[];
}

const SHAPES: readonly Shape[] = [
  {
    name: "a documentation of VitePress",
    files: {
      "package.json": '{ "name": "site", "private": true, "scripts": { "dev": "vitepress dev docs" } }\n',
      "docs/.vitepress/config.ts": "export default { title: 'Site' };\n",
      "docs/index.md": "# Site\n\nSee [options](/options) and [the guide](./guide).\n",
      "docs/options.md":
        "# Options\n\nLike [target](#build-target), unlike [ports](#port).\n\n## build.target\n\nWhat it is built for.\n",
      "docs/guide.md":
        '# Guide\n\n```json\n{\n  "vite": "7" // [!code --]\n  "vite": "8" // [!code ++]\n}\n```\n\n```js\n{ type: \'a\' }\n{ type: \'b\' }\n```\n\n```js\nconst a = {\n```\n',
    },
    found: ["warning consistency/broken-sample docs/guide.md:16", "warning consistency/dead-anchor docs/options.md:3"],
  },
  {
    name: "a library with its Docusaurus site beside the documents",
    files: {
      "package.json": '{ "name": "library", "version": "1.0.0", "main": "index.js" }\n',
      "index.js": "module.exports = 1;\n",
      "website/docusaurus.config.js": "module.exports = { title: 'Library' };\n",
      "website/static/img/flow.png": "PNG",
      "docs/intro.md": "# Intro\n\n![flow](/img/flow.png) and [the FAQ](/faq/general)\n\n[more](./moer.md)\n",
      "CONTRIBUTING.md": "# Contributing\n\nRun `npm run examples`.\n",
    },
    found: [
      "warning script_references/missing-script CONTRIBUTING.md:3",
      "warning consistency/dead-link docs/intro.md:5",
    ],
  },
  {
    name: "a workspace of Cargo",
    files: {
      "Cargo.toml": '[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n',
      "FAQ.md":
        '# FAQ\n\n* [Configuration?](#config)\n* [Releases?](#release)\n\n<h3 name="config">\nConfiguration?\n</h3>\n\nThere is some.\n',
      "crates/globs/Cargo.toml": '[package]\nname = "globs"\nversion = "0.4.20"\nedition = "2021"\n',
      "crates/globs/README.md": '# globs\n\n```toml\n[dependencies]\nglobs = "0.4"\n```\n',
      "crates/globs/src/lib.rs": "pub fn one() -> u8 {\n    1\n}\n",
      "crates/regexes/Cargo.toml": '[package]\nname = "regexes"\nversion = "0.4.1"\nedition = "2021"\n',
      "crates/regexes/README.md": '# regexes\n\n```toml\n[dependencies]\nregexes = "0.2"\n```\n',
      "crates/regexes/src/lib.rs": "pub fn two() -> u8 {\n    2\n}\n",
    },
    found: [
      "warning consistency/dead-anchor FAQ.md:4",
      "warning consistency/version-mismatch crates/regexes/README.md:5",
    ],
  },
  {
    name: "a module of Terraform",
    files: {
      "main.tf": 'resource "null_resource" "a" {}\n',
      "README.md": `# Module\n\nSee [upgrading](docs/upgrade.md).\n\n${OUTPUTS}`,
      "examples/simple/README.md": `# Simple\n\nUses [the module](../..), unlike [another](../complete).\n\n${OUTPUTS}`,
      "examples/simple/main.tf": 'module "a" {\n  source = "../.."\n}\n',
      "docs/upgrade.md": "# Upgrade\n\nFrom 1 to 2.\n",
    },
    found: ["error consistency/dead-link examples/simple/README.md:3"],
  },
  {
    name: "a role of Ansible",
    files: {
      "README.md": "# Role\n\nInstalls it.\n",
      "meta/main.yml": "---\ngalaxy_info:\n  role_name: docker\n",
      "tasks/main.yml": "---\n- include_tasks: docker-compose.yml\n",
      "tasks/docker-compose.yml": "---\n- name: Check the version.\n  command: docker-compose --version\n",
      "templates/daemon.json": '{ "debug": {{ debug }} }\n',
      "defaults/main.yml": "---\nusers: [\n",
    },
    found: ["error config_validation/syntax defaults/main.yml:3"],
  },
  {
    name: "pages of Spring with Thymeleaf",
    files: {
      "README.md": "# Clinic\n\nRuns.\n",
      "src/main/java/Clinic.java": "class Clinic {}\n",
      "src/main/resources/templates/layout.html":
        '<!doctype html>\n<html th:fragment="layout (content)" lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n<title>Clinic</title>\n</head>\n<body th:replace="${content}"></body>\n</html>\n',
      "src/main/resources/templates/field.html":
        '<html xmlns:th="https://www.thymeleaf.org">\n<body>\n<div th:fragment="input (label, name)">\n<label th:for="${name}" th:text="${label}">Name</label>\n<input type="text" th:field="*{__${name}__}">\n</div>\n</body>\n</html>\n',
      "src/main/resources/templates/owner.html":
        '<html xmlns:th="https://www.thymeleaf.org" th:replace="~{layout :: layout (~{::body})}">\n<body>\n<input th:replace="~{field :: input (\'Name\', \'name\')}">\n<img src="/pets.png">\n</body>\n</html>\n',
    },
    found: ["warning ux_analysis/image-alt src/main/resources/templates/owner.html:4"],
  },
  {
    name: "an application of Python with Poetry",
    files: {
      "pyproject.toml":
        '[tool.poetry]\nname = "shop"\nversion = "2.5.0.dev0"\n\n[build-system]\nbuild-backend = "poetry.core.masonry.api"\n',
      "README.md": "# Shop\n\nSells.\n",
      "CONTRIBUTING.md": "# Contributing\n\n```sh\npipx install 'shop==1.2.1'\npipx install 'shop==1.3.0rc1'\n```\n",
      "src/shop/__init__.py": "",
      "tests/fixtures/invalid/pyproject.toml": "[tool.poetry\n",
      "tests/test_shop.py": "def test_shop():\n    assert 1 + 1 == 2\n",
    },
    found: ["error config_validation/schema pyproject.toml:5"],
  },
  {
    name: "a bundler with a playground",
    files: {
      "package.json": '{ "name": "bundler", "version": "1.0.0", "main": "index.js", "license": "MIT" }\n',
      "index.js": "module.exports = 1;\n",
      "tsconfig.base.json": '{\n  // for all\n  "compilerOptions": { "strict": true }\n}\n',
      "tsconfig.json": '{\n  "extends": "./tsconfig.base.json",\n  "compilerOptions": { "strict": "yes" }\n}\n',
      "playground/has-error/tsconfig.json": '{\n  "compilerOptions": {\n    "target":\n  }\n}\n',
      "playground/nested/node_modules/a/package.json": '{ "name": "a" }\n',
      "playground/bare/index.html": "<html><head></head><body><h1>Bare</h1></body></html>\n",
      "packages/one/LICENSE.md": `# Licences\n\n## one\n\n${WORDS}\n`,
      "packages/two/LICENSE.md": `# Licences\n\n## two\n\n${WORDS}\n`,
      "README.md": "# Bundler\n\nBundles.\n",
    },
    found: ["error config_validation/schema tsconfig.json:3"],
  },
  {
    name: "a library of .NET with reports of its benchmarks",
    files: {
      "Shop.sln": "Microsoft Visual Studio Solution File, Format Version 12.00\n",
      "src/Shop/Shop.csproj": '<Project Sdk="Microsoft.NET.Sdk"></Project>\n',
      "src/Shop/Shop.cs": "namespace Shop;\n\npublic class Shop {}\n",
      "global.json": '{\n  // the newest\n  "sdk": { "version": "8.0.100" }\n}\n',
      "results/net8/One-report-github.md": `# One\n\n${WORDS}\n`,
      "results/net9/One-report-github.md": `# One\n\n${WORDS}\n`,
      "README.md": "# Shop\n\n[Why](docs/why.md)\n",
    },
    found: ["error consistency/dead-link README.md:3"],
  },
  {
    name: "a module of Go with a site of Hugo",
    files: {
      "go.mod": "module example.com/cli\n\ngo 1.22\n",
      "cli.go": "// Package cli runs commands.\npackage cli\n",
      "site/content/_index.md": "# Commands\n\nPress [tab][tab], see [flags](../flags).\n",
      "CONTRIBUTING.md": "# Contributing\n\nRun `make all`, not `make tset`.\n",
      Makefile: "all:\n\techo built\n",
    },
    found: ["warning script_references/missing-target CONTRIBUTING.md:3"],
  },
];

test.each(SHAPES)("$name", { timeout: 120_000 }, async ({ files, found }) => {
  using workspace = createWorkspace({ files: { LICENSE: "MIT\n", ...files } });
  workspace.write({
    // What builds and tests, a machine may have or not.
    ".workflow-config.yaml":
      "pipeline: standard\nsteps:\n  integration: off\n  test_execution: off\n  code_quality: off\n",
  });
  const run = await runCli(workspace, ["run", "--continue=always"]);
  expectNoStack(run);
  const told = lastRecord(workspace).steps.flatMap((step) =>
    (step.findings ?? [])
      .filter(({ severity }) => severity !== "info")
      .map(({ severity, rule, file, line }) => `${severity} ${step.id}/${rule} ${file ?? ""}:${line ?? ""}`),
  );
  expect(told).toEqual(found);
  expect(run.exitCode).toBe(found.some((line) => line.startsWith("error")) ? 1 : 0);
});
