import path from "node:path";

const SOURCE_EXTENSIONS = [".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".jsx", ".d.ts"];
/** What compilers look for first beside a module: its declarations. */
const OFFERED_EXTENSIONS = [".ts", ".tsx", ".mts", ".cts", ".d.ts", ".d.mts", ".d.cts", ".js", ".mjs", ".cjs", ".jsx"];
/** Folders into which builds write. */
const BUILT =
  /^(?:\.\/)?(?:dist|build|built|lib|libs|out|output|types?|typings|es\d*|esm\w*|cjs|umd|module|commonjs)\//;

/** What a `package.json` offers in one place: files that hold the same names, those first that say most of them. */
interface Offer {
  readonly isMain: boolean;
  readonly targets: readonly string[];
}

/**
 * Sources of the modules that a `package.json` offers, among the files; of a built file the source is looked for in `src` and beside.
 * Of several files for one import the first that is there stands for all: a source, else the declarations of its types, else the code.
 */
export function findEntries(manifestFile: string, manifest: unknown, files: ReadonlySet<string>): readonly string[] {
  if (typeof manifest !== "object" || manifest === null) return [];
  const folder = path.posix.dirname(manifestFile);
  const found = offersOf(manifest as Readonly<Record<string, unknown>>).flatMap(({ isMain, targets }) => {
    const sources = targets.flatMap((target) => sourceOf(folder, target, isMain, files) ?? []);
    return sources.slice(0, 1);
  });
  return [...new Set(found)];
}

function offersOf({ exports, types, typings, module, main }: Readonly<Record<string, unknown>>): readonly Offer[] {
  if (exports === undefined) return [{ isMain: true, targets: targetsOf([types, typings, module, main]) }];
  const isSubpaths =
    typeof exports === "object" && exports !== null && Object.keys(exports).some((key) => key.startsWith("."));
  const places = isSubpaths ? Object.entries(exports) : [[".", exports] as const];
  return places.map(([place, value]) => {
    const isMain = place === ".";
    // The types that are told beside are those of the main entry for compilers that do not read `exports`.
    return { isMain, targets: targetsOf([...leavesOf(value, 0), ...(isMain ? [types, typings] : [])]) };
  });
}

/** Files that are named, sources first, then declarations of types. */
function targetsOf(values: readonly unknown[]): readonly string[] {
  const rankOf = (file: string): number => (/\.d\.[cm]?ts$/.test(file) ? 1 : /\.[cm]?tsx?$/.test(file) ? 0 : 2);
  const targets = values.filter((one): one is string => typeof one === "string" && !one.includes("*"));
  return targets.toSorted((one, other) => rankOf(one) - rankOf(other));
}

function leavesOf(value: unknown, depth: number): readonly unknown[] {
  if (typeof value !== "object" || value === null || depth > 10) return [value];
  return Object.values(value).flatMap((one) => leavesOf(one, depth + 1));
}

function sourceOf(folder: string, target: string, isMain: boolean, files: ReadonlySet<string>): string | undefined {
  const plain = path.posix.normalize(target).replace(/\.d\.([cm]?)ts$/, ".$1ts");
  const stem = plain.replace(/(?:\.d)?\.[cm]?[jt]sx?$/, "");
  if (stem === plain && path.posix.extname(plain) !== "") return undefined;
  const first = (stems: readonly string[], extensions: readonly string[]): string | undefined =>
    stems
      .flatMap((one) => extensions.map((extension) => path.posix.join(folder, one + extension)))
      .find((one) => files.has(one));
  const parts = stem.split("/");
  // `dist/esm/a` comes of `src/a`, `src/a/index`, or of `a`; a bundle that is the main entry of `src/index`.
  const tails = parts.map((_, index) => parts.slice(index).join("/"));
  const sources = tails.flatMap((tail) => [`src/${tail}`, `src/${tail}/index`]);
  const offered = first([stem, `${stem}/index`], OFFERED_EXTENSIONS);
  const source = first(sources, SOURCE_EXTENSIONS);
  if (!BUILT.test(plain)) return offered ?? source ?? first(tails, SOURCE_EXTENSIONS);
  if (source !== undefined && /\.[cm]?tsx?$/.test(source)) return source;
  // Declarations may be written by hand beside a source without types, and say more than what was built.
  if (offered !== undefined && /\.d\.[cm]?ts$/.test(offered)) return offered;
  return (
    source ??
    (isMain ? first(["src/index"], SOURCE_EXTENSIONS) : undefined) ??
    offered ??
    first(tails, SOURCE_EXTENSIONS)
  );
}

/** The file of the repository that a module means by `./x.js`; `undefined` for one of a package. */
export function resolveModule(from: string, specifier: string, files: ReadonlySet<string>): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  const target = path.posix.join(path.posix.dirname(from), specifier);
  const stem = target.replace(/\.[cm]?jsx?$/, "");
  const isTypes = /\.d\.[cm]?ts$/.test(from);
  const likely = [stem, target, `${target}/index`].flatMap((one) =>
    (isTypes ? OFFERED_EXTENSIONS : SOURCE_EXTENSIONS).map((end) => one + end),
  );
  // Declarations pass on declarations, even where the code is beside them.
  return (isTypes ? [...likely, target] : [target, ...likely]).find((one) => files.has(one));
}
