/**
 * Tells which paths lie at or below one of some prefixes; `undefined` where there are none.
 *
 * @param folder - what the prefixes are relative to: `""` or with a slash at its end
 */
export function createExcluder(
  prefixes: readonly string[] | undefined,
  folder = "",
): ((path: string) => boolean) | undefined {
  if (prefixes === undefined || prefixes.length === 0) return undefined;
  const places = prefixes.map((one) => `${folder}${one.replace(/^\.\//, "").replace(/\/+$/, "")}`);
  return (path) => places.some((place) => path === place || path.startsWith(`${place}/`));
}
