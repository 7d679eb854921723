const LONE_SURROGATE = /\p{Surrogate}/u;
/** What tools take for something else than a file: options, `+line` and `@response-file`. */
const SPECIAL_START = /^[-+@]/;

/**
 * A path as an argument that no tool takes for an option: names that begin with `-`, `+` or `@` get `./` in front, all others stay as they are.
 * It does not help against tools that read their arguments as globs (`[id].ts`); such tools mostly have a flag for plain names.
 * @throws {TypeError} for a path that is empty, or that no argument can hold: with a NUL, or with half a surrogate pair.
 */
export function toArgument(path: string): string {
  if (typeof path !== "string" || path === "" || path.includes("\0") || LONE_SURROGATE.test(path)) {
    throw new TypeError(
      `Cannot make an argument: a path must be non-empty text without NUL, got ${JSON.stringify(path)}`,
    );
  }
  return SPECIAL_START.test(path) ? `./${path}` : path;
}
