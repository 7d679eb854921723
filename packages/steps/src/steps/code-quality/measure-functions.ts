import { tokenise, type Syntax, type Token } from "./tokenise.ts";

/** How hard a function is to follow. */
export interface FunctionMeasure {
  readonly name: string;
  readonly line: number;
  /**
   * Independent ways through it: one, and one more for each decision (McCabe, A Complexity Measure, 1976). The cases of a `switch` or
   * `match` count as one decision together, for they are read one by one.
   */
  readonly cyclomatic: number;
  /** Decisions, each weighed by how deep it is nested (SonarSource, Cognitive Complexity, 2018), without what is recursive. */
  readonly cognitive: number;
}

const NESTING = new Set([
  "if",
  "for",
  "while",
  "switch",
  "match",
  "catch",
  "except",
  "foreach",
  "loop",
  "select",
  "until",
]);
const OPERATORS = new Set(["&&", "||", "??", "and", "or"]);
const NO_NAME = new Set([
  "if",
  "for",
  "while",
  "switch",
  "match",
  "catch",
  "with",
  "foreach",
  "else",
  "do",
  "try",
  "return",
  "loop",
  "select",
  "synchronized",
  "unless",
  "until",
  "function",
  "fn",
  "func",
  "def",
]);

interface Open {
  readonly name: string;
  readonly line: number;
  /** Depth of braces, or the column of `def`, at which it began. */
  readonly from: number;
  /** Depths at which decisions opened. */
  readonly nested: number[];
  cyclomatic: number;
  cognitive: number;
  operator: string | undefined;
}

/** Measures every function that has a name, by its tokens; functions without one count for the function around them. */
export function measureFunctions(source: string, syntax: Syntax): readonly FunctionMeasure[] {
  const tokens = tokenise(source, syntax);
  return syntax === "python" ? measurePython(tokens) : measureBraces(tokens);
}

function measureBraces(tokens: readonly Token[]): readonly FunctionMeasure[] {
  const measured: FunctionMeasure[] = [];
  const open: Open[] = [];
  let depth = 0;
  let pending = 0;
  for (const [index, token] of tokens.entries()) {
    const { text } = token;
    const current = open.at(-1);
    if (text === "{") {
      const name = nameBefore(tokens, index);
      if (name !== undefined) {
        open.push({
          name,
          line: token.line,
          from: depth,
          nested: [],
          cyclomatic: 1,
          cognitive: 0,
          operator: undefined,
        });
      } else if (current !== undefined && pending > 0) current.nested.push(depth);
      pending = 0;
      depth += 1;
      continue;
    }
    if (text === "}") {
      // More braces close than open where a language has texts of its own, such as the raw ones of Rust.
      depth = Math.max(0, depth - 1);
      if (current === undefined) continue;
      while (current.nested.length > 0 && (current.nested.at(-1) ?? 0) >= depth) current.nested.pop();
      if (depth <= current.from) measured.push(close(open));
      continue;
    }
    if (text === ";" && current !== undefined) current.operator = undefined;
    if (current === undefined) continue;
    if (decide(current, token, tokens[index - 1]?.text, tokens[index + 1]?.text)) pending += 1;
  }
  return measured;
}

function measurePython(tokens: readonly Token[]): readonly FunctionMeasure[] {
  const measured: FunctionMeasure[] = [];
  const open: Open[] = [];
  for (const [index, token] of tokens.entries()) {
    const { text, indent } = token;
    const isFirst = indent !== undefined && text !== ")" && text !== "]" && text !== "}";
    if (isFirst) {
      while (indent <= (open.at(-1)?.from ?? -1)) measured.push(close(open));
      const nested = open.at(-1)?.nested ?? [];
      const isBranch = /^(?:else|elif|except|finally)$/.test(text);
      while ((nested.at(-1) ?? -1) >= indent + (isBranch ? 1 : 0)) nested.pop();
      const last = open.at(-1);
      if (last !== undefined) last.operator = undefined;
    }
    if (text === "def") {
      const name = tokens[index + 1]?.text ?? "";
      const from = tokens[index - 1]?.text === "async" ? (tokens[index - 1]?.indent ?? indent ?? 0) : (indent ?? 0);
      open.push({ name, line: token.line, from, nested: [], cyclomatic: 1, cognitive: 0, operator: undefined });
      continue;
    }
    const current = open.at(-1);
    if (current === undefined) continue;
    const isStatement = indent !== undefined;
    if (decide(current, token, tokens[index - 1]?.text, tokens[index + 1]?.text) && isStatement && text !== "elif") {
      if (!current.nested.includes(indent)) current.nested.push(indent);
    }
  }
  while (open.length > 0) measured.push(close(open));
  return measured;
}

/** Counts a token; gives whether it is a decision whose body nests. */
function decide(current: Open, { text }: Token, before: string | undefined, after: string | undefined): boolean {
  // A property or a name of that spelling decides nothing.
  if (before === "." || before === "?." || (after === ":" && text !== "else")) return false;
  if (OPERATORS.has(text)) {
    current.cyclomatic += 1;
    if (current.operator !== text) current.cognitive += 1;
    current.operator = text;
    return false;
  }
  if (text === "else" || text === "elif") {
    current.cognitive += 1;
    if (text === "elif") current.cyclomatic += 1;
    return false;
  }
  // `for` of a generic bound or an implementation in Rust is in no function; `match` and `select` are also names.
  if (
    !NESTING.has(text) ||
    ((text === "match" || text === "select") && (after === "(" || after === "=" || after === "."))
  )
    return false;
  current.operator = undefined;
  current.cyclomatic += 1;
  // `else if` has been counted with its `else`.
  current.cognitive += before === "else" ? 0 : 1 + current.nested.length;
  return true;
}

/** The name of the function whose body a brace opens. */
function nameBefore(tokens: readonly Token[], brace: number): string | undefined {
  let at = brace - 1;
  const isArrow = tokens[at]?.text === "=>";
  if (isArrow) at -= 1;
  // A type of what it gives, an exception that it throws, a receiver: back to the parenthesis of the parameters, on few tokens.
  for (let steps = 0; steps < 12 && tokens[at] !== undefined && tokens[at]?.text !== ")"; steps += 1) {
    if (/^(?:[;{}=]|=>|else|try|do|finally|return)$/.test(tokens[at]?.text ?? "")) return undefined;
    at -= 1;
  }
  if (tokens[at]?.text !== ")") return undefined;
  let depth = 0;
  for (; at >= 0; at -= 1) {
    const text = tokens[at]?.text;
    if (text === ")") depth += 1;
    if (text === "(") depth -= 1;
    if (depth === 0) break;
  }
  const name = tokens[at - 1]?.text ?? "";
  if (isArrow)
    return /^[=:]$/.test(name) || name === "async" ? assignedName(tokens, at - (name === "async" ? 2 : 1)) : undefined;
  if (name === "function") return assignedName(tokens, at - 2);
  if (name === ">") return undefined;
  return /^[A-Za-z_$]/.test(name) && !NO_NAME.has(name) ? name : undefined;
}

/** The name before `=` or `:`. */
function assignedName(tokens: readonly Token[], at: number): string | undefined {
  const name = /^[=:]$/.test(tokens[at]?.text ?? "") ? (tokens[at - 1]?.text ?? "") : "";
  return /^[A-Za-z_$]/.test(name) ? name : undefined;
}

function close(open: Open[]): FunctionMeasure {
  const { name = "", line = 1, cyclomatic = 1, cognitive = 0 } = open.pop() ?? {};
  return { name, line, cyclomatic, cognitive };
}
