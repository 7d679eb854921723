import picomatch from "picomatch";

type Test = (path: string) => boolean;

/** Lets the dots in picomatch's expressions stand for line ends, too, which names of files may hold. */
const ANY_CHARACTER = "s";

function globTest(glob: string): Test {
  const test = picomatch(glob, { dot: true, nonegate: true, flags: ANY_CHARACTER });
  return (path) => test(path);
}

const MAGIC = /[*?[\]{}()!+@\\|]/;

function belowTest(folder: string): Test {
  const below = `${folder}/`;
  return (path) => path === folder || path.startsWith(below);
}

function positiveTest(glob: string): Test {
  if (glob === "**" || glob === "." || glob === "**/*") return () => true;
  if (!MAGIC.test(glob)) return belowTest(glob.replace(/\/+$/, ""));
  if (glob.endsWith("/**") && !MAGIC.test(glob.slice(0, -3))) return belowTest(glob.slice(0, -3));
  if (/^(?:\*\*\/)?\*\.[\w.-]+$/.test(glob)) {
    const anyDepth = glob.startsWith("**/");
    const extension = glob.slice(glob.lastIndexOf("*") + 1);
    return (path) => path.endsWith(extension) && (anyDepth || !path.includes("/"));
  }
  return globTest(glob.endsWith("/") ? `${glob}**` : glob);
}

/**
 * Gives a predicate over paths (relative, `/` between segments) for a list of globs.
 *
 * - `*`, `**`, `?`, `[...]`, `{a,b}` as in picomatch; names that begin with a dot count.
 * - `dir` and `dir/` mean the path itself and everything below it, from the root.
 * - `!glob` takes paths out again; as in `.gitignore` the last glob that matches decides. A list that begins with `!` begins with
 *   every path. An empty list matches nothing.
 *
 * @throws {TypeError} for globs that are no list, and for one that is not a non-empty string.
 * @example
 * ```js
 * const isProse = createPathMatcher(["docs/", "**" + "/*.md", "!docs/generated/"]);
 * isProse("docs/guide.txt"); // true
 * ```
 */
export function createPathMatcher(globs: readonly string[]): (path: string) => boolean {
  if (!Array.isArray(globs)) {
    throw new TypeError(`Cannot create path matcher: \`globs\` must be a list, got ${JSON.stringify(globs)}`);
  }
  const rules = globs.map((glob: string) => {
    const negated = typeof glob === "string" && glob.startsWith("!") && !glob.startsWith("!(");
    const body = typeof glob === "string" ? (negated ? glob.slice(1) : glob).replace(/^(?:\.?\/)+/, "") : "";
    if (body === "" && glob !== "./" && glob !== "!./") {
      throw new TypeError(
        `Cannot create path matcher: each glob must be a non-empty string, got ${JSON.stringify(glob)}`,
      );
    }
    return { negated, test: positiveTest(body === "" ? "." : body) };
  });
  const [first] = rules;
  if (first === undefined) return () => false;
  if (rules.length === 1 && !first.negated) return first.test;
  const start = first.negated;
  rules.reverse();
  return (path) => {
    for (const { negated, test } of rules) if (test(path)) return !negated;
    return start;
  };
}
