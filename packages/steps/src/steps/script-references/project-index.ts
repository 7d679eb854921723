import { asTable, isTable, parseJson, textsOf } from "../../project/read-data.ts";

/** What a repository has that commands may name. */
export interface ProjectIndex {
  /** Scripts of the `package.json` of each folder; `undefined` where it cannot be read. */
  readonly packages: ReadonlyMap<string, PackageScripts | undefined>;
  readonly composer: ReadonlyMap<string, ReadonlySet<string> | undefined>;
  /** Targets by the path of the file that names them; `undefined` where not all are known. */
  readonly tasks: ReadonlyMap<string, TaskFile>;
  readonly exists: (path: string) => boolean;
}

/** What is known of the scripts of a package. */
export interface PackageScripts {
  readonly name: string | undefined;
  readonly scripts: ReadonlySet<string>;
  readonly isPrivate: boolean;
}

/** A file of tasks. */
export interface TaskFile {
  readonly program: "make" | "just" | "task";
  readonly folder: string;
  readonly names: ReadonlySet<string>;
  /** Whether others may be there: included, computed, or by a pattern. */
  readonly isOpen: boolean;
}

/** Reads a `package.json`; `undefined` where it is none. */
export function readPackageScripts(text: string): PackageScripts | undefined {
  const manifest = parseJson(text);
  if (!isTable(manifest)) return undefined;
  return {
    name: textsOf(manifest["name"])[0],
    scripts: new Set(Object.keys(asTable(manifest["scripts"]))),
    isPrivate: manifest["private"] === true,
  };
}

/** Reads a `Makefile`, a `justfile` or a `Taskfile.yml`. */
export function readTaskFile(program: TaskFile["program"], folder: string, text: string): TaskFile {
  const names = new Set<string>();
  let isOpen = false;
  const heading = program === "task" ? /^ {2}["']?([\w:.*-]+)["']?:/ : /^([^\s#:=][^:=#]*?)\s*:(?!=)/;
  for (const line of text.split(/\r?\n/)) {
    if (program === "make")
      isOpen ||= /^\s*-?s?include\b|^[^\t#]*%[^:]*:|^\s*\$[({]|^[^\t:=#]*\$[({][^:=]*:(?!=)|\$\(eval/.test(line);
    else if (program === "just") isOpen ||= /^\s*(?:import|mod)\b|fallback/.test(line);
    else isOpen ||= line.startsWith("includes:") || line.includes("*");
    const [, found] = heading.exec(line) ?? [];
    if (found === undefined) {
      const alias = /^alias\s+([\w-]+)\s*:=/.exec(line)?.[1];
      if (alias !== undefined) names.add(alias);
      continue;
    }
    const words = found.replace(/^@/, "").split(/\s+/);
    for (const name of program === "make" ? words : words.slice(0, 1)) names.add(name);
  }
  return { program, folder, names, isOpen };
}
