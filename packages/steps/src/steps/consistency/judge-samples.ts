import { parse as parseScript, type ParserOptions } from "@babel/parser";
import type { Finding } from "@ai-workflow/engine";
import { parse as parseJson, printParseErrorCode, type ParseError } from "jsonc-parser";
import { parseAllDocuments } from "yaml";
import type { DocumentSample, MarkdownDocument } from "../../markdown/parse-document.ts";
import { printable } from "../../text/printable.ts";
import { isDeepJson } from "../../text/is-deep-json.ts";

/** Larger ones are no samples, in characters. */
const MAX_LENGTH = 50_000;
/** What is left out, filled in by the reader or by a template, or shows what changed or was typed. */
const FRAGMENT =
  /\.\.\.\s*(?:$|[}\])"',;/])|^\s*\.\s*$|\. \. \.|\.{2}\]|\[,|…|\{\{|\{%|<%|\$\{\{|<[\w -]+>\s*(?:$|[,;"'])|<[\w.-]+(?: [\w.-]+)+>\s*[,})\]]|[[(,]\s*\[[a-z]+(?: [\w.,]+)+\]|^\s*(?:\$|[\w.]*>+|%|\+|-(?!\s|-)|@@)\s|\[\.\.\.\]|\[!code\b/m;

/** How documents show what an expression gives or a program prints. Arrow functions look alike, but those are read. */
const RESULT = /(?:^|[\s)])(?:=+>|-+>|→|⇒|↦)(?:\s|$)|^\s*\/\/\s*(?:output|result|prints|logs|returns)\b.{0,20}$/im;
/** Samples that say of themselves that they are wrong, or are no code. */
const WRONG_ON_PURPOSE =
  /^\s*(?:\/\/|\/\*|#)\W*(?:bad|wrong|incorrect|invalid|broken)\b|(?:\/\/|\/\*|#)[^\n]*\b(?:pseudo-?code|syntax error|not (?:actually |really )?(?:supported|valid) (?:in|js|java|syntax))\b/im;
/** Parameters in the manner of JSDoc (`name {Type} what it is`), and members that may be of one type or another, the latter a keyword. */
const DESCRIPTION = /^\s*\w+\s+\{[A-Z]\w*\}(?:\s|$)|\|\s*(?:async )?function\b(?!\s*\()/m;
/** A first line that names the file. */
const FILE_NAME = /^\s*[\w.-]+(?:\/[\w.-]+)*\.(?:ya?ml|json)[ \t]*(?=\n)/;

/** A mistake in a sample, with the line of the sample in which it is, from 0. */
interface Mistake {
  readonly message: string;
  readonly line: number;
}

/** Findings about code samples that claim a language and cannot be read in it. Samples that leave something out are none. Pure. */
export function judgeSamples(file: string, { samples }: Pick<MarkdownDocument, "samples">): readonly Finding[] {
  return samples.flatMap((sample) => {
    const mistake = mistakeIn(sample);
    if (mistake === undefined) return [];
    return [
      {
        rule: "broken-sample",
        severity: "warning" as const,
        message: `this ${sample.language ?? ""} cannot be parsed: ${printable(mistake.message)}`,
        file,
        line: sample.line + 1 + mistake.line,
      },
    ];
  });
}

function mistakeIn({ language, code: written }: DocumentSample): Mistake | undefined {
  const code = written.replace(FILE_NAME, "");
  if (code.length > MAX_LENGTH || code.trim() === "" || WRONG_ON_PURPOSE.test(code)) return undefined;
  switch (language) {
    case "json":
    case "jsonc":
    case "json5":
      return FRAGMENT.test(code) ? undefined : inJson(code, language);
    case "yaml":
    case "yml":
      return FRAGMENT.test(code.replaceAll(/^\s*-\s/gm, "")) ? undefined : inYaml(code);
    case "js":
    case "javascript":
    case "mjs":
    case "cjs":
    case "ts":
    case "typescript":
    case "mts":
    case "cts":
      return FRAGMENT.test(code) || DESCRIPTION.test(code)
        ? undefined
        : inScript(code, /^[mc]?ts$|^typescript$/.test(language));
    case undefined:
    default:
      return undefined;
  }
}

/** Comments and commas at the end are common in samples, and half an object is a fragment. */
function inJson(code: string, language: string): Mistake | undefined {
  if (language === "json5" || !/^\s*(?:\/[/*][\s\S]*?\n\s*)*[{[]/.test(code)) return undefined;
  if (isDeepJson(code)) return undefined;
  const errors: ParseError[] = [];
  parseJson(code, errors, { allowTrailingComma: true, disallowComments: false });
  const [first] = errors;
  if (first === undefined) return undefined;
  const name = printParseErrorCode(first.error);
  // Several values after each other are lines of JSON, or a file and another.
  if (name === "EndOfFileExpected") return undefined;
  return {
    message: name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
    line: lineAt(code, first.offset),
  };
}

function inYaml(code: string): Mistake | undefined {
  const documents = parseAllDocuments(code, { prettyErrors: false, logLevel: "silent", uniqueKeys: false });
  const error = (Array.isArray(documents) ? documents : []).flatMap(({ errors }) => errors)[0];
  return error === undefined ? undefined : { message: error.message, line: lineAt(code, error.pos[0]) };
}

/** Whole in any of these ways is whole: a sample may be an expression, members of a class, or of another dialect. */
function inScript(code: string, isTyped: boolean): Mistake | undefined {
  const dialects: readonly NonNullable<ParserOptions["plugins"]>[] = isTyped
    ? [
        ["typescript", "decorators"],
        ["typescript", "jsx", "decorators"],
      ]
    : [
        ["jsx", "decorators"],
        ["flow", "jsx"],
        ["typescript", "decorators"],
      ];
  const value = `(${code}\n)`;
  const wholes: string[] = [
    // In braces that hold a key it is an object that was meant, and not a block.
    ...(/^\s*\{(?:\s|\/\/.*\n)*["'\w-]+\s*:/.test(code) ? [value, code] : [code, value]),
    `class _ {${code}\n}`,
    `(function* () {${code}\n})`,
    `({${code}\n})`,
    // Objects one after the other, and one cut out of a list.
    `[${code
      .trim()
      .replaceAll(/\}[ \t]*(?=\s*\n\s*(?:\/\/[^\n]*\s+)*\{)/g, "},")
      .replace(/[,;]$/, "")}\n]`,
    code.replace(/[,;]\s*$/, ""),
  ];
  let first: Mistake | undefined;
  if (code.trimStart().startsWith(".")) wholes.push(`_${code.trimStart()}`);
  for (const plugins of dialects) {
    for (const whole of wholes) {
      const read = readScript(whole, plugins);
      if (read.ok) return undefined;
      first ??= read.mistake;
    }
    for (const whole of [`type _ =${code}\n`, `interface _ {${code}\n}`]) {
      const read = readScript(whole, plugins);
      if (read.ok && !isValue(read.statement)) return undefined;
    }
  }
  return RESULT.test(code) ? undefined : first;
}

/**
 * Whether what was read as a type is made of values alone: then it is an object, and only types do without the commas that it lacks.
 *
 * @param node - of a syntax tree
 */
function isValue(node: unknown): boolean {
  if (typeof node !== "object" || node === null) return false;
  const { type, typeAnnotation, body, members, elementTypes, optional, readonly } = node as Readonly<
    Record<string, unknown>
  >;
  switch (type) {
    case "TSTypeAliasDeclaration":
    case "TSTypeAnnotation":
      return isValue(typeAnnotation);
    case "TSInterfaceDeclaration":
      return isValue(body);
    case "TSInterfaceBody":
      return areValues(body);
    case "TSTypeLiteral":
      return areValues(members);
    case "TSTupleType":
      return areValues(elementTypes);
    case "TSPropertySignature":
      return optional !== true && readonly !== true && isValue(typeAnnotation);
    case "TSLiteralType":
    case "TSNullKeyword":
    case "TSUndefinedKeyword":
      return true;
    default:
      return false;
  }
}

function areValues(nodes: unknown): boolean {
  return Array.isArray(nodes) && nodes.every((node) => isValue(node));
}

/** What came of reading a text: its first statement, or why it cannot be read. */
type ScriptReading =
  | { readonly ok: true; readonly statement: unknown }
  | { readonly ok: false; readonly mistake: Mistake };

function readScript(code: string, plugins: NonNullable<ParserOptions["plugins"]>): ScriptReading {
  try {
    const { program } = parseScript(code, {
      sourceType: "unambiguous",
      // What is said twice or stands where it may not is no matter of reading.
      errorRecovery: true,
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: true,
      allowImportExportEverywhere: true,
      allowNewTargetOutsideFunction: true,
      allowSuperOutsideMethod: true,
      allowUndeclaredExports: true,
      plugins: [...plugins],
    });
    return { ok: true, statement: program.body[0] };
  } catch (error) {
    const { message, loc } = error as { readonly message: string; readonly loc?: { readonly line: number } };
    return { ok: false, mistake: { message: message.replace(/\s*\(\d+:\d+\)$/, ""), line: (loc?.line ?? 1) - 1 } };
  }
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length - 1;
}
