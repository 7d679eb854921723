import { asTable, isTable, parseJson } from "../project/read-data.ts";

/** What a `package.json` says about what its package is for. */
export interface NodeManifest {
  /** Names of what it needs when it runs. */
  readonly dependencies: ReadonlySet<string>;
  /** It names commands. */
  readonly hasCommand: boolean;
  /** It names what others import of it. */
  readonly hasEntry: boolean;
  readonly isPrivate: boolean;
  /** It can be started as a program that runs on: by a script for that, or by the name of its main file. */
  readonly isStarted: boolean;
}

/** Reads a `package.json`; `undefined` where it is none. Pure. */
export function readManifest(text: string | undefined): NodeManifest | undefined {
  const manifest = parseJson(text);
  if (!isTable(manifest)) return undefined;
  const isGiven = (key: string): boolean => {
    const value = manifest[key];
    return (typeof value === "string" && value !== "") || Object.keys(asTable(value)).length > 0;
  };
  const { dependencies, main } = manifest;
  const isStarted =
    typeof asTable(manifest["scripts"])["start"] === "string" ||
    (typeof main === "string" && /(?:^|\/)(?:server|app|main|www)(?:\.[cm]?[jt]s)?$/.test(main));
  return {
    dependencies: new Set(Object.keys(asTable(dependencies))),
    hasCommand: isGiven("bin"),
    hasEntry: ["exports", "main", "module", "types", "typings", "browser"].some(isGiven),
    isPrivate: manifest["private"] === true,
    isStarted,
  };
}
