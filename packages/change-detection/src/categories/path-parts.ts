/** The pieces of a path that rules look at. */
export interface PathParts {
  /** The path as it is, without a slash at its end. */
  readonly path: string;
  /** The last segment as it is. */
  readonly exactName: string;
  /**
   * The last segment in lower case, without an ending that only says "copy me" (`.env.example` counts as `.env`,
   * `phpunit.xml.dist` as `phpunit.xml`).
   */
  readonly name: string;
  /** What follows the last dot of the name, `""` without a dot (a leading dot does not count). */
  readonly extension: string;
  /** The folders in lower case, outermost first. */
  readonly folders: readonly string[];
}

const COPY_ME = /.\.(?:example|sample|dist|default|orig|bak)$/;
/** The last letters of those, which few names have: asked first, since every path comes by. */
const MAY_SAY_COPY_ME = "etgk";
const NO_FOLDERS: readonly string[] = [];

/** Takes a path apart. Any string is a path: empty segments, control characters and lone surrogates are names like others. */
export function splitPath(given: string): PathParts {
  const path = given.endsWith("/") ? given.slice(0, -1) : given;
  const slash = path.lastIndexOf("/");
  const exactName = path.slice(slash + 1);
  const lowerName = exactName.toLowerCase();
  const name =
    MAY_SAY_COPY_ME.includes(lowerName.at(-1) ?? " ") && COPY_ME.test(lowerName)
      ? lowerName.slice(0, lowerName.lastIndexOf("."))
      : lowerName;
  const dot = name.lastIndexOf(".");
  return {
    path,
    exactName,
    name,
    extension: dot > 0 ? name.slice(dot + 1) : "",
    folders: slash <= 0 ? NO_FOLDERS : path.slice(0, slash).toLowerCase().split("/"),
  };
}

/** The name up to its first dot that does not lead it: `"readme"` of `readme.de.md`. */
export function stemOf(name: string): string {
  const dot = name.indexOf(".", 1);
  return dot === -1 ? name : name.slice(0, dot);
}

/** The extension before the last one: `"py"` of `settings.py.in`, `""` where there is none. */
export function innerExtensionOf({ name, extension }: PathParts): string {
  const inner = name.slice(0, name.length - extension.length - 1);
  const dot = inner.lastIndexOf(".");
  return dot > 0 ? inner.slice(dot + 1) : "";
}
