import { parseSync } from "oxc-parser";

const CODE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;

/** The string literals of a package's `errors.ts` that are error codes, by the members of its unions and its objects. */
export function readErrorCodes(path: string, text: string): string[] {
  const { program, errors } = parseSync(path, text);
  const [error] = errors;
  if (error !== undefined) throw new SyntaxError(`Cannot parse ${path}: ${error.message}`);
  const codes = new Set<string>();
  JSON.stringify(program, (_key, value: unknown) => {
    if (
      typeof value === "object" &&
      value !== null &&
      "type" in value &&
      value.type === "Literal" &&
      "value" in value
    ) {
      if (typeof value.value === "string" && CODE.test(value.value)) codes.add(value.value);
    }
    return typeof value === "bigint" ? String(value) : value;
  });
  return [...codes].toSorted();
}

/**
 * The error codes that a file gives to somebody: its string literals that are codes, but for those that only stand in types or are compared
 * with.
 */
export function readGivenCodes(path: string, text: string): string[] {
  const { program, errors } = parseSync(path, text);
  const [error] = errors;
  if (error !== undefined) throw new SyntaxError(`Cannot parse ${path}: ${error.message}`);
  const codes = new Set<string>();
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    if (Array.isArray(node)) {
      for (const one of node) visit(one);
      return;
    }
    const { type, value } = node as { readonly type?: unknown; readonly value?: unknown };
    if (type === "TSLiteralType" || type === "BinaryExpression") return;
    if (type === "Literal" && typeof value === "string" && CODE.test(value)) codes.add(value);
    for (const child of Object.values(node)) visit(child);
  };
  visit(program);
  return [...codes].toSorted();
}

/** One entry of docs/errors.md. */
export interface DocumentedError {
  readonly code: string;
  readonly line: number;
  /** The paragraphs and list items below the heading. */
  readonly parts: readonly string[];
}

/** The entries of docs/errors.md: each level-two heading with its parts. */
export function readDocumentedErrors(markdown: string): DocumentedError[] {
  const entries: { code: string; line: number; parts: string[] }[] = [];
  let isInPart = false;
  for (const [index, line] of markdown.split(/\r?\n/).entries()) {
    const heading = /^##\s+(.+?)\s*$/.exec(line)?.[1];
    if (heading !== undefined) {
      entries.push({ code: heading.replaceAll("`", ""), line: index + 1, parts: [] });
      isInPart = false;
    } else if (line.startsWith("#") || line.trim() === "") {
      isInPart = false;
    } else {
      const parts = entries.at(-1)?.parts;
      const last = parts?.at(-1);
      // A list item, or a line that begins with a bold label, starts a part of its own.
      const startsPart = !isInPart || /^\s*(?:[-*+]|\d+[.)])\s/.test(line) || /^\*\*[^*]+\*\*/.test(line);
      if (parts !== undefined) {
        if (startsPart || last === undefined) parts.push(line.trim());
        else parts[parts.length - 1] = `${last} ${line.trim()}`;
      }
      isInPart = true;
    }
  }
  return entries;
}

/** What is wrong between the codes of the sources and the documented ones, one sentence each. */
export function checkErrorCodes(codes: ReadonlyMap<string, string>, documented: readonly DocumentedError[]): string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const { code, line, parts } of documented) {
    const at = `docs/errors.md:${line}`;
    if (seen.has(code)) problems.push(`${at} describes ${code} a second time`);
    seen.add(code);
    if (!codes.has(code)) problems.push(`${at} describes ${code}, which no package has`);
    if (parts.length !== 3) {
      problems.push(`${at} has ${parts.length} parts for ${code}; it needs three: what, why, what to do`);
    }
  }
  for (const [code, path] of codes) {
    if (!seen.has(code)) problems.push(`${path} has ${code}, which docs/errors.md does not describe`);
  }
  return problems;
}
