/**
 * Makes the files that programs load: one for what every caller needs, and one for each part that is imported late. Node takes about
 * half a millisecond for each file of an ES module graph, which for dozens of small files is longer than asking git. The compiler
 * checks and writes the declarations; this writes the code.
 */
import { rmSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../", import.meta.url));
const dist = path.join(root, "dist");

/** picomatch is needed by few callers and loads four files, so it is loaded when the first glob is compiled. */
const latePicomatch = {
  name: "late-picomatch",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^picomatch$/ }, ({ kind }) =>
      kind === "import-statement" ? { path: "picomatch", namespace: "late" } : { external: true },
    );
    onLoad({ filter: /.*/, namespace: "late" }, () => ({
      contents: `import { createRequire } from "node:module";
let picomatch;
export default (...args) => (picomatch ??= createRequire(import.meta.url)("picomatch"))(...args);`,
    }));
  },
};

for (const name of await readdir(dist).catch(() => [])) {
  if (/\.js(?:\.map)?$/.test(name)) rmSync(path.join(dist, name));
}
await build({
  absWorkingDir: root,
  entryPoints: ["src/index.ts"],
  outdir: "dist",
  chunkNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  packages: "external",
  sourcemap: true,
  sourcesContent: false,
  plugins: [latePicomatch],
});
