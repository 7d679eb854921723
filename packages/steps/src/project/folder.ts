/** A folder of a repository as the readers of ecosystems see it. */
export interface Folder {
  /** Relative to the repository, with `/`; empty for the repository itself. */
  readonly directory: string;
  /** Files in it and below, relative to it, in order of their names. */
  readonly files: readonly string[];
  readonly has: (file: string) => boolean;
  /** Text of a file in it; empty where there is none, or none that can be read. */
  readonly text: (file: string) => string;
  /** The first of these files that is there. */
  readonly first: (...files: readonly string[]) => string | undefined;
  /** Path of a file in it from the repository. */
  readonly fromRepository: (file: string) => string;
}

/** Folders whose content is somebody else's, made by a program, or an example. */
const FOREIGN =
  /(?:^|\/)(?:node_modules|vendor|third[_-]party|bower_components|site-packages|dist|target|\.venv|venv|__pycache__|fixtures?|__fixtures__|testdata|test-data|examples?|samples?|templates?)(?:\/|$)/;

/** Whether a folder or file is neither the repository's own nor what it is about. */
export function isForeign(path: string): boolean {
  return FOREIGN.test(path);
}

/** Looks at a folder of a repository. */
export function createFolder(
  directory: string,
  files: ReadonlySet<string>,
  read: (file: string) => string | undefined,
): Folder {
  const prefix = directory === "" ? "" : `${directory}/`;
  const has = (file: string): boolean => files.has(prefix + file);
  return {
    directory,
    files: [...files]
      .filter((file) => file.startsWith(prefix))
      .map((file) => file.slice(prefix.length))
      .toSorted(),
    has,
    text: (file) => (has(file) ? (read(prefix + file) ?? "") : ""),
    first: (...names) => names.find((name) => has(name)),
    fromRepository: (file) => prefix + file,
  };
}
