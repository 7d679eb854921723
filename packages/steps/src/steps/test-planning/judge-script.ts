import { maskCode } from "./mask-code.ts";
import { createLineCounter, type Weakness } from "./weakness.ts";

const CALL =
  /(?<![\w$.])(?<name>f?it|x?it|test|xtest|specify|xspecify|f?describe|xdescribe|suite|context|xcontext)(?<modifiers>(?:\.(?:only|skip|skipIf|runIf|each|concurrent|sequential|serial|failing|fails|todo|for|parallel))*)(?=\s*[(<`])/g;

/** Something that checks, or through which something else may: everything whose name says so, and what is given to the test. */
const CHECKS =
  /expect|assert|should|\b(?:ok|is|same|deep|not)?(?:[eE]quals?|[tT]hrows?)\b|[vV]erif|[cC]heck|[mM]atch|[sS]napshot|\bfail|[vV]alidate|[eE]nsure|[mM]ust|\b(?:done|resolve|reject|throw|cy|page|chai|sinon|tester|ruleTester)\b|[tT]est/;

const LITERAL = /^(?:true|false|null|undefined|-?\d+(?:\.\d+)?|''|""|'[^'\\]*'|"[^"\\]*")$/;
const REFERENCE = /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*$/;

const SAME_MATCHERS =
  /^\.(?:toBe|toEqual|toStrictEqual|to\.equal|to\.eql|to\.eq|to\.be\.equal|to\.deep\.equal|toMatchObject)$/;
const TRUE_MATCHERS = /^\.(?:toBeTruthy|to\.be\.ok|to\.be\.true|toBeTrue|to\.be\.truthy|to\.be\.a)$/;
const SAME_FUNCTIONS =
  /^(?:assert|t|chai\.assert)\.(?:equal|strictEqual|deepEqual|deepStrictEqual|is|same|equals|strictSame)$/;
const TRUE_FUNCTIONS = /^(?:assert|assert\.ok|assert\.isTrue|t\.ok|t\.true|t\.truthy|ok)$/;

/** Judges a test file in JavaScript or TypeScript. Pure. */
export function judgeScript(text: string): readonly Weakness[] {
  const mask = maskCode(text, "script");
  const lineAt = createLineCounter(text);
  // Folders of tests hold programs as well, whose `expect` may be anything.
  if (!/(?<![\w$])(?:[fx]?it|test|[fx]?describe|suite|tape|addBatch|\w*[tT]estCase)\b/.test(mask)) return [];
  const ends = closings(mask);
  return [
    ...judgeCalls(text, mask, ends, lineAt),
    ...judgeAssertions(text, mask, ends, lineAt),
    ...judgeSleeps(mask, lineAt),
  ].toSorted((one, other) => one.line - other.line);
}

function judgeCalls(text: string, mask: string, ends: Ends, lineAt: (at: number) => number): readonly Weakness[] {
  const found: Weakness[] = [];
  for (const match of mask.matchAll(CALL)) {
    const { name = "", modifiers = "" } = match.groups ?? {};
    const call = callOf(mask, ends, match.index + match[0].length);
    if (call === undefined || !isTestCall(text, call, modifiers)) continue;
    const line = lineAt(match.index);
    const isSuite = /describe|suite|context/.test(name);
    const what = isSuite ? "suite" : "test";
    const title = titleOf(text, call);
    const words = modifiers.split(".");
    if (words.includes("only") || /^f(?:it|describe)$/.test(name)) {
      found.push({
        rule: "focused-test",
        severity: "warning",
        line,
        message: `only this ${what} of the file is run${title}`,
      });
    }
    if (words.includes("skip") || name.startsWith("x")) {
      found.push({ rule: "skipped-test", severity: "info", line, message: `this ${what} is not run${title}` });
      continue;
    }
    if (isSuite || words.includes("todo")) continue;
    const body = bodyOf(mask, ends, call);
    if (body === undefined) continue;
    const code = mask.slice(body.from, body.to);
    if (code.trim() === "") {
      found.push({
        rule: "empty-test",
        severity: "warning",
        line,
        message: `this test does nothing, and passes${title}`,
      });
    } else if (!body.hasParameters && !CHECKS.test(code)) {
      found.push({
        rule: "no-assertion",
        severity: "info",
        line,
        message: `nothing in this test checks anything; it fails only where something throws${title}`,
      });
    }
  }
  return found;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Between the brackets of the call that begins here; of one with a table the last call counts. */
function callOf(mask: string, ends: Ends, at: number): Span | undefined {
  let place = at;
  for (;;) {
    while (/\s/.test(mask[place] ?? "")) place += 1;
    if (mask[place] === "<") {
      const close = mask.indexOf("(", place);
      if (close === -1 || close - place > 200) return undefined;
      place = close;
    }
    if (mask[place] === "`") {
      const close = mask.indexOf("`", place + 1);
      if (close === -1) return undefined;
      place = close + 1;
      continue;
    }
    if (mask[place] !== "(") return undefined;
    const end = ends.get(place);
    if (end === undefined) return undefined;
    let next = end + 1;
    while (/\s/.test(mask[next] ?? "")) next += 1;
    if (mask[next] !== "(") return { from: place + 1, to: end };
    place = next;
  }
}

/** The place of the bracket that closes each that is closed. */
type Ends = ReadonlyMap<number, number>;

function closings(mask: string): Ends {
  const [ends, open]: [Map<number, number>, number[]] = [new Map(), []];
  for (let at = 0; at < mask.length; at += 1) {
    const character = mask[at];
    if (character === "(" || character === "[" || character === "{") open.push(at);
    else if (character === ")" || character === "]" || character === "}") {
      const start = open.pop();
      if (start !== undefined) ends.set(start, at);
    }
  }
  return ends;
}

/** A test has a name; `test.skip(condition)` and other functions of these names have none. */
function isTestCall(text: string, { from, to }: Span, modifiers: string): boolean {
  const first = text.slice(from, to).trimStart();
  if (/^['"`]/.test(first)) return /^(['"`])(?:\\[\s\S]|(?!\1)[\s\S])*\1\s*(?:,|$)/.test(first) || modifiers !== "";
  return /^(?:[\w$.]+(?:\.name)?|[\w$]+\([^)]*\))\s*,\s*(?:async\s*)?(?:\(|function|[\w$]+\s*=>)/.test(first);
}

const MAX_TITLE = 80;

function titleOf(text: string, { from, to }: Span): string {
  const [, , title] = /^\s*(['"`])((?:\\.|(?!\1)[^\n])*)\1/.exec(text.slice(from, Math.min(to, from + 400))) ?? [];
  return title === undefined ? "" : `: ${title.length > MAX_TITLE ? `${title.slice(0, MAX_TITLE - 1)}…` : title}`;
}

/** What the function of the test does; `undefined` where there is none, or none that is written here. */
function bodyOf(mask: string, ends: Ends, call: Span): (Span & { readonly hasParameters: boolean }) | undefined {
  const start =
    /^\s*(?:async\s*)?(?:function\s*\*?\s*[\w$]*\s*\((?<one>[^)]*)\)|\((?<two>[^()]*)\)\s*(?::[^={}]{1,80})?=>|(?<three>[\w$]+)\s*=>)\s*/;
  for (const { from, to } of argumentSpans(mask, call).slice(1)) {
    const match = start.exec(mask.slice(from, to));
    if (match === null) continue;
    const { one, two, three } = match.groups ?? {};
    const hasParameters = (one ?? two ?? three ?? "").trim() !== "";
    const at = from + match[0].length;
    if (mask[at] !== "{") return { from: at, to, hasParameters };
    const end = ends.get(at);
    return end === undefined ? undefined : { from: at + 1, to: end, hasParameters };
  }
  return undefined;
}

function judgeAssertions(text: string, mask: string, ends: Ends, lineAt: (at: number) => number): readonly Weakness[] {
  const found: Weakness[] = [];
  const cannotFail = (at: number, code: string): void => {
    found.push({
      rule: "assertion-cannot-fail",
      severity: "warning",
      line: lineAt(at),
      message: `this assertion holds whatever the code does: ${code.replaceAll(/\s+/g, " ").slice(0, MAX_TITLE)}`,
    });
  };
  for (const match of mask.matchAll(/(?<![\w$.])(?:expect|assert|t|ok|chai\.assert)(?:\.\w+)*(?=\()/g)) {
    const open = match.index + match[0].length;
    const end = ends.get(open);
    if (end === undefined) continue;
    const values = argumentsOf(text, mask, { from: open + 1, to: end });
    const [first = "", second] = values;
    if (match[0] !== "expect") {
      if (SAME_FUNCTIONS.test(match[0]) && second !== undefined && isSame(first, second))
        cannotFail(match.index, text.slice(match.index, end + 1));
      else if (TRUE_FUNCTIONS.test(match[0]) && (first === "true" || (values.length === 1 && first === "1")))
        cannotFail(match.index, text.slice(match.index, end + 1));
      continue;
    }
    const [chain = ""] = /^(?:\s*\.\s*\w+)*/.exec(mask.slice(end + 1, end + 400)) ?? [];
    const path = chain.replaceAll(/\s+/g, "");
    const after = end + 1 + chain.length;
    if (isStatement(mask, match.index, after) && (path === "" || /(?:^|\.)to[A-Z]\w*$/.test(path))) {
      if (values.length > 0) {
        found.push({
          rule: "assertion-without-check",
          severity: "warning",
          line: lineAt(match.index),
          message: `nothing is checked: ${path === "" ? "`expect` without what is expected" : `\`${path.slice(1)}\` is not called`}`,
        });
      }
      continue;
    }
    if (path === ".to.be.true" && first === "true") cannotFail(match.index, text.slice(match.index, after));
    if (mask[after] !== "(") continue;
    const close = ends.get(after);
    const [expected] = close === undefined ? [] : argumentsOf(text, mask, { from: after + 1, to: close });
    const code = text.slice(match.index, (close ?? after) + 1);
    if (SAME_MATCHERS.test(path) && expected !== undefined && isSame(first, expected)) cannotFail(match.index, code);
    else if (TRUE_MATCHERS.test(path) && path !== ".to.be.a" && first === "true") cannotFail(match.index, code);
  }
  return found;
}

/** Equal literals; equal names only where nothing between can differ: a getter may, so that these are left to people. */
function isSame(one: string, other: string): boolean {
  return (
    one === other &&
    (LITERAL.test(one) ||
      (REFERENCE.test(one) && !one.includes(".") && /^[a-z]/.test(one) && one.length > 1 && one !== "NaN"))
  );
}

/** Whether it stands alone, so that nobody takes what comes of it. */
function isStatement(mask: string, from: number, to: number): boolean {
  const before = mask.slice(Math.max(0, from - 200), from).trimEnd();
  const after = mask.slice(to, to + 200);
  return (before === "" || /[;{}]$/.test(before)) && /^\s*;/.test(after);
}

function argumentsOf(text: string, mask: string, call: Span): readonly string[] {
  return argumentSpans(mask, call).map(({ from, to }) => text.slice(from, to).trim());
}

/** The arguments of a call; a comma behind the last makes none. */
function argumentSpans(mask: string, { from, to }: Span): readonly Span[] {
  const spans: Span[] = [];
  let [depth, start] = [0, from];
  for (let at = from; at < to; at += 1) {
    const character = mask[at] ?? "";
    if ("([{".includes(character)) depth += 1;
    else if (")]}".includes(character)) depth -= 1;
    else if (character === "," && depth === 0) {
      spans.push({ from: start, to: at });
      start = at + 1;
    }
  }
  return mask.slice(start, to).trim() === "" ? spans : [...spans, { from: start, to }];
}

function judgeSleeps(mask: string, lineAt: (at: number) => number): readonly Weakness[] {
  const sleep =
    /\bawait\s+(?:new Promise\s*(?:<[^>]{0,40}>)?\(\s*\(?\s*(\w+)\s*\)?\s*=>\s*\{?\s*(?:global(?:This)?\.|window\.)?setTimeout\(\s*\1\s*,\s*[1-9]|(?:sleep|delay|setTimeout|timeout)\(\s*[1-9])/g;
  return [...mask.matchAll(sleep)].map(({ index }) => ({
    rule: "sleep-in-test",
    severity: "info",
    line: lineAt(index),
    message:
      "the test waits for a time, not for what it needs: slow where it is long, and failing now and then where it is short",
  }));
}
