import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  visit,
  type Document,
  type Node,
} from "yaml";
import type { Position } from "../../text/create-positions.ts";
import type { ConfigDocument, SyntaxProblem } from "./config-document.ts";

/** Aliases in aliases grow without end; a file with more values than these is not unfolded. */
const MAX_ALIASES = 100;

/** Of a longer key only the beginning is told. */
const MAX_KEY = 200;

const TOO_DEEP = "nested too deeply to be read";

/** How what reads a YAML file takes keys that are there twice. */
export interface YamlRules {
  /** Whether its reader refuses them; others take the last one. */
  readonly refusesDuplicates: boolean;
}

/** Reads a file of YAML, which may hold several documents. */
export function readYaml(text: string, { refusesDuplicates }: YamlRules): ConfigDocument {
  const counter = new LineCounter();
  const place = (offset: number): Position => {
    const { line, col } = counter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  let documents: readonly Document.Parsed[];
  try {
    const parsed = parseAllDocuments(text, {
      lineCounter: counter,
      merge: true,
      // Compares each key with each other one.
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: "silent",
    });
    documents = Array.isArray(parsed) ? parsed : [];
  } catch {
    return {
      problems: [{ rule: "syntax", severity: "info", message: TOO_DEEP }],
      positionOf: () => undefined,
    };
  }
  const duplicates = documents.flatMap(duplicateKeys).map((offset): SyntaxProblem => {
    const key = /^[^\s:#]*/.exec(text.slice(offset, offset + MAX_KEY))?.[0] ?? "";
    return {
      rule: "duplicate-key",
      severity: refusesDuplicates ? "error" : "warning",
      message: `the key ${JSON.stringify(key)} is there twice${refusesDuplicates ? "" : ", which many programs refuse"}`,
      position: place(offset),
    };
  });
  const syntax = documents.flatMap(({ errors }) =>
    errors.flatMap(({ code, message, pos: [offset] }): readonly SyntaxProblem[] => {
      const position = place(offset);
      if (message.startsWith("Maximum call stack")) return [{ rule: "syntax", severity: "info", message: TOO_DEEP }];
      // Other readers take what is in brackets at any column, where they are closed at all.
      if (code === "BAD_INDENT" && message.startsWith("Flow ") && text.includes(message.slice(-1), offset)) return [];
      return [{ rule: "syntax", severity: "error", message: inOneLine(message), position }];
    }),
  );
  const [document] = documents;
  // What follows the first mistake is mostly a consequence of it.
  const told = [...duplicates, ...syntax.slice(0, 1)];
  if (document === undefined || documents.length > 1 || syntax.length > 0) {
    return { problems: told, positionOf: () => undefined };
  }
  return {
    problems: told,
    content: valueOf(document),
    positionOf: (path) => {
      const offset = offsetOf(document, path);
      return offset === undefined ? undefined : place(offset);
    },
  };
}

/** Where keys begin that their map has already. */
function duplicateKeys(document: Document.Parsed): readonly number[] {
  const offsets: number[] = [];
  try {
    visit(document, {
      Map(_, { items }) {
        const seen = new Set<unknown>();
        for (const { key } of items) {
          if (!isScalar(key) || key.value === "<<" || typeof key.value === "symbol") continue;
          if (seen.has(key.value)) offsets.push(key.range?.[0] ?? 0);
          seen.add(key.value);
        }
      },
    });
  } catch {
    // Nested too deeply, of which the parser tells.
  }
  return offsets;
}

function valueOf(document: Document.Parsed): { readonly value: unknown } | undefined {
  try {
    return { value: document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown };
  } catch {
    return undefined;
  }
}

/** Where the key or the item at a path begins. What a merge or an alias brings stands elsewhere, so the last known place is given. */
function offsetOf(document: Document.Parsed, path: readonly (string | number)[]): number | undefined {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document);
    let next: unknown;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
      if (pair === undefined || !isPair(pair)) return offset;
      offset = startOf(pair.key) ?? offset;
      next = pair.value;
    } else if (isSeq(node) && typeof part === "number") {
      next = node.items[part];
      offset = startOf(next) ?? offset;
    } else return offset;
    node = next;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function inOneLine(message: string): string {
  const [first = ""] = message.split("\n");
  return `${first.slice(0, 1).toLowerCase()}${first.slice(1)}`.slice(0, 200);
}
