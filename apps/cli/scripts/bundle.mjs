/**
 * Bundles the CLI with the house's own packages: few files to load, few packages to install. The files are CommonJS, because Node
 * starts several milliseconds faster without its loader for ES modules, and large libraries that a run may not need are in files of
 * their own. Inside a file, what the sources import late is evaluated late.
 */
import { createHash } from "node:crypto";
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { separateLibraries, separateSources, standIns } from "./bundling/separate-files.mjs";

const root = fileURLToPath(new URL("../", import.meta.url));
const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
const outdir = path.join(root, "dist");

/** Libraries that a run may not need. */
const LIBRARIES =
  /^(?:commander|js-yaml|picomatch|@ai-workflow\/(?:scheduler|ai-cache|ai-client|alerts|ml-predictor|regression|steps(?:\/init)?|profiler\/(?:bottlenecks|child-spans|exports|resources|test-profile))|nodemailer|protobufjs(?:\/.*)?|@ai-sdk\/(?:openai-compatible|anthropic|google)|ajv(?:\/.*)?|@secretlint\/.*)$/;

/** Those that are imported where every run comes by, and called in few. */
const LATE_FUNCTIONS = ["picomatch"];

/** Sources that a run may not need, and the function that is called of each, where it is called in the middle of another. */
const SOURCES = {
  // With its library it is larger than all the rest, and only a machine without git needs it.
  "isomorphic-engine.ts": undefined,
  // Categories are told in few runs.
  "categorise.ts": "categorise",
  // Readers of manifests in six languages, which only steps done for each unit need.
  "read-units.ts": "readUnits",
};

/** Sources of the house whose published form is bundled for other programs; here its parts are put together in another way. */
const alias = { "@ai-workflow/change-detection": path.join(root, "../../packages/change-detection/src/index.ts") };

const commonJs = {
  absWorkingDir: root,
  alias,
  bundle: true,
  format: "cjs",
  platform: "node",
  target: "node20.19",
  minify: true,
  legalComments: "linked",
  outdir,
  // The engine keeps parsed configurations for exactly one program, which it knows by the name of its file.
  entryNames: "[name]-[hash]",
  metafile: true,
  define: { AI_WORKFLOW_VERSION: JSON.stringify(version), "import.meta.url": "__url" },
  // These two find files of their own at run time; both are loaded only when a step needs them.
  external: ["tinypool", "zx"],
  // Required instead: Node needs its loader for ES modules for no import, and code that was compiled earlier cannot import.
  supported: { "dynamic-import": false },
};

/** Files that worker threads and processes of their own load. */
const moduleFiles = {
  ...commonJs,
  format: "esm",
  supported: {},
  define: {},
  entryNames: "[name]",
  outExtension: { ".js": ".mjs" },
};

/** Builds one file. Gives its name as the other files require it. */
async function buildFile(options) {
  const { metafile } = await build({ ...commonJs, ...options });
  const [file] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint !== undefined);
  return `./${path.basename(file)}`;
}

/**
 * Bundles the built-in steps, a file each with what they share in files of its own; worker threads import them. Gives what tells them from
 * any others: a hash of their content.
 */
async function buildSteps() {
  const source = path.join(root, "../../packages/steps/src/steps");
  const names = readdirSync(source, { recursive: true }).filter((file) => path.basename(file) === "step.ts");
  const { outputFiles } = await build({
    ...moduleFiles,
    entryPoints: Object.fromEntries(
      names.map((name) => [path.dirname(name).replaceAll("-", "_"), path.join(source, name)]),
    ),
    outdir: path.join(outdir, "steps"),
    splitting: true,
    // What a library has for modules comes first: some load the parts of their other form in ways that cannot be bundled.
    mainFields: ["module", "main"],
    chunkNames: "shared-[hash]",
    // Libraries in CommonJS ask for parts of Node by a function that modules do not have.
    banner: { js: 'import{createRequire as __require}from"node:module";const require=__require(import.meta.url);' },
    write: false,
  });
  const hash = createHash("sha256");
  mkdirSync(path.join(outdir, "steps"));
  for (const file of outputFiles.toSorted((one, other) => (one.path < other.path ? -1 : 1))) {
    writeFileSync(file.path, file.contents);
    hash.update(file.contents);
  }
  return `${version}-${hash.digest("hex").slice(0, 16)}`;
}

const banner = { js: 'const __url=require("node:url").pathToFileURL(__filename).href;' };
const sources = separateSources(SOURCES, buildFile);
const libraries = separateLibraries({ filter: LIBRARIES, lateFunctions: LATE_FUNCTIONS, banner }, buildFile);

rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir);

const main = await buildFile({
  entryPoints: { main: "src/main.ts" },
  plugins: [sources.plugin, libraries, standIns],
  banner,
  define: { ...commonJs.define, AI_WORKFLOW_STEPS: JSON.stringify(await buildSteps()) },
});
const unmet = sources.unmet();
if (unmet.length > 0) throw new Error(`Cannot bundle: nothing imports ${unmet.join(", ")}`);

await buildFile({
  entryPoints: { bin: "src/bin.ts" },
  entryNames: "[name]",
  banner,
  define: { ...commonJs.define, MAIN_FILE: JSON.stringify(main) },
  plugins: [
    {
      name: "main",
      setup: ({ onResolve }) => onResolve({ filter: /^\.\/main\.ts$/ }, () => ({ path: main, external: true })),
    },
  ],
});
cpSync(path.join(root, "../../packages/ai-client/prompts"), path.join(outdir, "prompts"), { recursive: true });
cpSync(path.join(root, "../../packages/engine/config.schema.json"), path.join(outdir, "config.schema.json"));
const { runRecordSchema } = await import("../../../packages/profiler/dist/run-record-schema.js");
writeFileSync(path.join(outdir, "run-record.schema.json"), `${JSON.stringify(runRecordSchema, undefined, 2)}\n`);
writeFileSync(path.join(outdir, "package.json"), '{"type":"commonjs"}\n');
chmodSync(path.join(outdir, "bin.js"), 0o755);

// The process of module steps runs the first, worker threads import the others, and one of these imports modules of users.
await build({
  ...moduleFiles,
  entryPoints: {
    "module-host": "../../packages/engine/src/runners/module-host.ts",
    "module-worker": "../../packages/engine/src/runners/module-worker.ts",
    "predictor-worker": "../../packages/ml-predictor/src/model-files/predictor-worker.ts",
  },
});
