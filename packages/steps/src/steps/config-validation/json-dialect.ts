/**
 * What the program that reads a JSON file takes beside JSON: nothing (`strict`), comments and trailing commas (`jsonc`), or JSON5. `unknown`
 * is a file of which nobody knows who reads it.
 */
export type JsonDialect = "strict" | "jsonc" | "json5" | "unknown";

/** By the name alone. */
const BY_NAME: readonly (readonly [RegExp, JsonDialect])[] = [
  [/^(?:package|package-lock|npm-shrinkwrap|composer|bower|vercel|lerna|component)\.json$|\.webmanifest$/, "strict"],
  [/\.json5$|^renovate\.json$|^\.renovaterc|^\.babelrc|^babel\.config\.json$|^\.parcelrc$/, "json5"],
  [/\.(?:jsonc|code-workspace|code-snippets|sublime-[a-z]+)$/, "jsonc"],
  [/^(?:tsconfig|jsconfig)(?:[.-].*)?\.json$|^(?:base|app|lib|node)\.tsconfig\.json$|\.tsconfig\.json$/, "jsonc"],
  [/^(?:api-extractor|tsdoc|typedoc|tslint|nx|project|turbo|angular|workspace|biome|rome)(?:[.-].*)?\.json$/, "jsonc"],
  [/^(?:devcontainer|\.devcontainer|deno|wrangler|cspell|\.cspell|rush|language-configuration|dprint)\.json$/, "jsonc"],
  [/^(?:appsettings(?:\..*)?|global|launchSettings|jsdoc(?:[.-].*)?|conf|manifest|jsdoc\.conf)\.json$/, "jsonc"],
  // Programs that read a file of their own, beginning with a dot or called `…rc`, mostly take comments.
  [/^\.[^/]*(?:\.json)?$|rc\.json$/, "jsonc"],
];

/** Folders whose files all have one reader. */
const BY_FOLDER: readonly (readonly [RegExp, JsonDialect])[] = [
  [/(?:^|\/)(?:\.vscode|\.devcontainer|\.zed|common\/config\/rush|tsconfigs?)\//, "jsonc"],
];

/** The dialect in which a file's reader reads it. */
export function jsonDialectOf(file: string): JsonDialect {
  const name = file.slice(file.lastIndexOf("/") + 1);
  const folder = BY_FOLDER.find(([pattern]) => pattern.test(file));
  return BY_NAME.find(([pattern]) => pattern.test(name))?.[1] ?? folder?.[1] ?? "unknown";
}
