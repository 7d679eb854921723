import type { NameChange } from "./compare-names.ts";

/**
 * Whether a file that is no document still holds a name that is gone from another: it may have moved, or be offered in a way that
 * was not recognised. Pure.
 */
export function isStillThere({ kind, name }: NameChange, text: string): boolean {
  if (!text.includes(kind === "flag" ? name.slice(2) : name)) return false;
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  if (kind === "flag") {
    const bare = escaped.slice(2);
    return new RegExp(`--(?:\\[no-\\]|no-)?${bare}(?![\\w-])|["'\`]${bare}["'\`]`).test(text);
  }
  if (kind === "script") return new RegExp(`"${escaped}"\\s*:`).test(text);
  return new RegExp(`(?<!\\w)${escaped}(?!\\w)`).test(text);
}
