/** Bundles the CLI with the house's own packages: fewer files to load, few packages to install. */
import { chmodSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = new URL("../", import.meta.url);
const { version } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
const outdir = fileURLToPath(new URL("dist", root));
rmSync(outdir, { recursive: true, force: true });

await build({
  absWorkingDir: fileURLToPath(root),
  entryPoints: { bin: "src/bin.ts", "module-worker": "../../packages/engine/src/runners/module-worker.ts" },
  outdir,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  minify: true,
  keepNames: false,
  legalComments: "linked",
  define: { AI_WORKFLOW_VERSION: JSON.stringify(version) },
  // These two find files of their own at run time; both are loaded only when a step needs them.
  external: ["tinypool", "zx"],
  // What commander brings as CommonJS needs a `require` for Node's own modules.
  banner: {
    js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);',
  },
});
chmodSync(new URL("dist/bin.js", root), 0o755);
