import { lstatSync, readFileSync, statSync, type Stats } from "node:fs";
import path from "node:path";
import type { Environment } from "../environment.ts";
import { unsupported } from "./engine-failure.ts";
import { parseAttributes, type Assignment, type AttributeLine, type AttributeValue } from "./parse-attributes.ts";
import { nameFromRaw, rawOnDisk } from "./raw-name.ts";
import { homeOf, parseFlag, type Config } from "./read-config.ts";

/** Attributes of paths, the last word first: those that decide how a content is converted when git takes it in. */
export type Attributes = ReadonlyMap<string, AttributeValue>;

/** A folder's file, and where its patterns begin to count. */
interface Layer {
  readonly baseLength: number;
  readonly lines: readonly AttributeLine[];
}

/** Attributes on which the conversion of a content hangs. */
const CONVERSION = new Set(["text", "crlf", "eol", "filter", "ident", "working-tree-encoding"]);
const BUILT_IN: ReadonlyMap<string, readonly Assignment[]> = new Map([
  [
    "binary",
    [
      { name: "diff", value: false },
      { name: "merge", value: false },
      { name: "text", value: false },
    ],
  ],
]);
/** git passes over larger files. */
const LARGEST_FILE_BYTES = 100 * 1024 * 1024;
const FILE_NAME = ".gitattributes";

function readOuter(file: string | undefined): Buffer | undefined {
  if (file === undefined) return undefined;
  try {
    return statSync(file).isFile() ? readFileSync(file) : undefined;
  } catch {
    return undefined;
  }
}

/** The files that hold for every repository, lowest precedence first. */
function outerFiles(config: Config, environment: Environment): (string | undefined)[] {
  const system = parseFlag(environment["GIT_ATTR_NOSYSTEM"] ?? "") === true ? undefined : "/etc/gitattributes";
  const xdg = environment["XDG_CONFIG_HOME"] || path.join(homeOf(environment), ".config");
  return [system, config.file("core.attributesfile") ?? path.join(xdg, "git", "attributes")];
}

/**
 * Opens the attributes of a work tree. A `.gitattributes` that is not on the disk counts as it is in the index, as in git.
 *
 * @param readIndexed - content that the index has for a path
 */
export function openAttributes(options: {
  readonly root: string;
  readonly commonDir: string;
  readonly config: Config;
  readonly environment: Environment;
  readonly ignoreCase: boolean;
  readonly readIndexed: (raw: string) => Promise<Buffer | undefined>;
}): (raw: string) => Promise<Attributes> {
  const { root, commonDir, config, environment, ignoreCase, readIndexed } = options;
  const parse = (content: Buffer | undefined, allowsMacros: boolean): readonly AttributeLine[] =>
    content === undefined || content.length > LARGEST_FILE_BYTES
      ? []
      : parseAttributes(content, { allowsMacros, ignoreCase });
  const outer: Layer[] = outerFiles(config, environment).map((file) => ({
    baseLength: 0,
    lines: parse(readOuter(file), true),
  }));
  const last: Layer = { baseLength: 0, lines: parse(readOuter(path.join(commonDir, "info", "attributes")), true) };

  const folders = new Map<string, Promise<readonly Layer[]>>();
  const readFolder = async (prefix: string): Promise<Layer | undefined> => {
    const raw = `${prefix}${FILE_NAME}`;
    const file = rawOnDisk(root, raw);
    let stats: Stats | undefined;
    try {
      stats = lstatSync(file, { throwIfNoEntry: false });
    } catch {
      stats = undefined;
    }
    if (stats?.isSymbolicLink() === true) {
      throw unsupported(`${JSON.stringify(nameFromRaw(raw).path)} is a symbolic link`);
    }
    let content: Buffer | undefined;
    if (stats?.isFile() === true) {
      try {
        content = readFileSync(file);
      } catch (error) {
        throw unsupported(`${JSON.stringify(nameFromRaw(raw).path)} cannot be read (${String(error)})`);
      }
    } else {
      content = await readIndexed(raw);
    }
    const lines = parse(content, prefix === "");
    return lines.length === 0 ? undefined : { baseLength: prefix.length, lines };
  };
  /** Layers for a folder: the outer files, then those of the folders from the top down. */
  const layersOf = (prefix: string): Promise<readonly Layer[]> => {
    let layers = folders.get(prefix);
    if (layers === undefined) {
      layers = (async () => {
        const above =
          prefix === "" ? outer : await layersOf(prefix.slice(0, prefix.lastIndexOf("/", prefix.length - 2) + 1));
        const own = await readFolder(prefix);
        return own === undefined ? above : [...above, own];
      })();
      folders.set(prefix, layers);
    }
    return layers;
  };

  return async (raw) => {
    const name = raw.slice(raw.lastIndexOf("/") + 1);
    const layers = [...(await layersOf(raw.slice(0, raw.length - name.length))), last];
    // Macros count for all files, wherever they are defined; the last definition wins.
    const macros = new Map(BUILT_IN);
    for (const { lines } of layers) {
      for (const line of lines) if (line.kind === "macro") macros.set(line.name, line.assignments);
    }
    const attributes = new Map<string, AttributeValue>();
    // The last word on an attribute is the first that is met from the end; a macro says its part where it is set.
    const assign = (assignments: readonly Assignment[]): void => {
      for (const { name: attribute, value } of assignments.toReversed()) {
        if (attributes.has(attribute)) continue;
        attributes.set(attribute, value);
        const macro = value === true ? macros.get(attribute) : undefined;
        if (macro !== undefined) assign(macro);
      }
    };
    for (const { baseLength, lines } of layers.toReversed()) {
      const below = raw.slice(baseLength);
      for (const line of lines.toReversed()) {
        if (line.kind === "rule" && !line.pattern.directoriesOnly && line.pattern.matches(below, name)) {
          assign(line.assignments);
        }
      }
    }
    for (const attribute of attributes.keys()) if (!CONVERSION.has(attribute)) attributes.delete(attribute);
    return attributes;
  };
}
