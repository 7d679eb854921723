import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { guessKind, type KindGuess } from "./guess-kind.ts";

function guess(contents: Readonly<Record<string, string>>, units: readonly string[] = []): KindGuess {
  return guessKind({ files: new Set(Object.keys(contents)), read: (file) => contents[file], units });
}

const json = (value: object): string => JSON.stringify(value);

describe("guessKind", () => {
  test.each<readonly [string, string, Readonly<Record<string, string>>]>([
    ["a library", "nodejs_library", { "package.json": json({ exports: "./index.js" }), "index.js": "" }],
    [
      "a library of components, which has the framework and a demo page",
      "nodejs_library",
      {
        "package.json": json({ main: "dist/index.js", dependencies: { "react-dom": "^19" } }),
        "index.html": "",
        "src/a.tsx": "",
      },
    ],
    ["a command", "nodejs_cli", { "package.json": json({ bin: { tool: "bin.js" }, main: "a.js" }), "bin.js": "" }],
    [
      "a command that serves",
      "nodejs_cli",
      { "package.json": json({ bin: "bin.js", dependencies: { express: "^5" } }), "bin.js": "" },
    ],
    [
      "a server",
      "nodejs_api",
      { "package.json": json({ main: "server.js", dependencies: { fastify: "^5" } }), "server.js": "" },
    ],
    [
      "a part for servers that is published with the server it needs",
      "nodejs_library",
      { "package.json": json({ main: "index", dependencies: { express: "^3" } }), "index.js": "" },
    ],
    [
      "a server that is started",
      "nodejs_api",
      {
        "package.json": json({ main: "index.js", scripts: { start: "node ." }, dependencies: { express: "^5" } }),
        "index.js": "",
      },
    ],
    ["data that is imported", "nodejs_library", { "package.json": json({ name: "a" }), "index.json": "" }],
    [
      "a library with more code for an engine in it",
      "nodejs_library",
      { "package.json": json({ main: "a.js" }), "a.js": "", "b.lua": "", "c.lua": "" },
    ],
    [
      "a crate that a package brings",
      "generic",
      { "package.json": json({ main: "a.js" }), "a.js": "", "Cargo.toml": "", "src/a.rs": "", "src/b.rs": "" },
    ],
    [
      "a plugin of a server is a library",
      "nodejs_library",
      { "package.json": json({ main: "plugin.js", devDependencies: { fastify: "^5" } }), "plugin.js": "" },
    ],
    [
      "an application with React",
      "react_spa",
      {
        "package.json": json({ private: true, dependencies: { react: "^19", "react-dom": "^19" } }),
        "index.html": "",
        "src/main.tsx": "",
      },
    ],
    ["Next", "react_spa", { "package.json": json({ dependencies: { next: "15" } }), "app/page.tsx": "" }],
    [
      "Vue",
      "react_spa",
      { "package.json": json({ private: true, dependencies: { vue: "3" } }), "index.html": "", "src/App.vue": "" },
    ],
    [
      "a site by Docusaurus, which needs React",
      "documentation",
      {
        "package.json": json({ private: true, dependencies: { "react-dom": "^19" } }),
        "docusaurus.config.ts": "",
        "docs/a.md": "",
        "src/pages/index.tsx": "",
      },
    ],
    ["a site by MkDocs", "documentation", { "mkdocs.yml": "", "docs/index.md": "" }],
    [
      "a Python package that MkDocs describes",
      "python_app",
      { "mkdocs.yml": "", "pyproject.toml": "", "app/a.py": "", "docs/index.md": "" },
    ],
    [
      "Rust that mdBook describes",
      "generic",
      { "book.toml": "", "Cargo.toml": "", "src/lib.rs": "", "docs/index.md": "" },
    ],
    ["a site by Hugo", "static_website", { "hugo.toml": "", "content/a.md": "", "content/b.md": "" }],
    ["a page", "static_website", { "index.html": "", "style.css": "", "app.js": "" }],
    [
      "a site by Eleventy",
      "static_website",
      { "package.json": json({ private: true }), "eleventy.config.js": "", "index.md": "" },
    ],
    [
      "Django with a few scripts",
      "python_app",
      { "manage.py": "", "shop/models.py": "", "package.json": json({ private: true }), "static/a.js": "" },
    ],
    [
      "a Node library with one script in Python",
      "nodejs_library",
      { "package.json": json({ main: "a.js" }), "a.js": "", "b.js": "", "requirements.txt": "", "gyp.py": "" },
    ],
    ["scripts in Python", "python_app", { "a.py": "", "README.md": "" }],
    ["shell scripts", "shell_automation", { "install.sh": "", "lib/a.bash": "", "README.md": "" }],
    [
      "shell scripts with a package.json for their linter",
      "shell_automation",
      { "package.json": json({ private: true }), "a.sh": "", "b.sh": "" },
    ],
    ["documents", "documentation", { "README.md": "", "a.md": "", "b.md": "", "c.png": "" }],
    ["Go", "generic", { "go.mod": "", "main.go": "", "README.md": "" }],
    ["Go with a page", "generic", { "go.mod": "", "main.go": "", "a.go": "", "index.html": "", "a.js": "" }],
    ["Java", "generic", { "pom.xml": "", "src/main/java/A.java": "" }],
    ["a package.json that is none", "generic", { "package.json": "{", "a.js": "" }],
    [
      "a manifest that only holds tools",
      "generic",
      { "package.json": json({ private: true, devDependencies: { prettier: "3" } }), "prettier.config.js": "" },
    ],
    ["a README alone", "generic", { "README.md": "" }],
    ["nothing", "generic", {}],
  ])("%s: %s", (_, kind, contents) => {
    expect(guess(contents)).toMatchObject({ kind });
  });

  test("what holds packages together is what most of them are", () => {
    const contents = {
      "package.json": json({ private: true, workspaces: ["packages/*"] }),
      "packages/a/package.json": json({ exports: "./a.js" }),
      "packages/a/a.js": "",
      "packages/b/package.json": json({ exports: "./b.js" }),
      "packages/c/package.json": json({ bin: "c.js" }),
    };
    expect(guess(contents, ["packages/a", "packages/b", "packages/c"])).toEqual({
      kind: "nodejs_library",
      why: "2 of 3 packages are of this kind",
    });
    expect(guess(contents, ["packages/a", "packages/c"])).toEqual({
      kind: "generic",
      why: "2 packages of several kinds",
    });
  });

  test("no name or text of the repository gets into the reason", () => {
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constant(json({ bin: "\u001b[2J\n", dependencies: { "x\ny": "1" } })),
    );
    const name = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("package.json", "a\u001b.py", "mkdocs.yml", "index.html"),
    );
    fc.assert(
      fc.property(fc.dictionary(name, text), (contents) => {
        expect(guess(contents).why).toMatch(/^[\w .,;:`/@-]+$/);
      }),
    );
  });
});
