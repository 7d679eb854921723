import { symlinkSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  createStepRepository,
  linesOf,
  type StepRepository,
  type StepRunOptions,
} from "../../../test/step-repository.ts";
import { judgeLayouts } from "./judge-layouts.ts";
import { judgeNames } from "./judge-names.ts";
import { readTrees } from "./read-trees.ts";
import checkStructure from "./step.ts";

let repository: StepRepository;
beforeEach(() => {
  repository = createStepRepository();
});
afterEach(() => repository.close());

const lines = async (options?: StepRunOptions): Promise<readonly string[]> =>
  linesOf((await repository.run("directory_structure", checkStructure, options)).findings);

const README = `# A

\`\`\`text
.
├── src/            # sources
│   ├── index.ts
│   └── lib
│       └── gone.ts
├── docs            the documents
├── dist/           built
├── ...
└── package.json
\`\`\`

- \`src/\`: sources
- \`docs/guide.md\`: how to
- \`package.json\`: the manifest
- \`tests/\`: tests
`;
const FILES = { "src/index.ts": "", "src/lib/a.ts": "", "docs/guide.md": "", "package.json": "{}" };

describe("directory_structure", () => {
  test("has nothing to say of a repository as it should be, whose empty files are nobody's mistake", async () => {
    repository.write({
      ...FILES,
      "src/lib/gone.ts": "",
      "tests/a.ts": "",
      "README.md": README,
      ".env.example": "TOKEN=abc\n",
    });
    symlinkSync("README.md", path.join(repository.directory, "LINK.md"));
    expect(await lines()).toEqual([]);
  });

  test("names what layouts in documents show and is not there, by its line; not what programs make", async () => {
    repository.write({ ...FILES, "README.md": README });
    expect(await lines()).toEqual([
      'warning documented-layout README.md:8 the layout names "src/lib/gone.ts", which is not there',
      'warning documented-layout README.md:18 the layout names "tests", which is not there',
    ]);
    expect(await lines({ with: { allow: ["README.md"] } })).toEqual([]);
  });

  test("finds the layout of a package in the folder of its document, and one below the folder that it names", async () => {
    repository.write({
      "packages/a/README.md": "```\nsrc\n├── a.ts\n├── b.ts\n├── c.ts\n└── d.ts\n```\n",
      "packages/a/src/a.ts": "",
      "packages/a/src/b.ts": "",
      "packages/a/src/c.ts": "",
    });
    expect(await lines()).toEqual([
      'warning documented-layout packages/a/README.md:6 the layout names "packages/a/src/d.ts", which is not there',
    ]);
  });

  test("takes a layout of which little is there for somebody else's", async () => {
    repository.write({ ...FILES, "README.md": "```\nmy-app\n├── src\n├── pages\n├── public\n└── app.ts\n```\n" });
    expect(await lines()).toEqual([]);
  });

  test("finds files left behind, folders that programs fill, and names that clash or that Windows cannot have", () => {
    const told = linesOf(
      judgeNames([
        ".DS_Store",
        "a/Thumbs.db",
        "a/.b.swp",
        "a/b.js~",
        "a/b.orig",
        "test/fixtures/c.orig",
        "node_modules/x/package.json",
        "test/node_modules/x/package.json",
        "lib/__pycache__/a.pyc",
        "Readme.md",
        "README.md",
        "src/A/x.ts",
        "src/a/y.ts",
        "e\u0301.txt",
        "\u00E9.txt",
        "src/aux.ts",
        "src/what?.ts",
        "src/auxiliary.ts",
        "a:b/one.ts",
        "a:b/two.ts",
        "tree~1/ok",
      ]),
    ).map((line) => line.split(" ").slice(0, 3).join(" "));
    expect(told).toEqual([
      "warning committed-output node_modules",
      "warning committed-output lib/__pycache__",
      "warning stray-file .DS_Store",
      "warning stray-file a/Thumbs.db",
      "warning stray-file a/.b.swp",
      "warning stray-file a/b.js~",
      "warning stray-file a/b.orig",
      "warning case-clash README.md",
      "warning case-clash src/a",
      "warning unicode-clash \u00E9.txt",
      "warning windows-name src/aux.ts",
      "warning windows-name src/what?.ts",
      "warning windows-name a:b",
    ]);
  });

  test("finds what programs and editors keep for themselves, and leaves alone what only has such a name", () => {
    const told = judgeNames([
      ".idea/vcs.xml",
      ".idea/workspace.xml",
      ".vs/app/v17/.suo",
      "a/v8.log",
      "a/isolate-0x2f7c0a0-v8.log",
      "a/hs_err_pid42.log",
      "a/app.log",
      "a/debug.log",
      "test/debug.log",
      "a/b.js.bak",
      "build/webpack.js",
      "android/build/intermediates/x.class",
      "android/build/outputs/x.aar",
      "native/build/Release/obj.target/a.o",
      "crate/target/debug/deps/a.d",
      "target/release/notes.md",
      "net/obj/project.assets.json",
      "models/obj/teapot.obj",
      "a.xcodeproj/xcuserdata/me.xcuserdatad/a.plist",
      "build/tools/node_modules/x/package.json",
    ]).map(({ rule, file, message }) => `${rule} ${file ?? ""} ${message}`);
    expect(told).toEqual([
      "committed-output .vs what Visual Studio keeps for one user: 1 file below this folder that git does not ignore",
      "committed-output android/build a build of Android: 2 files below this folder that git does not ignore",
      "committed-output native/build a build of node-gyp: 1 file below this folder that git does not ignore",
      "committed-output crate/target a build of Rust: 1 file below this folder that git does not ignore",
      "committed-output net/obj a build of .NET: 1 file below this folder that git does not ignore",
      "committed-output a.xcodeproj/xcuserdata what Xcode keeps for one user: 1 file below this folder that git does not ignore",
      "committed-output build/tools/node_modules installed packages: 1 file below this folder that git does not ignore",
      "stray-file .idea/workspace.xml an editor keeps its state for one user in this file",
      "stray-file a/v8.log a program leaves this log behind",
      "stray-file a/isolate-0x2f7c0a0-v8.log a program leaves this log behind",
      "stray-file a/hs_err_pid42.log a program leaves this log behind",
      "stray-file a/debug.log a program leaves this log behind",
      "stray-file a/b.js.bak looks like a backup",
    ]);
  });

  test("finds links that lead nowhere or out, but not one to what git ignores or what is installed", async () => {
    repository.write({ ".gitignore": "built\n" });
    const link = (to: string, name: string): void => symlinkSync(to, path.join(repository.directory, name));
    link("nowhere", "a");
    link("../../outside", "b");
    link("/etc/hostname", "c");
    link("built/x", "d");
    link(".venv/lib/site-packages/x", "e");
    expect(await lines()).toEqual([
      'error broken-link a leads to "nowhere", which is not there',
      'warning outward-link b leads out of the repository, to "../../outside"',
      'warning outward-link c leads out of the repository, to "/etc/hostname"',
    ]);
  });

  test("finds large files, core dumps and files of secrets", async () => {
    writeFileSync(path.join(repository.directory, "video.bin"), "");
    truncateSync(path.join(repository.directory, "video.bin"), 6 * 1024 * 1024);
    const core = Buffer.alloc(100);
    core.write("\u007FELF");
    core[16] = 4;
    repository.write({
      core,
      "src/core": "folders and texts of the name are none\n".repeat(5),
      ".env": "# a\nDEBUG=1\nNEXT_PUBLIC_TOKEN=abcdef\nAPI_TOKEN=8f7s6d5f\n",
      "web/.env": "PORT=3000\nPASSWORD=changeme\n",
      ".env.local": "A=1\n",
      "templates/app/.env": "SESSION_SECRET=hello-world\n",
    });
    expect((await lines()).toSorted()).toEqual([
      "warning core-dump core what a crashed program leaves behind",
      "warning environment-file .env.local is for one machine, and git does not ignore it",
      "warning environment-file .env:4 sets what looks like a secret, and git does not ignore the file",
      "warning large-file video.bin 6.0 MiB, which every clone has for ever",
    ]);
    expect(await lines({ with: { max_file_mb: 7, allow: ["core", "**/.env*"] } })).toEqual([]);
  });

  test("counts what is more than enough", () => {
    const told = judgeNames(Array.from({ length: 30 }, (_, index) => `${index}.js~`));
    expect(told).toHaveLength(21);
    expect(told.at(-1)).toMatchObject({ severity: "info", message: "and 10 more" });
  });
});

describe("readTrees()", () => {
  // `my.…` and the like stand for names of the reader's own.
  const name = fc
    .stringMatching(/^[a-z]{1,6}\.?[a-z]{0,3}[a-z]$/)
    .filter((text) => !/^(?:your|my|foo|bar)\./.test(text));
  const tree = fc.letrec<{ node: Node; nodes: readonly Node[] }>((tie) => ({
    node: fc.record({ name, children: fc.oneof({ depthSize: "small" }, fc.constant([]), tie("nodes")) }),
    nodes: fc.uniqueArray(tie("node"), { minLength: 1, maxLength: 4, selector: (node) => node.name }),
  })).nodes;
  interface Node {
    readonly name: string;
    readonly children: readonly Node[];
  }
  const draw = (nodes: readonly Node[], before = ""): readonly string[] =>
    nodes.flatMap((node, index) => {
      const isLast = index === nodes.length - 1;
      const own = `${before}${isLast ? "└── " : "├── "}${node.name}`;
      return [own, ...draw(node.children, `${before}${isLast ? "    " : "│   "}`)];
    });
  const paths = (nodes: readonly Node[], above = ""): readonly string[] =>
    nodes.flatMap((node) => [`${above}${node.name}`, ...paths(node.children, `${above}${node.name}/`)]);

  test("gives every path of a tree that has been drawn, in its order", () => {
    fc.assert(
      fc.property(tree, (nodes) => {
        const [layout] = readTrees(["```", "root", ...draw(nodes), "```"].join("\n"));
        expect(layout?.root).toBe("root");
        expect(layout?.entries.map((entry) => entry.path)).toEqual(paths(nodes));
        // All of it is there, so that there is nothing to say.
        expect(judgeLayouts("README.md", layout === undefined ? [] : [layout], () => true)).toEqual([]);
      }),
    );
  });

  test("takes any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => void readTrees(`\`\`\`\n├── ${text}\n- \`${text}\``)),
    );
  });
});

test("what a sparse checkout leaves out is there for layouts and links", async () => {
  repository.write({ ...FILES, "README.md": README, "tests/a.test.ts": "" });
  symlinkSync("src/index.ts", path.join(repository.directory, "index.ts"));
  symlinkSync("src/gone.ts", path.join(repository.directory, "gone.ts"));
  repository.commit();
  const before = await lines();
  expect(before).toContain('error broken-link gone.ts leads to "src/gone.ts", which is not there');
  repository.git("sparse-checkout", "set", "--no-cone", "/*", "!/src/", "!/docs/");
  expect(await lines()).toEqual(before);
});

// Other systems refuse such a name.
test.runIf(process.platform === "linux")(
  "a name that is not UTF-8 is told, as nothing can be read under it",
  async () => {
    writeFileSync(
      Buffer.concat([Buffer.from(`${repository.directory}/caf`), Buffer.of(0xe9), Buffer.from(".pem")]),
      "",
    );
    repository.write({ "meant\uFFFD.txt": "" });
    expect(await lines()).toEqual([
      "warning name-not-utf8 caf\uFFFD.pem its name is not UTF-8: no step can read this file, and other systems cannot check it out",
    ]);
  },
);
