import JSON5 from "json5";
import {
  findNodeAtLocation,
  getNodeValue,
  parseTree,
  printParseErrorCode,
  visit,
  type Node,
  type ParseError,
} from "jsonc-parser";
import { isDeepJson } from "../../text/is-deep-json.ts";
import { createPositions, type Position } from "../../text/create-positions.ts";
import type { ConfigDocument, SyntaxProblem } from "./config-document.ts";
import type { JsonDialect } from "./json-dialect.ts";

const WORDS: Readonly<Record<string, string>> = {
  InvalidSymbol: "a word that JSON does not have",
  InvalidNumberFormat: "a number that JSON does not have",
  PropertyNameExpected: "a key in double quotes is expected",
  ValueExpected: "a value is expected",
  ColonExpected: "a colon is expected",
  CommaExpected: "a comma is expected",
  CloseBraceExpected: "a closing brace is expected",
  CloseBracketExpected: "a closing bracket is expected",
  EndOfFileExpected: "the end of the file is expected",
  InvalidCommentToken: "a comment, which JSON does not have",
  UnexpectedEndOfComment: "a comment does not end",
  UnexpectedEndOfString: "a text does not end on its line",
  UnexpectedEndOfNumber: "a number does not end",
  InvalidUnicode: "an escape of a character that is none",
  InvalidEscapeCharacter: "an escape that JSON does not have",
  InvalidCharacter: "a control character within a text",
};

/** Reads a file of JSON or of one of its dialects. */
export function readJson(text: string, dialect: JsonDialect): ConfigDocument {
  const at = createPositions(text);
  const nowhere = { positionOf: () => undefined };
  if (text.trim() === "") return { ...nowhere, problems: dialect === "strict" ? [EMPTY] : [] };
  if (isDeepJson(text)) {
    return { ...nowhere, problems: [{ rule: "syntax", severity: "info", message: "nested too deeply to be read" }] };
  }
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true, disallowComments: false });
  const [first] = errors;
  if (first !== undefined) {
    const problem = (severity: SyntaxProblem["severity"], message: string, position: Position): ConfigDocument => ({
      ...nowhere,
      problems: [{ rule: severity === "info" ? "dialect" : "syntax", severity, message, position }],
    });
    if (dialect !== "strict") {
      const json5 = readJson5(text);
      if (json5.ok && dialect === "json5") return { ...nowhere, problems: [], content: { value: json5.value } };
      if (json5.ok) return problem("info", "JSON5, which few programs read", at(first.offset));
      if (dialect === "json5") return problem("error", json5.message, json5.position ?? at(first.offset));
    }
    if (dialect === "unknown" && isLines(text)) return { ...nowhere, problems: [] };
    const code = printParseErrorCode(first.error);
    return problem("error", WORDS[code] ?? code, at(first.offset));
  }
  if (root === undefined) return { ...nowhere, problems: [] };
  // Whatever it is called, another `tsconfig.json` extends it.
  const reader =
    dialect === "unknown" && findNodeAtLocation(root, ["compilerOptions"]) !== undefined ? "jsonc" : dialect;
  return {
    problems: [...beyondJson(text, reader, at), ...duplicates(root, at)],
    content: { value: getNodeValue(root) as unknown },
    positionOf(path) {
      const node = findNodeAtLocation(root, [...path]);
      if (node === undefined) return undefined;
      return at(node.parent?.type === "property" ? node.parent.offset : node.offset);
    },
  };
}

const EMPTY: SyntaxProblem = { rule: "syntax", severity: "error", message: "the file is empty, which is no JSON" };

function readJson5(
  text: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; message: string; position?: Position } {
  try {
    return { ok: true, value: JSON5.parse<unknown>(text) };
  } catch (error) {
    const { lineNumber: line, columnNumber: column } = error as { lineNumber?: number; columnNumber?: number };
    const message = (error as Error).message.replace(/^JSON5: /, "").replace(/ at \d+:\d+$/, "");
    return { ok: false, message, ...(line && column ? { position: { line, column } } : {}) };
  }
}

/** Whether each line is JSON of its own. */
function isLines(text: string): boolean {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  try {
    for (const line of lines) JSON.parse(line);
    return lines.length > 1;
  } catch {
    return false;
  }
}

/** The first comment and the first trailing comma where the reader does not take them, or may not. */
function beyondJson(text: string, dialect: JsonDialect, at: (offset: number) => Position): readonly SyntaxProblem[] {
  if (dialect === "jsonc" || dialect === "json5") return [];
  const errors: ParseError[] = [];
  let [comment, comma]: (number | undefined)[] = [];
  parseTree(text, errors, { allowTrailingComma: false, disallowComments: false });
  comma = errors[0]?.offset;
  visit(text, { onComment: (offset) => void (comment ??= offset) });
  const severity = dialect === "strict" ? "error" : "info";
  const rule = dialect === "strict" ? "syntax" : "dialect";
  const found: SyntaxProblem[] = [];
  if (comment !== undefined) {
    found.push({ rule, severity, message: "a comment, which JSON does not have", position: at(comment) });
  }
  if (comma !== undefined) {
    found.push({
      rule,
      severity,
      message: "a comma after the last value, which JSON does not have",
      position: at(comma),
    });
  }
  return found;
}

/** Keys that are there twice; keys that stand for comments may be. */
function duplicates(root: Node, at: (offset: number) => Position): readonly SyntaxProblem[] {
  const found: SyntaxProblem[] = [];
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const seen = new Set<string>();
    for (const child of node.children ?? []) {
      if (child.type === "property") {
        const key = child.children?.[0]?.value as string;
        if (seen.has(key) && !/^(?:$|\/\/|#|_?comment|\$comment)/.test(key)) {
          found.push({
            rule: "duplicate-key",
            severity: "warning",
            message: `the key ${JSON.stringify(key)} is there twice, and only the last one counts`,
            position: at(child.offset),
          });
        }
        seen.add(key);
      }
      pending.push(child);
    }
  }
  return found.sort((one, other) => (one.position?.line ?? 0) - (other.position?.line ?? 0));
}
