import type { PublicName } from "./public-name.ts";

/** A name of a module. */
export interface ScannedName extends PublicName {
  /** What other modules import it by. */
  readonly exportedAs: string;
}

/** What a module exports, as far as its text tells. */
export interface ExportScan {
  readonly names: readonly ScannedName[];
  /** Modules of the repository whose names it passes on: all of them, or those that are named, by what they are called here. */
  readonly passedOn: readonly PassedOn[];
}

/** Names of another module. */
export interface PassedOn {
  readonly from: string;
  readonly names: readonly { readonly name: string; readonly as: string; readonly isDocumented: boolean }[] | "all";
}

/** As far back comments are looked for, in UTF-16 code units. */
const LONGEST_COMMENT = 20_000;
const DECLARATION =
  /^[ \t]*(export[ \t]+)?(?:declare[ \t]+)?(default[ \t]+)?(?:abstract[ \t]+)?(?:async[ \t]+)?(?:function(?:\s*\*|\s)|class\s|interface\s|enum\s|const\s+enum\s|const\s|let\s|var\s|type\s|namespace\s)\s*([A-Za-z_$][\w$]*)/gm;
const LIST = /^[ \t]*export\s+(?:type\s+)?\{([^}]*)\}(?:\s*from\s*["']([^"']+)["'])?/gm;
const STAR = /^[ \t]*export\s+(?:type\s+)?\*\s*(?:as\s+([\w$]+)\s*)?from\s*["']([^"']+)["']/gm;
const DEFAULT = /^[ \t]*export\s+default\s+([A-Za-z_$][\w$]*)\s*(?:;|$)/gm;
const IMPORT = /^[ \t]*import\s+(?:type\s+)?(?:([\w$]+)\s*(?:,\s*)?)?(?:\{([^}]*)\})?\s*from\s*["']([^"']+)["']/gm;
/** A value whose type has a name. */
const TYPED = /^[ \t]*(?:export\s+)?(?:declare\s+)?(?:const|let|var)\s+[\w$]+\s*:\s*([A-Za-z_$][\w$]*)\s*(?:[;=]|$)/m;
/** Comments, and the texts in which they could not begin. */
const COMMENT = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
/** Tags that say that a name is nobody's but the module's own. */
const OWN = /@(?:internal|private|hidden|ignore)\b/;

/** Reads the exports of a module in JavaScript or TypeScript by its text alone. Linear. */
export function scanEcmascript(file: string, text: string): ExportScan {
  const code = withoutComments(text);
  const passedOn: PassedOn[] = [];
  const names = new Map<string, ScannedName>();
  const own = new Set<string>();
  const declared = declarationsOf(code);
  const add = (exportedAs: string, name: string, places: readonly number[], isToldThere = false): void => {
    const comments = places.map((at) => commentBefore(text, at));
    if (isOwn(name) || comments.some((one) => one !== undefined && OWN.test(one))) own.add(exportedAs);
    const isToldByType = (at: number): boolean => {
      const type = TYPED.exec(code.slice(at, at + 500))?.[1];
      return type !== undefined && declared.get(type)?.some((place) => isCallTold(text, place)) === true;
    };
    const isDocumented = isToldThere || comments.some((one) => one !== undefined) || places.some(isToldByType);
    const known = names.get(exportedAs);
    // Of overloads and of what is a type and a value at once, one says it for all.
    if (known !== undefined) names.set(exportedAs, { ...known, isDocumented: known.isDocumented || isDocumented });
    else names.set(exportedAs, { exportedAs, name, file, line: lineAt(text, places[0] ?? 0), isDocumented });
  };

  for (const { 1: exported, 2: isDefault, 3: name = "", index } of code.matchAll(DECLARATION)) {
    if (exported !== undefined) add(isDefault === undefined ? name : "default", name, [index]);
  }
  const imported = new Map<string, { readonly from: string; readonly name: string }>();
  for (const [, byDefault, list = "", from = ""] of code.matchAll(IMPORT)) {
    if (byDefault !== undefined) imported.set(byDefault, { from, name: "default" });
    for (const { name, as } of namesOfList(list)) imported.set(as, { from, name });
  }
  const addLocal = (name: string, as: string, shown: string, isToldThere: boolean): void => {
    const places = declared.get(name);
    const origin = imported.get(name);
    if (places !== undefined) add(as, shown, places, isToldThere);
    else if (origin !== undefined) {
      passedOn.push({ from: origin.from, names: [{ name: origin.name, as, isDocumented: isToldThere }] });
    }
  };

  for (const [, as, from] of code.matchAll(STAR)) {
    if (from !== undefined && as === undefined) passedOn.push({ from, names: "all" });
  }
  for (const { 0: all, 1: list = "", 2: from, index } of code.matchAll(LIST)) {
    // The list with its comments, which may tell of single names.
    const start = index + all.indexOf("{") + 1;
    const parts = namesOfList(list, text.slice(start, start + list.length));
    const isToldBefore = parts.length === 1 && commentBefore(text, index) !== undefined;
    const passed = parts.map((one) => ({ ...one, isDocumented: one.isDocumented || isToldBefore }));
    if (from !== undefined) passedOn.push({ from, names: passed });
    else for (const one of passed) addLocal(one.name, one.as, one.as, one.isDocumented);
  }
  for (const { 1: name = "", index } of code.matchAll(DEFAULT)) {
    addLocal(name, "default", name, commentBefore(text, index) !== undefined);
  }
  return { names: [...names.values()].filter(({ exportedAs }) => !own.has(exportedAs)), passedOn };
}

/** Where the names of the module are declared: at the margin, for what is further in is a function's. */
function declarationsOf(code: string): ReadonlyMap<string, readonly number[]> {
  const declared = new Map<string, number[]>();
  for (const { 0: all, 3: name = "", index } of code.matchAll(DECLARATION)) {
    const places = declared.get(name);
    if (/^\s/.test(all)) continue;
    if (places === undefined) declared.set(name, [index]);
    else places.push(index);
  }
  return declared;
}

/** Whether an interface that can be called has a comment, at its beginning or at one of its calls. */
function isCallTold(text: string, at: number): boolean {
  const from = text.slice(at, at + LONGEST_COMMENT);
  const end = from.search(/\n\}/);
  const body = from.slice(0, end === -1 ? from.length : end);
  if (!/^(?:export\s+)?(?:declare\s+)?interface\s/.test(body)) return false;
  if (/\/\*\*(?:[^*]|\*(?!\/))*\*\/\s*[<(]/.test(body)) return true;
  return /\n[ \t]*[<(]/.test(body) && commentBefore(text, at) !== undefined;
}

/** Whether a name says by itself that it is not for users. */
export function isOwn(name: string): boolean {
  return name.startsWith("_");
}

/** The names of `{ a, type b, c as d }`; `told` is the same text with its comments. */
function namesOfList(
  list: string,
  told = list,
): readonly { readonly name: string; readonly as: string; readonly isDocumented: boolean }[] {
  let at = 0;
  return list.split(",").flatMap((one) => {
    const withComments = told.slice(at, at + one.length);
    at += one.length + 1;
    const [, name, as] = /^\s*(?:type\s+)?([\w$]+)(?:\s+as\s+([\w$]+))?\s*$/.exec(one) ?? [];
    return name === undefined ? [] : [{ name, as: as ?? name, isDocumented: withComments.includes("/**") }];
  });
}

/** The same text at the same places, with spaces for comments. */
function withoutComments(text: string): string {
  return text.replace(COMMENT, (one) => (one.startsWith("/") ? one.replace(/[^\n]/g, " ") : one));
}

/** What may be between a declaration and its comment, by its beginning: comments for compilers and linters, and decorators. */
const BETWEEN: readonly (readonly [begins: string, whole: RegExp])[] = [
  ["\n", /^\s*\/\/.*$/],
  ["/*", /^\/\*(?!\*)[^*]*\*\/$/],
  ["@", /^@[\w$.]+(?:\([^()]*\))?$/],
];

/** The comment for documentation that stands right before a place. */
export function commentBefore(text: string, at: number): string | undefined {
  let before = text.slice(Math.max(0, at - LONGEST_COMMENT), at).trimEnd();
  for (let length = -1; length !== before.length;) {
    length = before.length;
    for (const [begins, whole] of BETWEEN) {
      const start = before.lastIndexOf(begins);
      if (start !== -1 && whole.test(before.slice(start))) before = before.slice(0, start).trimEnd();
    }
  }
  if (!before.endsWith("*/")) return undefined;
  const body = before.slice(0, -2);
  const end = body.lastIndexOf("*/");
  const own = body.slice(end === -1 ? 0 : end + 2);
  // A comment may hold what looks like the beginning of another one, but not its end.
  const start = /(?:^|[^\S\n]|\n)\/\*\*/.exec(own);
  return start === null ? undefined : own.slice(start.index);
}

/** The line of a place, counted from 1. */
export function lineAt(text: string, at: number): number {
  let line = 1;
  for (let next = text.indexOf("\n"); next !== -1 && next < at; next = text.indexOf("\n", next + 1)) line += 1;
  return line;
}
