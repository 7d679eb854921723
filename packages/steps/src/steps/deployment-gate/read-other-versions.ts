import { inJson } from "../../release/version-field.ts";

/** A version that a file beside `package.json` says of the same package. */
export interface OtherVersion {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly version: string;
}

/** Manifests of the same package for other registries, and its lock files. */
const OF_THE_SAME = /^(?:bower|component|composer|jsr|deno|package-lock|npm-shrinkwrap)\.json$|^[^/]+\.jquery\.json$/;

/**
 * Reads what manifests for other registries and lock files beside `package.json` say of its version. One that bears another name is of
 * something else. Pure but for `read`.
 */
export function readOtherVersions(
  files: readonly string[],
  read: (file: string) => string | undefined,
): readonly OtherVersion[] {
  const own = inJson(read("package.json") ?? "", ["name"])?.version;
  return files
    .filter((file) => OF_THE_SAME.test(file))
    .flatMap((file) => {
      const text = read(file) ?? "";
      const name = inJson(text, ["name"])?.version;
      if (name !== undefined && own !== undefined && plain(name) !== plain(own)) return [];
      const isLock = /^(?:package-lock|npm-shrinkwrap)\.json$/.test(file);
      return [["version"], ...(isLock ? [["packages", "", "version"]] : [])].flatMap((place) => {
        const field = inJson(text, place);
        // Placeholders that a program fills in have no numbers.
        if (field === undefined || !/^v?\d+\.\d+/.test(field.version)) return [];
        return [{ file, line: text.slice(0, field.start).split("\n").length, version: field.version }];
      });
    });
}

/** A name without its scope or vendor, and without what registries write differently. */
function plain(name: string): string {
  return name
    .slice(name.lastIndexOf("/") + 1)
    .toLowerCase()
    .replaceAll(/[^a-z\d]|js$/g, "");
}
