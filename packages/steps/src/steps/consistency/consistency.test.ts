import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  createStepRepository,
  linesOf,
  type StepRepository,
  type StepRunOptions,
} from "../../../test/step-repository.ts";
import { judgeSamples } from "./judge-samples.ts";
import checkConsistency from "./step.ts";

let repository: StepRepository;
beforeEach(() => {
  repository = createStepRepository({ "README.md": "# Title\n" });
});
afterEach(() => repository.close());

const run = (options?: StepRunOptions) => repository.run("consistency", checkConsistency, options);
const lines = async (options?: StepRunOptions): Promise<readonly string[]> => linesOf((await run(options)).findings);

describe("links", () => {
  test("pass where they lead somewhere, in each of their forms", async () => {
    repository.write({
      "README.md": `# Title
[a](docs/a.md#Part-one) [b](./docs) [c](docs/) [d](/docs/a.md?x=1) [e](#title) [f](docs/%C3%BC%20b.md) [g](src/x.js#L10)
![i](img/a.png "t") <img src="img/a.png"> [out](../../issues) [mail](mailto:a@b.example) [t]({{ site.url }}) [u](<url>)
[h](https://example.com/none) [r][ref] [top](#top) [own](#custom)

<a id="custom"></a>

[ref]: docs/a.md
`,
      "docs/a.md": "# Part one\n\n[up](../README.md) [root](..) [same](a.md)\n",
      "docs/ü b.md": "x\n",
      "src/x.js": "1\n",
      "img/a.png": new Uint8Array([0]),
      "CHANGELOG.md": "[gone](docs/old.md)\n",
      ".github/ISSUE_TEMPLATE/bug.md": "[gone](docs/old.md)\n",
      "test/fixtures/a.md": "[gone](old.md)\n",
    });
    expect(await lines()).toEqual([]);
  });

  test("pass where they lead into a submodule that is not checked out", async () => {
    repository.write({
      ".gitmodules": '[submodule "s"]\n\tpath = lib/s\n\turl = ../s\n',
      "README.md": "[a](lib/s/a.md) [s](lib/s) [gone](lib/gone.md)\n",
    });
    mkdirSync(path.join(repository.directory, "lib/s"), { recursive: true });
    expect(await lines()).toEqual([
      'error dead-link README.md:1 the link "lib/gone.md" leads nowhere: there is no "lib/gone.md"',
    ]);
  });

  test("pass where they lead to what a sparse checkout leaves out", async () => {
    repository.write({ "README.md": "[a](docs/a.md#any) [d](docs) [gone](docs/gone.md)\n", "docs/a.md": "a\n" });
    repository.commit();
    repository.git("sparse-checkout", "set", "--no-cone", "/*", "!/docs/");
    expect(await lines()).toEqual([
      'error dead-link README.md:1 the link "docs/gone.md" leads nowhere: there is no "docs/gone.md"',
    ]);
  });

  test("that lead nowhere are told with their line, once a document", async () => {
    repository.write({
      "docs/a.md": `# A

[gone](../src/gone.js) and [again](../src/gone.js)

![image](a.png)

[there](b.md#no-such) [here](#same-thing)

<a href="c.md">c</a> [case](B.md) [ref][nowhere]

## Same: Thing
`,
      "docs/b.md": "# B\n",
    });
    expect(await lines()).toEqual([
      'error dead-link docs/a.md:3 the link "../src/gone.js" leads nowhere: there is no "src/gone.js"',
      'error dead-image docs/a.md:5 the image "a.png" leads nowhere: there is no "docs/a.png"',
      'warning dead-anchor docs/a.md:7 the link "b.md#no-such" leads to no heading: nothing there has the anchor "no-such"',
      'error dead-link docs/a.md:9 the link "c.md" leads nowhere: there is no "docs/c.md"',
      'warning link-case docs/a.md:9 the link "B.md" differs in the case of its letters from what is there: "docs/b.md"',
      'warning undefined-label docs/a.md:9 "[nowhere]" is defined nowhere, so the link shows as text',
    ]);
  });

  test("that lead nowhere are told where the only file of that name is", async () => {
    repository.write({
      "docs/guides/a.md": "[themes](./themes.md)\n\n[two](two.md)\n\n[none](none.md)\n",
      "docs/themes.md": "# Themes\n",
      "docs/x/two.md": "# Two\n",
      "docs/y/two.md": "# Two\n",
    });
    const { findings } = await run();
    expect(findings.map(({ suggestion }) => suggestion)).toEqual(['"../themes.md" is there', undefined, undefined]);
  });

  test("of a site are looked up as sites do, and what only a site knows is left to it", async () => {
    repository.write({
      "mkdocs.yml": "site_name: x\n",
      "docs/a.md": "[b](b) [c](/c/) [d](b.html) [e](../api/) [f](gone.md) [g](#made-by-the-site-x)\n",
      "docs/b.md": "# B\n",
    });
    expect(await lines()).toEqual([
      'warning dead-link docs/a.md:1 the link "gone.md" leads nowhere: there is no "docs/gone.md"',
      'warning dead-anchor docs/a.md:1 the link "#made-by-the-site-x" leads to no heading: nothing there has the anchor "made-by-the-site-x"',
    ]);
  });

  test("of all-contributors to what somebody did lead nowhere on purpose", async () => {
    repository.write({
      "README.md": '# A\n<a href="#infra-somebody" title="Infrastructure">x</a> [y](#infrastructure)\n',
    });
    expect(await lines()).toEqual([expect.stringContaining('"#infrastructure" leads to no heading')]);
  });

  test("many of a kind are counted; what is on the disk although git leaves it out is no dead link", async () => {
    const many = Array.from({ length: 14 }, (_, index) => `[x](gone-${index}.md)\n\n`).join("");
    repository.write({ "a.md": `${many}[built](dist/a.js)\n`, ".gitignore": "dist\n", "dist/a.js": "1\n" });
    const found = await lines();
    expect(found).toHaveLength(11);
    expect(found.at(-1)).toBe("error dead-link a.md:21 4 more of dead-link in this file");
  });
});

describe("sites", () => {
  test("have anchors of their own making, whatever is no letter in a heading", async () => {
    const page = "# Options\n\n[t](#build-target) [d](#dev-containers-vs-code) [u](#uber-uns_1) [n](#no-such)\n";
    const headings = "\n## build.target\n\n## Dev Containers / VS Code\n\n## Über uns\n\n## Über uns\n";
    repository.write({ "docs/.vitepress/config.ts": "export default {};\n", "docs/a.md": page + headings });
    expect(await lines()).toEqual([
      'warning dead-anchor docs/a.md:3 the link "#no-such" leads to no heading: nothing there has the anchor "no-such"',
    ]);
  });

  test("may have their documents beside them, and serve what they hold at the root", async () => {
    repository.write({
      "website/docusaurus.config.js": "module.exports = {};\n",
      "docs/a.md": "# A\n\n![a](/img/a.png) [b](/faq/other) [c](./b)\n",
      "docs/b.md": "# B\n",
    });
    expect(await lines()).toEqual([]);
    repository.write({
      "content/x/_index.md": "# X\n\n[next](../y)\n\nPress [tab][tab].\n",
      "README.md": '# T\n\n[c](#config)\n\n<h3 name="config">Config</h3>\n',
    });
    expect(await lines()).toEqual([]);
  });

  test("do not excuse documents that are no pages of theirs", async () => {
    repository.write({ "website/mkdocs.yml": "site_name: a\n", "docs/a.md": "[a](/img/a.png) [t](#a-b)\n\n# a.b\n" });
    expect(await lines()).toHaveLength(2);
  });
});

describe("versions and names", () => {
  const manifest = (version: string, name = "tool"): string => JSON.stringify({ name, version });

  test("that disagree with the manifest are told", async () => {
    repository.write({
      "package.json": manifest("2.3.1"),
      "README.md": `# Tool

![version](https://img.shields.io/badge/version-2.0.0-blue.svg)

    npm install tool@1.9.0
`,
      "docs/cdn.md": '<script src="https://unpkg.com/tool@2.1.0/dist/tool.js"></script>\n',
      "py/pyproject.toml": '[project]\nname = "pytool"\nversion = "0.5.0"\n',
      "py/README.md": "pip install pytool==0.4.2\n",
      "rs/Cargo.toml": '[package]\nname = "rstool"\nversion = "3.0.0"\n',
      "rs/README.md": '```toml\n[dependencies]\nrstool = "2.1"\n```\n',
    });
    expect(await lines()).toEqual([
      "warning version-mismatch README.md:5 names tool 1.9.0, while package.json says 2.3.1",
      "info version-mismatch docs/cdn.md:1 names tool 2.1.0, while package.json says 2.3.1",
      "warning version-mismatch py/README.md:1 names pytool 0.4.2, while py/pyproject.toml says 0.5.0",
      "warning version-mismatch rs/README.md:3 names rstool 2.1, while rs/Cargo.toml says 3.0.0",
    ]);
    repository.remove("py", "rs", "docs");
    expect(await lines()).toContain(
      "warning version-mismatch README.md:3 the badge shows version 2.0.0, while package.json says 2.3.1",
    );
  });

  test("of other releases, of other packages and of manifests without one are right as they are", async () => {
    repository.write({
      "package.json": manifest("2.3.1"),
      "README.md": "npm i tool@2.3.1\n\n\n\n\nnpm i other-tool@1.0.0 tool-x@1.0.0\n",
      "docs/a.md": "For legacy browsers:\n\n    npm i tool@1.0.0\n",
      "docs/b.md": "npm i tool@1.0.0\n\nnpm i tool@2.0.0\n",
      "docs/migration.md": "npm i tool@1.0.0\n",
      "docs/c.md": "As of tool@1.2.0 it is fast.\n",
      "zero/package.json": manifest("0.0.0-development", "zero"),
      "zero/README.md": "npm i zero@1.0.0\n",
      "rs/Cargo.toml": '[package]\nname = "rstool"\nversion = "0.4.20"\n',
      "rs/README.md": '```toml\n[dependencies]\nrstool = "0.4"\n```\n',
      "py/pyproject.toml": '[project]\nname = "pytool"\nversion = "2.5.0.dev0"\n',
      "py/README.md": "pipx install 'pytool==1.2.1'\npipx install 'pytool==1.3.0rc1'\n",
    });
    expect(await lines()).toEqual([]);
  });

  test("an install command without the scope of the package is told", async () => {
    repository.write({
      "package.json": manifest("1.0.0", "@me/tool"),
      "README.md": "npm install --save-dev tool\n\nnpm install @me/tool tools\n",
    });
    expect(await lines()).toEqual([
      'warning package-name-mismatch README.md:1 installs "tool", while the package is named "@me/tool"',
    ]);
  });
});

describe("code samples", () => {
  const judge = (language: string, code: string): readonly string[] =>
    judgeSamples("a.md", { samples: [{ language, code, line: 1 }] }).map(({ line, message }) => `${line} ${message}`);

  test.each([
    ["json", '{\n  "a": 1\n  "b": 2\n}', "4 this json cannot be parsed: Comma expected"],
    ["yaml", "a: 1\nb: [1\nc: 2\n", "this yaml cannot be parsed: "],
    ["js", "f({\n  a: 1\n  b: 2\n});", '4 this js cannot be parsed: Unexpected token, expected ","'],
    [
      "js",
      "{\n  // Why.\n  'a': [1, -1]\n  'b': null\n}",
      '5 this js cannot be parsed: Unexpected token, expected ","',
    ],
    ["ts", "const a: = 1;", "2 this ts cannot be parsed: Unexpected token"],
    ["js", "// Reads bad files.\nf(1;", '3 this js cannot be parsed: Unexpected token, expected ","'],
    ["javascript", "io\n  .of('/a');\n  .on('b');", "4 this javascript cannot be parsed: Unexpected token"],
  ])("%s that cannot be read is told with its line", (language, code, told) => {
    expect(judge(language, code)).toEqual([expect.stringContaining(told)]);
  });

  test.each([
    ["json", '{ "a": 1, /* why */ "b": [1, 2,], }'],
    ["json", '"key": { "a": 1 }'],
    ["json", '{ "a": ... }'],
    ["json", '{"a":1}\n{"a":2}'],
    ["yaml", "a: 1\n---\nb: !custom 2\n"],
    ["yaml", "- a: {{ value }}\n"],
    ["js", "{ a: 1, b }"],
    ["js", "a: 1,\nb: 2"],
    ["js", ".then(() => 1)\n.catch(fail)"],
    ["js", "const a = 1;\nconst a = 2;\nawait a; return a;"],
    ["js", "add(1, 2) => 3"],
    ["js", "> add(1, 2)\n3"],
    ["js", "f(a, [, b]) and ..."],
    ["js", "const x: number = 1;"],
    ["js", "<App a={1} />"],
    ["ts", "get(key: string): Promise<void>;\nset(key: string): void;"],
    ["ts", "@decorator() class A { private a?: string }"],
    ["ts", "<T,>(a: T) => a"],
    ["js", "{ type: 'ADD', text: 'a' }\n{ type: 'TOGGLE', index: 1 }\n"],
    ["js", "// before\n{ a: 1 }\n\n// after\n{\n  a: { b: 2 }\n}"],
    ["js", "const plugin = {\n  name: 'a',\n},\n"],
    ["json", '{\n  "vite": "1" // [!code --]\n  "vite": "2" // [!code ++]\n}'],
    ["js", "var answer = ...;"],
    ["js", "first();\n.\n.\n.\nlast();"],
    ["js", "log.info({ req: <request object> }, 'x')"],
    ["js", "createServer(\n  [base class, i.e. https.Server],\n  {}\n)"],
    ["js", "  name {String} what it is called\n  returns {Promise}"],
    ["js", "{\n  type: string | async function,\n}"],
    ["js", "// bad\nfunction() { return false; }"],
    ["js", "// not actually supported in JS\ntry { f() } catch (SyntaxError e) {}"],
    ["js", "parse('a:b')\n// Output\n{\n  scheme: 'a',\n  path: 'b'\n}"],
    ["js", "{\n  test: /a/,\n  use: b\n},"],
    ["ts", "{\n  a: string | Buffer,\n  b?: string\n}"],
    ["yml", "_config.yml\nroot: /a/ # example"],
    ["python", "def f(:"],
  ])("%s that is whole, or only a part, is not: %s", (language, code) => {
    expect(judge(language, code)).toEqual([]);
  });

  test("never throw, and lines are lines of the sample", () => {
    const language = fc.constantFrom("json", "yaml", "js", "ts");
    fc.assert(
      fc.property(language, fc.string({ unit: "grapheme", maxLength: 60 }), (name, code) => {
        for (const { line } of judgeSamples("a.md", { samples: [{ language: name, code, line: 1 }] })) {
          expect(line).toBeGreaterThan(1);
          expect(line).toBeLessThanOrEqual(code.split(/\n|\r|\u2028|\u2029/).length + 2);
        }
      }),
    );
  });
});

describe("external links", () => {
  let server: Server;
  const asked: string[] = [];
  beforeEach(async () => {
    asked.length = 0;
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      if (request.url === "/slow") return;
      const status: Readonly<Record<string, number>> = { "/gone": 404, "/busy": 429, "/secret": 403, "/head": 200 };
      response.statusCode =
        request.url === "/head" && request.method === "HEAD" ? 405 : (status[request.url ?? ""] ?? 200);
      response.end();
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  test("are asked only with `external`; only what is surely gone is told", async () => {
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const names = ["ok", "gone", "busy", "secret", "head", "slow", "ignored/gone"];
    repository.write({
      "README.md": `${names.map((name) => `[${name}](${base}/${name})`).join("\n")}\n[x](${base}/gone#part) [y](https://example.com)\n`,
    });
    expect(await lines()).toEqual([]);
    expect(asked).toEqual([]);
    const result = await run({
      with: { external: true, external_timeout_seconds: 0.5, external_ignore: [`${base}/ignored/**`] },
    });
    expect(linesOf(result.findings)).toEqual([
      `warning dead-external-link README.md:2 "${base}/gone" leads nowhere: it answers 404`,
    ]);
    expect(result.message).toBe(
      "1 document compared with the repository, 6 addresses asked, of 3 of which nothing is known",
    );
    expect(asked.filter((one) => one.endsWith("/gone"))).toEqual(["HEAD /gone", "GET /gone"]);
    expect(asked.filter((one) => one.endsWith("/ok"))).toEqual(["HEAD /ok"]);
  });
});

test("survives what is no text, too large, gone or leads out of the repository", async () => {
  repository.write({
    "nul.md": "a\0[x](gone.md)",
    "deep.md": `${"> ".repeat(2000)}[x](gone.md)\n`,
    "odd.md": "[a](%E0%A4%A) [b](\u0001.md) [c](%00)\n",
    "package.json": "{",
    "Cargo.toml": "[",
  });
  mkdirSync(path.join(repository.directory, "folder.md"));
  writeFileSync(path.join(repository.directory, "large.md"), `${"[x](gone.md) ".repeat(100_000)}\n`);
  symlinkSync("/etc/passwd", path.join(repository.directory, "link.md"));
  const { findings, message } = await run();
  expect([...new Set(findings.map(({ file }) => file))]).toEqual(["odd.md"]);
  expect(message).toContain(", 1 document nested too deeply to be read");
  expect(findings.map((finding) => finding.message).join("")).not.toMatch(/\p{Cc}/u);
});
