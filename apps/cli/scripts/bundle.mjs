/**
 * Bundles the CLI with the house's own packages: few files to load, few packages to install. Code that a run may not need is in
 * chunks of its own. The chunks are CommonJS, because Node starts several milliseconds faster without its loader for ES modules.
 */
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const root = fileURLToPath(new URL("../", import.meta.url));
const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
const outdir = path.join(root, "dist");
const shared = {
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  minify: true,
};

/** picomatch is CommonJS, which a bundle evaluates when it loads; like this it waits until the first glob is compiled. */
const lazyPicomatch = {
  name: "lazy-picomatch",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^picomatch$/ }, ({ kind, resolveDir }) =>
      kind === "import-statement" ? { path: resolveDir, namespace: "lazy-picomatch" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "lazy-picomatch" }, ({ path: resolveDir }) => ({
      contents: 'export default (...args) => require("picomatch")(...args);',
      resolveDir,
    }));
  },
};

/** esbuild splits ES modules only, so each chunk is turned into CommonJS afterwards; what it loads later it then requires later. */
async function toCommonJs(code) {
  const chunk = code.replaceAll('import("./', '__importChunk("./');
  const helpers = [
    chunk === code ? "" : "const __importChunk=async(file)=>require(file);",
    code.includes("import.meta.url") ? 'const __url=require("node:url").pathToFileURL(__filename).href;' : "",
  ];
  const converted = await transform(chunk, {
    format: "cjs",
    platform: "node",
    target: shared.target,
    minify: true,
    define: { "import.meta.url": "__url" },
    banner: helpers.join(""),
  });
  return converted.code;
}

const { outputFiles } = await build({
  ...shared,
  entryPoints: { bin: "src/bin.ts" },
  outdir,
  splitting: true,
  write: false,
  legalComments: "linked",
  define: { AI_WORKFLOW_VERSION: JSON.stringify(version) },
  // These two find files of their own at run time; both are loaded only when a step needs them.
  external: ["tinypool", "zx"],
  plugins: [lazyPicomatch],
});

rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir);
for (const { path: file, text } of outputFiles)
  writeFileSync(file, file.endsWith(".js") ? await toCommonJs(text) : text);
writeFileSync(path.join(outdir, "package.json"), '{"type":"commonjs"}\n');
chmodSync(path.join(outdir, "bin.js"), 0o755);

// Worker threads import it, and it imports modules of users.
await build({
  ...shared,
  entryPoints: { "module-worker": "../../packages/engine/src/runners/module-worker.ts" },
  outdir,
  outExtension: { ".js": ".mjs" },
});
