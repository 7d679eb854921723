import type { NodeLock } from "./locked-package.ts";
import { nameOfOverride, requirementsOf } from "./node-manifest.ts";
import { isTable, parseJson } from "../../project/read-data.ts";

/** A text in quotes, or a comma before the end of a list or an object, which JSON does not have. */
const STRING_OR_COMMA = /"(?:[^"\\]|\\.)*"|,(?=\s*[\]}])/g;

/** Reads the text form of `bun.lock`; `undefined` where it is none. */
export function readBunLock(text: string): NodeLock | undefined {
  const lock = parseJson(text.replace(STRING_OR_COMMA, (found) => (found === "," ? "" : found)));
  if (!isTable(lock) || !isTable(lock["workspaces"])) return undefined;
  const importers = Object.entries(lock["workspaces"]).map(([place, entry]) => {
    const all = ["devDependencies", "dependencies", "optionalDependencies"].flatMap((group) =>
      requirementsOf(isTable(entry) ? entry[group] : undefined).map(({ name, range }) => [name, range] as const),
    );
    return [place, new Map(all)] as const;
  });
  const packages = Object.values(isTable(lock["packages"]) ? lock["packages"] : {}).flatMap((entry) => {
    const identity: unknown = Array.isArray(entry) ? entry[0] : undefined;
    const at = typeof identity === "string" ? identity.lastIndexOf("@") : -1;
    return typeof identity === "string" && at > 0
      ? [{ name: identity.slice(0, at), version: identity.slice(at + 1) }]
      : [];
  });
  const forced = requirementsOf(lock["overrides"]).map(({ name }) => nameOfOverride(name));
  return { importers: new Map(importers), packages, forced: new Set(forced) };
}
