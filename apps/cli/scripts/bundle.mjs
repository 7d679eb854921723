/**
 * Bundles the CLI with the house's own packages: few files to load, few packages to install. The files are CommonJS, because Node
 * starts several milliseconds faster without its loader for ES modules, and large libraries that a run may not need are in files of
 * their own. Inside a file, what the sources import late is evaluated late.
 */
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../", import.meta.url));
const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
const outdir = path.join(root, "dist");

/** Libraries that a run may not need. */
const SEPARATE =
  /^(?:commander|js-yaml|picomatch|@ai-workflow\/(?:scheduler|ai-cache|ai-client)|ai|@ai-sdk\/(?:openai-compatible|anthropic|google)|ajv(?:\/.*)?|@secretlint\/.*)$/;

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
};

/** Builds one file. Gives its name as the other files require it. */
async function buildFile(options) {
  const { metafile } = await build({ ...commonJs, ...options });
  const [file] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint !== undefined);
  return `./${path.basename(file)}`;
}

const banner = { js: 'const __url=require("node:url").pathToFileURL(__filename).href;' };
const libraries = new Map();

/** Builds the file of a library when it is first met. */
function libraryFile(name, resolveDir) {
  if (!libraries.has(name)) {
    const stdin = {
      contents: `module.exports = require("${name}")`,
      resolveDir,
      sourcefile: `${name.replaceAll("/", "-")}.js`,
    };
    const plugins = [separateLibraries];
    libraries.set(
      name,
      buildFile({ stdin, entryNames: `${name.replace(/\W+/g, "-").replace(/^-/, "")}-[hash]`, plugins, banner }),
    );
  }
  return libraries.get(name);
}

/** Sources that are in files of their own, until they are met: at the end, names that are wrong. */
const unmet = new Set(["isomorphic-engine.ts", "categorise.ts"]);

const separateLibraries = {
  name: "separate-libraries",
  setup({ onResolve, onLoad }) {
    // With its library it is larger than all the rest, and only a machine without git needs it.
    onResolve({ filter: /\/isomorphic-engine\.ts$/ }, async ({ path: name, resolveDir }) => {
      unmet.delete(path.basename(name));
      const file = await buildFile({ entryPoints: { "isomorphic-engine": path.join(resolveDir, name) } });
      return { path: file, external: true };
    });
    // Categories are told in few runs, too, but in the middle of a function.
    onResolve({ filter: /\/categorise\.ts$/, namespace: "file" }, async ({ path: name, resolveDir }) => {
      unmet.delete(path.basename(name));
      const file = await buildFile({ entryPoints: { categorise: path.join(resolveDir, name) } });
      return { path: file, namespace: "late-categories" };
    });
    onLoad({ filter: /.*/, namespace: "late-categories" }, ({ path: file }) => ({
      contents: `export const categorise = (...args) => require(${JSON.stringify(file)}).categorise(...args);`,
    }));
    onResolve({ filter: /.*/, namespace: "late-categories" }, ({ path: file }) => ({ path: file, external: true }));
    onResolve({ filter: SEPARATE }, async ({ path: name, kind, importer, resolveDir }) => {
      // The file of the library itself.
      if (path.basename(importer) === `${name.replaceAll("/", "-")}.js` && path.dirname(importer) === resolveDir)
        return undefined;
      // Its importer is loaded in every run, but compiles globs in few.
      if (name === "picomatch" && kind === "import-statement") return { path: resolveDir, namespace: "late" };
      const file = await libraryFile(name, resolveDir);
      // Node's own import() of a CommonJS file would give its default export alone.
      return kind === "dynamic-import" ? { path: file, namespace: "late-library" } : { path: file, external: true };
    });
    onLoad({ filter: /.*/, namespace: "late-library" }, ({ path: file }) => ({
      contents: `module.exports = require(${JSON.stringify(file)});`,
    }));
    onResolve({ filter: /.*/, namespace: "late-library" }, ({ path: file }) => ({ path: file, external: true }));
    onLoad({ filter: /.*/, namespace: "late" }, ({ path: resolveDir }) => ({
      contents: 'export default (...args) => require("picomatch")(...args);',
      resolveDir,
    }));
  },
};

rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir);

const main = await buildFile({
  entryPoints: { main: "src/main.ts" },
  plugins: [separateLibraries],
  banner,
});
if (unmet.size > 0) throw new Error(`Cannot bundle: nothing imports ${[...unmet].join(", ")}`);

await buildFile({
  entryPoints: { bin: "src/bin.ts" },
  entryNames: "[name]",
  plugins: [
    {
      name: "main",
      setup: ({ onResolve }) => onResolve({ filter: /^\.\/main\.ts$/ }, () => ({ path: main, external: true })),
    },
  ],
  // So that it requires the other file, which Node does without its loader for ES modules.
  supported: { "dynamic-import": false },
});
cpSync(path.join(root, "../../packages/ai-client/prompts"), path.join(outdir, "prompts"), { recursive: true });
writeFileSync(path.join(outdir, "package.json"), '{"type":"commonjs"}\n');
chmodSync(path.join(outdir, "bin.js"), 0o755);

// Worker threads import it, and it imports modules of users.
await build({
  ...commonJs,
  format: "esm",
  define: {},
  entryPoints: { "module-worker": "../../packages/engine/src/runners/module-worker.ts" },
  entryNames: "[name]",
  outExtension: { ".js": ".mjs" },
});
