import { chmodSync, existsSync, mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  createContext,
  createStepRepository,
  linesOf,
  type StepRepository,
  type StepRunOptions,
} from "../../../test/step-repository.ts";
import { checkShellScripts, parseShellcheck } from "./check-shell-scripts.ts";
import { parseCommands } from "./parse-commands.ts";
import checkReferences from "./step.ts";

let repository: StepRepository;
beforeEach(() => {
  repository = createStepRepository();
});
afterEach(() => {
  vi.unstubAllEnvs();
  repository.close();
});

const run = (options?: StepRunOptions) => repository.run("script_references", checkReferences, options);
const lines = async (options?: StepRunOptions): Promise<readonly string[]> => linesOf((await run(options)).findings);

const workflow = (run: string, job = ""): string =>
  `on: push\njobs:\n  a:\n    runs-on: x\n${job}    steps:\n      - uses: actions/checkout@v4\n      - run: |\n          ${run.replaceAll("\n", "\n          ")}\n`;

describe("script_references", () => {
  test("says nothing of what a sparse checkout leaves out, and still tells what is nowhere", async () => {
    repository.write({
      "package.json": JSON.stringify({ private: true, scripts: { test: "node tools/a.js && node tools/gone.js" } }),
      "tools/a.js": "",
      "tools/Makefile": "all:\n\ttrue\n",
      "b/package.json": JSON.stringify({ name: "b", scripts: { build: "x" } }),
      ".github/workflows/ci.yml": workflow("pnpm --filter b build\nmake -C tools all"),
    });
    repository.commit();
    repository.git("sparse-checkout", "set", "--no-cone", "/*", "!/tools/", "!/b/");
    expect(await lines()).toEqual(['warning missing-file package.json:1 "tools/gone.js" is not there']);
  });

  test("has nothing to say where all that is named is there", async () => {
    repository.write({
      "package.json": JSON.stringify({ name: "a", scripts: { test: "npm run lint && node scripts/a.js", lint: "x" } }),
      "packages/b/package.json": JSON.stringify({ name: "b", scripts: { "build:all": "npm run --if-present x" } }),
      "scripts/a.js": "",
      "scripts/run.sh": "#!/bin/sh\necho a\n",
      Makefile: "all: a\na:\n\t@npm test && $(MAKE) all && $(CC) $(FLAGS) x/y.js\n",
      Dockerfile: "FROM x\nCOPY package*.json scripts ./\nCOPY --from=build /a /b\nCOPY dist/ .\n",
      ".github/workflows/ci.yml": workflow(
        "npm ci\nnpm run lint\npnpm --filter b run build:all\ncd packages/b\nnpm run build:all",
      ),
      "CONTRIBUTING.md":
        "```sh\n$ npm run lint # first\n$ make all\nout: npm run no\n$ cd packages/b && npm run build:all\n$ yarn workspace b build:all\n```\n",
      "README.md":
        "Use `npm run <name>` or `npm run your-script`.\n\n```sh\nnpx create-app my-app\ncd my-app\nnpm run dev\n```\n\n```js\nrun('npm run no')\n```\n",
      "CHANGELOG.md": "- `npm run gone` is gone\n",
    });
    chmodSync(path.join(repository.directory, "scripts/run.sh"), 0o755);
    expect(await lines()).toEqual([]);
  });

  test("takes what an earlier step of a workflow names for made by it, and programs of packages for no scripts", async () => {
    const steps = (first: string): string =>
      `on: push\njobs:\n  format:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: ${first}\n      - run: ./shfmt --diff .\n      - run: yarn run --binaries-only publish-it --all\n`;
    repository.write({
      "package.json": "{}",
      ".github/workflows/format.yml": steps("curl https://tools.example/shfmt_linux -o shfmt"),
    });
    expect(await lines()).toEqual([]);
    repository.write({ ".github/workflows/format.yml": steps("echo nothing") });
    expect(await lines()).toEqual(['warning missing-file .github/workflows/format.yml:8 "shfmt" is not there']);
  });

  test("finds scripts that are missing, in scripts, workflows and documents, and what may be meant", async () => {
    repository.write({
      "package.json": '{\n"name": "a",\n"scripts": {\n"lint": "x",\n"test": "npm run lnit && yarn build:x" } }',
      ".github/workflows/ci.yml": workflow("npm ci\nnpm run check"),
      "CONTRIBUTING.md": "# How\n\nRun `npm run format` or\n\n```bash\nnpm run build\n```\n",
      "README.md": "# a\n\n`npm run dev`\n\n## Development\n\n```sh\npnpm run dev\n```\n",
    });
    const { findings } = await run();
    expect(linesOf(findings).toSorted()).toEqual([
      'error missing-script .github/workflows/ci.yml:9 npm has no script "check" here',
      'error missing-script package.json:5 npm has no script "lnit" here',
      'error missing-script package.json:5 yarn has no script "build:x" here',
      'warning missing-script CONTRIBUTING.md:3 npm has no script "format" here',
      'warning missing-script CONTRIBUTING.md:6 npm has no script "build" here',
      'warning missing-script README.md:8 pnpm has no script "dev" here',
    ]);
    expect(findings.find(({ message }) => message.includes("lnit"))?.suggestion).toBe("`lint` may be meant");
    expect(await lines({ with: { allow: ["**"] } })).toEqual([]);
  });

  test("a document of a package for others may speak of its reader's scripts, one of a private package does not", async () => {
    repository.write({ "package.json": '{ "name": "a" }', "README.md": "```sh\nnpm run dev\n```\n" });
    expect(await lines()).toEqual([]);
    repository.write({ "package.json": '{ "private": true }' });
    expect(await lines()).toEqual(['warning missing-script README.md:2 npm has no script "dev" here']);
  });

  test("knows the scripts of examples, of which documents speak, too", async () => {
    repository.write({
      "package.json": '{ "private": true }',
      "examples/a/package.json": '{ "scripts": { "docker:start": "x", "gone": "npm run gone-too" } }',
      "README.md": "Go to `examples/a` and run `npm run docker:start`.\n",
    });
    expect(await lines()).toEqual([]);
  });

  test("looks at the folder in which a command runs, and at the package that it names", async () => {
    repository.write({
      "package.json": '{ "scripts": { "root": "npm run own --prefix a && npm run own -w b && npm run no -w b" } }',
      "a/package.json": '{ "name": "a", "scripts": { "own": "x" } }',
      "b/package.json": '{ "name": "b", "scripts": { "own": "x" } }',
      ".github/workflows/ci.yml": workflow(
        "npm run own\nnpm run root",
        "    defaults: { run: { working-directory: a } }\n",
      ),
    });
    expect((await lines()).toSorted()).toEqual([
      'error missing-script .github/workflows/ci.yml:10 npm has no script "root" here',
      'error missing-script package.json:1 npm has no script "no" here',
    ]);
  });

  test("finds targets and tasks that are missing, not where others may be included or computed", async () => {
    const document = "```sh\nmake deploy\njust fly\ntask go\n```\n";
    repository.write({
      Makefile: "all:\n\tmake gone\n",
      justfile: "build:\n  x\n",
      "Taskfile.yml": "version: 3\ntasks:\n  build:\n    cmds: [x]\n",
      "CONTRIBUTING.md": document,
    });
    expect((await lines()).toSorted()).toEqual([
      'error missing-target Makefile:2 make has no target "gone" here',
      'warning missing-target CONTRIBUTING.md:2 make has no target "deploy" here',
      'warning missing-task CONTRIBUTING.md:3 just has no task "fly" here',
      'warning missing-task CONTRIBUTING.md:4 task has no task "go" here',
    ]);
    repository.write({
      Makefile: "include x.mk\nall:\n\tmake gone\n",
      justfile: "import 'x'\n",
      "Taskfile.yml": "includes:\n  a: b\n",
    });
    expect(await lines()).toEqual([]);
  });

  test("finds files that are missing, and scripts that must not be executed; not what git ignores or a command makes", async () => {
    repository.write({
      ".gitignore": "made.js\n",
      "run.sh": "#!/bin/sh\n",
      "scripts/a.js": "",
      "package.json":
        '{ "scripts": {\n"a": "node scripts/gone.js",\n"b": "node made.js && node dist/x.js && node scripts/a",\n"c": "./run.sh",\n"d": "touch x.js && node x.js" } }',
      Dockerfile: "FROM x\nCOPY scripts/ gone.txt /app/\n",
      "CONTRIBUTING.md": "```sh\nnode scripts/away.js\nnode elsewhere/away.js\n```\n",
    });
    expect((await lines()).toSorted()).toEqual([
      'warning missing-file CONTRIBUTING.md:2 "scripts/away.js" is not there',
      'warning missing-file Dockerfile:2 "gone.txt" is not there',
      'warning missing-file package.json:2 "scripts/gone.js" is not there',
      'warning not-executable package.json:4 "run.sh" is called, but must not be executed',
    ]);
  });

  test("has shell scripts read by their shells, which run nothing", async () => {
    repository.write({
      "-a b.sh": "#!/usr/bin/env bash\ntouch ran\nif true; then\n",
      "bin/tool": "#!/bin/sh\necho $(\n",
      "ok.sh": "#!/bin/bash\na=(1 2)\n",
      "named.sh": "echo 'of which shell this is its name says'\n",
      "x.zsh.sh": "#!/bin/zsh\nif [[ ( \n",
      "template.sh": "{% if a %}if{% endif %}\n",
    });
    const { findings, message } = await run();
    // shellcheck says more of one mistake than the shells do.
    expect([...new Set(findings.map(({ severity, file }) => `${severity} ${file}`))].toSorted()).toEqual([
      "error -a b.sh",
      "error bin/tool",
    ]);
    expect(message).toMatch(/4 shell scripts read by (?:shellcheck|the shells themselves)$/);
    expect(findings.every(({ line }) => line !== undefined && line > 1)).toBe(true);
    expect(repository.git("status", "--porcelain")).not.toContain("ran");
    expect(await lines({ with: { shellcheck: false } })).toEqual([]);
    vi.stubEnv("PATH", "/nonexistent");
    const context = createContext({ directory: repository.directory, files: ["ok.sh"] });
    expect(await checkReferences(context)).toMatchObject({ message: "1 file, 1 shell script read by nothing" });
  });

  test("without shellcheck many scripts are read by few processes, whatever their names are", async () => {
    const programs = path.join(repository.directory, "node_modules");
    mkdirSync(programs);
    for (const shell of ["sh", "bash"]) {
      const found = (process.env["PATH"] ?? "").split(path.delimiter).map((folder) => path.join(folder, shell));
      symlinkSync(found.find((file) => existsSync(file)) ?? "", path.join(programs, shell));
    }
    const broken = ["s333.sh", "-n.sh", "$(touch ran).sh", "a'b\"c.sh", "new\nline.sh", "%s.sh"];
    const whole = Array.from({ length: 250 }, (_, index) => `s${index}.sh`);
    const texts = [...whole, ...broken].map((file, index) => {
      const shell = index % 2 === 0 ? "sh" : "bash";
      return [file, `#!/bin/${shell}\ntouch ran\n${broken.includes(file) ? "if true; then\n" : ""}`] as const;
    });
    repository.write(Object.fromEntries(texts));
    vi.stubEnv("PATH", programs);
    const scripts = texts.map(([file], index) => ({ file, shell: index % 2 === 0 ? "sh" : "bash" }) as const);
    const { findings, tool } = await checkShellScripts(repository.directory, scripts);
    expect(tool).toBe("the shells themselves");
    expect(findings.map(({ file }) => file)).toEqual(broken.toSorted());
    expect(findings.every(({ rule, line }) => rule === "shell-syntax" && line !== undefined && line > 1)).toBe(true);
    expect(existsSync(path.join(repository.directory, "ran"))).toBe(false);
  });

  test("reads the answer of shellcheck", () => {
    const answer = [
      { file: "a.sh", line: 3, endLine: 3, column: 5, level: "error", code: 1073, message: "Couldn't\nparse" },
    ];
    expect(linesOf(parseShellcheck(JSON.stringify(answer)))).toEqual(["error shellcheck-1073 a.sh:3 Couldn't parse"]);
    expect(parseShellcheck("oops")).toEqual([]);
  });

  test("reads manifests and recipes of any depth and length", async () => {
    repository.write({
      "package.json": `${'{"scripts":'.repeat(100_000)}{}${"}".repeat(100_000)}`,
      Dockerfile: `COPY gone.txt \\\n${"  gone.txt \\\n".repeat(50_000)}  /app/\n`,
    });
    expect((await lines())[0]).toMatch(/missing-\w+ Dockerfile:1 .*"?gone.txt/);
  });

  test("tells of ten things in a file, and counts the rest", async () => {
    const scripts = Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`s${index}`, `npm run gone${index}`]));
    repository.write({ "package.json": JSON.stringify({ scripts }) });
    expect(await lines()).toHaveLength(11);
    expect((await lines()).at(-1)).toBe("info more package.json 5 more in this file");
  });
});

describe("parseCommands()", () => {
  test.each([
    ["a b && c|d; e", [["a", "b"], ["c"], ["d"], ["e"]]],
    ["a 'b c' \"d\"e \\\n f # g\nh", [["a", "b c", "de", "f"], ["h"]]],
    ["a $b \"$c\" 'x$d' *.js $(e f; g) `h i`", [["a", undefined, undefined, "x$d", undefined, undefined, undefined]]],
    [
      "cat <<EOF > x\nnpm run no\nEOF\nb 2>&1",
      [
        ["cat", undefined, "x"],
        ["b", undefined],
      ],
    ],
  ])("%j", (text, expected) => {
    expect(parseCommands(text).map(({ words }) => words)).toEqual(expected);
  });

  test("gives back words that have been quoted, with their lines", () => {
    const word = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => !/[\n\r]/.test(text));
    fc.assert(
      fc.property(fc.array(fc.array(word, { minLength: 1, maxLength: 4 }), { maxLength: 5 }), (commands) => {
        const text = commands
          .map((words) => words.map((one) => `'${one.replaceAll("'", `'\\''`)}'`).join(" "))
          .join("\n");
        expect(parseCommands(text)).toEqual(commands.map((words, line) => ({ words, line })));
      }),
    );
  });

  test("takes any text", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void parseCommands(text)));
  });
});
