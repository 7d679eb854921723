import path from "node:path";

const SOURCE_EXTENSIONS = [".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".jsx", ".d.ts"];

/** Sources of the modules that a `package.json` offers, among the files; a built file is looked for in `src` and beside. */
export function findEntries(manifestFile: string, manifest: unknown, files: ReadonlySet<string>): readonly string[] {
  if (typeof manifest !== "object" || manifest === null) return [];
  const { exports, types, typings, module, main } = manifest as Readonly<Record<string, unknown>>;
  const offered = exports === undefined ? [types, typings, module, main] : leavesOf(exports, 0);
  const folder = path.posix.dirname(manifestFile);
  const targets = offered.filter((one): one is string => typeof one === "string" && !one.includes("*"));
  const found = targets.flatMap((target) => sourceOf(folder, target, files) ?? []);
  return [...new Set(found)];
}

function leavesOf(value: unknown, depth: number): readonly unknown[] {
  if (typeof value !== "object" || value === null || depth > 10) return [value];
  return Object.values(value).flatMap((one) => leavesOf(one, depth + 1));
}

function sourceOf(folder: string, target: string, files: ReadonlySet<string>): string | undefined {
  const plain = path.posix.normalize(target).replace(/\.d\.([cm]?)ts$/, ".$1ts");
  const stem = plain.replace(/(?:\.d)?\.[cm]?[jt]sx?$/, "");
  if (stem === plain && path.posix.extname(plain) !== "") return undefined;
  const parts = stem.split("/");
  // `dist/esm/a` comes of `src/a`, or of `a`.
  const tails = parts.map((_, index) => parts.slice(index).join("/"));
  const stems = [stem, ...tails.map((tail) => `src/${tail}`), ...tails];
  const candidates = stems.flatMap((one) =>
    SOURCE_EXTENSIONS.map((extension) => path.posix.join(folder, one + extension)),
  );
  return candidates.find((one) => files.has(one));
}

/** The file of the repository that a module means by `./x.js`; `undefined` for one of a package. */
export function resolveModule(from: string, specifier: string, files: ReadonlySet<string>): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  const target = path.posix.join(path.posix.dirname(from), specifier);
  const stem = target.replace(/\.[cm]?jsx?$/, "");
  const all = [
    target,
    ...[stem, target, `${target}/index`].flatMap((one) => SOURCE_EXTENSIONS.map((end) => one + end)),
  ];
  return all.find((one) => files.has(one));
}
