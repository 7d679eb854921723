/**
 * Makes the files that programs load: one for what every caller needs, and others for the parts that few do. Node takes about half a
 * millisecond for each file of an ES module graph, which for dozens of small files is longer than asking git, and some milliseconds to
 * read code that is not called. The compiler checks and writes the declarations; this writes the code.
 */
import { readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../", import.meta.url));
const source = path.join(root, "src");
const dist = path.join(root, "dist");

/** Asynchronous functions by their module; they are loaded together when the first of them is called. */
const ASYNCHRONOUS = {
  "fingerprints/content-on-disk.ts": ["contentOnDisk"],
  "fingerprints/fingerprint-globs.ts": ["fingerprintGlobs"],
  "fingerprints/list-plain-files.ts": ["listPlainFiles"],
  "lists/list-changed-files.ts": ["listChangedFiles"],
  "units/affected-units.ts": ["affectedUnits"],
  "units/detect-affected-units.ts": ["detectAffectedUnits"],
  "units/read-units.ts": ["readUnits"],
};

/** Functions that answer at once: what they need is a CommonJS file, which Node can load in the middle of a call. */
const CATEGORIES = "categories.cjs";
const SYNCHRONOUS = {
  "categories/categorise.ts": ["categorise"],
  "categories/create-categoriser.ts": ["createCategoriser"],
};

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node20.19",
  packages: "external",
};

const reexport = (parts) =>
  Object.entries(parts)
    .map(([file, names]) => `export { ${names.join(", ")} } from "./src/${file}";`)
    .join("\n");
const moduleName = (file) => path.relative(source, file).replaceAll(path.sep, "/");

/** Modules named above that nothing has imported so far: at the end, names that are wrong. */
const unmet = new Set([...Object.keys(ASYNCHRONOUS), ...Object.keys(SYNCHRONOUS)]);

const lateParts = {
  name: "late-parts",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.{1,2}\/.*\.ts$/, namespace: "file" }, ({ path: specifier, resolveDir, importer, kind }) => {
      if (kind !== "import-statement") return undefined;
      // Names go into comments of what is written, so they must not be paths of this machine.
      const module = moduleName(path.resolve(resolveDir, specifier));
      if (moduleName(importer) === "index.ts") unmet.delete(module);
      if (module in SYNCHRONOUS) return { path: module, namespace: "late-synchronous" };
      // Only the index imports them for others; the parts themselves need each other at once.
      const isForOthers = moduleName(importer) === "index.ts" && module in ASYNCHRONOUS;
      return isForOthers ? { path: module, namespace: "late-asynchronous" } : undefined;
    });
    onLoad({ filter: /.*/, namespace: "late-asynchronous" }, ({ path: module }) => ({
      resolveDir: root,
      contents: ASYNCHRONOUS[module]
        .map((name) => `export const ${name} = async (...args) => (await import("late-parts")).${name}(...args);`)
        .join("\n"),
    }));
    // One module for all of them: each further one would tear the code that they share into more files.
    onResolve({ filter: /^late-parts$/ }, () => ({ path: "late-parts", namespace: "late-parts" }));
    onLoad({ filter: /.*/, namespace: "late-parts" }, () => ({ resolveDir: root, contents: reexport(ASYNCHRONOUS) }));
    onLoad({ filter: /.*/, namespace: "late-synchronous" }, ({ path: module }) => ({
      contents: [
        `import { createRequire } from "node:module";`,
        `const load = () => createRequire(import.meta.url)("./${CATEGORIES}");`,
        ...SYNCHRONOUS[module].map((name) => `export const ${name} = (...args) => load().${name}(...args);`),
      ].join("\n"),
    }));
  },
};

/** picomatch loads four files, so it is loaded when the first glob is compiled. */
const latePicomatch = {
  name: "late-picomatch",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^picomatch$/ }, () => ({ path: "picomatch", namespace: "late-picomatch" }));
    onLoad({ filter: /.*/, namespace: "late-picomatch" }, () => ({
      contents: `import { createRequire } from "node:module";
let picomatch;
export default (...args) => (picomatch ??= createRequire(import.meta.url)("picomatch"))(...args);`,
    }));
  },
};

for (const name of readdirSync(dist)) {
  if (/\.c?js$/.test(name)) rmSync(path.join(dist, name));
}
await build({
  ...common,
  stdin: {
    contents: reexport(SYNCHRONOUS),
    resolveDir: root,
  },
  outfile: path.join(dist, CATEGORIES),
  format: "cjs",
});
await build({
  ...common,
  entryPoints: ["src/index.ts"],
  outdir: "dist",
  chunkNames: "[name]-[hash]",
  splitting: true,
  format: "esm",
  plugins: [lateParts, latePicomatch],
});
if (unmet.size > 0) throw new Error(`Cannot bundle: src/index.ts does not import ${[...unmet].join(", ")}`);
