/** Plugins for esbuild that put parts of a program into files of their own, which are loaded when they are needed. */
import path from "node:path";

const STAND_IN = "stand-in";

/** Has code stand where an import was, once for each file and way of importing. It requires the file. */
function standIn(file, way, contents) {
  return { path: file, suffix: `?${way}`, namespace: STAND_IN, pluginData: contents };
}

/** A module in whose place `file` is required. Node's own import() of a CommonJS file would give its default export alone. */
function lateModule(file) {
  return standIn(file, "module", `module.exports = require(${JSON.stringify(file)});`);
}

/** A function that requires `file` when it is called first, for importers that are loaded in every run and call it in few. */
function lateFunction(file, name) {
  const required = `require(${JSON.stringify(file)})`;
  const contents =
    name === "default"
      ? `export default (...args) => ${required}(...args);`
      : `export const ${name} = (...args) => ${required}.${name}(...args);`;
  return standIn(file, `function-${name}`, contents);
}

/** Gives stand-ins their code; what they require is a file beside the one being built. Needed by the other plugins. */
export const standIns = {
  name: "stand-ins",
  setup({ onLoad, onResolve }) {
    onLoad({ filter: /.*/, namespace: STAND_IN }, ({ pluginData: contents }) => ({ contents }));
    onResolve({ filter: /.*/, namespace: STAND_IN }, ({ path: file }) => ({ path: file, external: true }));
  },
};

/**
 * Puts single sources into files of their own. `sources`: the names of the files and, for those that are imported where
 * nothing may be awaited, the one function that is called of each. `unmet` gives those that nobody imported so far.
 */
export function separateSources(sources, buildFile) {
  const unmet = new Set(Object.keys(sources));
  const plugin = {
    name: "separate-sources",
    setup({ onResolve }) {
      onResolve({ filter: /\.ts$/, namespace: "file" }, async ({ path: name, resolveDir }) => {
        const source = path.basename(name);
        if (!Object.hasOwn(sources, source)) return undefined;
        unmet.delete(source);
        const file = await buildFile({ entryPoints: { [source.slice(0, -3)]: path.join(resolveDir, name) } });
        const called = sources[source];
        return called === undefined ? { path: file, external: true } : lateFunction(file, called);
      });
    },
  };
  return { plugin, unmet: () => [...unmet] };
}

/**
 * Puts libraries, and what they in turn require of `filter`, into a file each. A static import of one loads its file with the
 * importer, except for those of `lateFunctions`, whose default export is a function: its file is loaded with the first call.
 */
export function separateLibraries({ filter, lateFunctions, banner }, buildFile) {
  const files = new Map();

  function build(name, resolveDir) {
    const stdin = { contents: `module.exports = require("${name}")`, resolveDir, sourcefile: sourceFileOf(name) };
    const entryNames = `${name.replace(/\W+/g, "-").replace(/^-/, "")}-[hash]`;
    return buildFile({ stdin, entryNames, plugins: [plugin, standIns], banner });
  }

  const plugin = {
    name: "separate-libraries",
    setup({ onResolve }) {
      onResolve({ filter, namespace: "file" }, async ({ path: name, kind, importer, resolveDir }) => {
        // The file of the library itself, which is to hold it.
        if (importer === path.join(resolveDir, sourceFileOf(name))) return undefined;
        if (!files.has(name)) files.set(name, build(name, resolveDir));
        const file = await files.get(name);
        if (kind === "dynamic-import") return lateModule(file);
        if (kind === "import-statement" && lateFunctions.includes(name)) return lateFunction(file, "default");
        return { path: file, external: true };
      });
    },
  };
  return plugin;
}

function sourceFileOf(name) {
  return `${name.replaceAll("/", "-")}.js`;
}
