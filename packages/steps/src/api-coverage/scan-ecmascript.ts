import type { PublicName } from "./public-name.ts";

/** What a module exports, as far as its text tells. */
export interface ExportScan {
  readonly names: readonly PublicName[];
  /** Modules of the repository whose names it passes on: all of them, or those that are named. */
  readonly passedOn: readonly { readonly from: string; readonly names: ReadonlyMap<string, string> | "all" }[];
}

/** As far back comments are looked for, in UTF-16 code units. */
const LONGEST_COMMENT = 20_000;
const DECLARATION =
  /^[ \t]*export\s+(?:declare\s+)?(?:default\s+)?(?:abstract\s+)?(?:async\s+)?(?:function\s*\*?|class|interface|enum|const\s+enum|const|let|var|type|namespace)\s+([A-Za-z_$][\w$]*)/gm;
const LIST = /^[ \t]*export\s+(?:type\s+)?\{([^}]*)\}(?:\s*from\s*["']([^"']+)["'])?/gm;
const STAR = /^[ \t]*export\s+(?:type\s+)?\*\s*(?:as\s+([\w$]+)\s*)?from\s*["']([^"']+)["']/gm;

/** Reads the exports of a module in JavaScript or TypeScript by its text alone. Linear but for the declarations that lists name. */
export function scanEcmascript(file: string, text: string): ExportScan {
  const names: PublicName[] = [];
  const passedOn: { from: string; names: Map<string, string> | "all" }[] = [];
  const known = new Set<string>();
  const add = (name: string, at: number): void => {
    // Overloads stand one after another, and the first is documented.
    if (known.has(name)) return;
    known.add(name);
    names.push({ name, file, line: lineAt(text, at), isDocumented: isDocumented(text, at) });
  };
  for (const match of text.matchAll(DECLARATION)) add(match[1] ?? "", match.index);
  for (const [, all, from] of text.matchAll(STAR)) {
    if (from !== undefined && all === undefined) passedOn.push({ from, names: "all" });
  }
  for (const [, list = "", from] of text.matchAll(LIST)) {
    const pairs = list
      .replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, "")
      .split(",")
      .map((one) => /^\s*(?:type\s+)?([\w$]+)(?:\s+as\s+([\w$]+))?\s*$/.exec(one))
      .flatMap((match) => (match?.[1] === undefined ? [] : [[match[1], match[2] ?? match[1]] as const]));
    if (from !== undefined) {
      passedOn.push({ from, names: new Map(pairs) });
      continue;
    }
    for (const [name, as] of pairs) {
      const escaped = name.replaceAll("$", "\\$");
      const at = text.search(
        new RegExp(
          `^[ \\t]*(?:declare\\s+)?(?:abstract\\s+)?(?:async\\s+)?(?:function\\s*\\*?|class|interface|enum|const|let|var|type)\\s+${escaped}(?![\\w$])`,
          "m",
        ),
      );
      if (at !== -1) add(as, at);
    }
  }
  return { names, passedOn };
}

/** Whether a comment for documentation stands right before a place; decorators may be between. */
function isDocumented(text: string, at: number): boolean {
  const before = text
    .slice(Math.max(0, at - LONGEST_COMMENT), at)
    .trimEnd()
    .replace(/(?:\s*@[\w$.]+(?:\([^()]*\))?)+$/, "")
    .trimEnd();
  if (!before.endsWith("*/")) return false;
  const body = before.slice(0, -2);
  const end = body.lastIndexOf("*/");
  // A comment may hold what looks like the beginning of another one, but not its end.
  return /^[ \t]*\/\*\*/m.test(body.slice(end === -1 ? 0 : end + 2));
}

/** The line of a place, counted from 1. */
export function lineAt(text: string, at: number): number {
  let line = 1;
  for (let next = text.indexOf("\n"); next !== -1 && next < at; next = text.indexOf("\n", next + 1)) line += 1;
  return line;
}
