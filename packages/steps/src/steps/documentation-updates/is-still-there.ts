import type { NameChange } from "./compare-names.ts";
import { isDistinct } from "./find-mentions.ts";

/**
 * Whether a file that is no document still holds a name that is gone from another: it may have moved, or be offered in a way that
 * was not recognised. Pure.
 */
export function isStillThere({ kind, name }: NameChange, text: string, file = ""): boolean {
  if (kind === "file") return text.includes(name);
  if (kind !== "flag" && !text.includes(name)) return false;
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  if (kind === "flag") {
    const bare = escaped.slice(2);
    const member = bare.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    return new RegExp(
      `--(?:\\[no-\\]|no-)?${bare}(?![\\w-])|["'\`]${bare}["'\`]|[.\\s,{"']${member}\\s*[:?,}\\])|&;]|\\.${member}(?!\\w)`,
    ).test(text);
  }
  if (kind === "script") return new RegExp(`"${escaped}"\\s*:`).test(text);
  if (isDistinct(name) || !/\.[cm]?[jt]sx?$/.test(file)) {
    return new RegExp(`(?<!\\w)${escaped}(?!\\w)`).test(text);
  }
  // A common word stands in comments and messages, too: it is there where it is declared, called, read or given.
  const asCode = [`[.$@]${escaped}(?!\\w)`, `(?<!\\w)${escaped}\\s*\\??[(=:,}\\])]`, `["'\`]${escaped}["'\`]`];
  const declared = `(?:function\\*?|class|const|let|var|type|interface|enum)\\s+${escaped}(?!\\w)`;
  const pattern = new RegExp([...asCode, declared].join("|"));
  return text.split("\n").some((line) => !/^\s*(?:\/\/|\/?\*)/.test(line) && pattern.test(line));
}
