/** What a `package.json` says about what its package is for. */
export interface NodeManifest {
  /** Names of what it needs when it runs. */
  readonly dependencies: ReadonlySet<string>;
  /** It names commands. */
  readonly hasCommand: boolean;
  /** It names what others import of it. */
  readonly hasEntry: boolean;
  readonly isPrivate: boolean;
}

/** Reads a `package.json`; `undefined` where it is none. Pure. */
export function readManifest(text: string | undefined): NodeManifest | undefined {
  const manifest = parseObject(text);
  if (manifest === undefined) return undefined;
  const isGiven = (key: string): boolean => {
    const value = manifest[key];
    return (typeof value === "string" && value !== "") || (isObject(value) && Object.keys(value).length > 0);
  };
  const { dependencies } = manifest;
  return {
    dependencies: new Set(isObject(dependencies) ? Object.keys(dependencies) : []),
    hasCommand: isGiven("bin"),
    hasEntry: ["exports", "main", "module", "types", "typings", "browser"].some(isGiven),
    isPrivate: manifest["private"] === true,
  };
}

function parseObject(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
