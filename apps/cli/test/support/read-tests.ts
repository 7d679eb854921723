import { parseSync, type Program } from "oxc-parser";

/** A test as it is written. */
export interface WrittenTest {
  readonly title: string;
  /** Its text with the table that it is done for, and with all of its file that it uses. */
  readonly text: string;
}

/** A node of a syntax tree, as far as it matters here. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/**
 * The tests of a file: calls of `test` and its kin with a title that is written there, and, where a file makes its tests of a table of functions,
 * the entries of that.
 */
export function readTests(file: string, text: string): readonly WrittenTest[] {
  const { program, errors } = parseSync(file, text);
  const [error] = errors;
  if (error !== undefined) throw new SyntaxError(`Cannot parse ${file}: ${error.message}`);
  const declared = readDeclarations(program);
  const tests: WrittenTest[] = [];
  const textOf = ({ start, end }: Node): string => text.slice(start, end);
  const add = (title: string, node: Node): void => {
    const used = new Set<Node>();
    collectUsed(node, declared, used);
    tests.push({ title, text: [node, ...used].map(textOf).join("\n") });
  };
  visit(program, (node) => {
    if (node.type === "CallExpression" && rootOf(node) === "test") {
      const title = titleOf(node);
      if (title !== undefined) add(title, node);
    }
    if (node.type === "Property") {
      const { key, value } = node as Node & { readonly key: Node; readonly value: Node };
      const name = key.type === "Identifier" ? key["name"] : key["value"];
      if (value.type === "ArrowFunctionExpression" && value["async"] === true && typeof name === "string")
        add(name, value);
    }
  });
  return tests;
}

function visit(node: unknown, see: (node: Node) => void): void {
  if (typeof node !== "object" || node === null) return;
  if (Array.isArray(node)) {
    for (const one of node) visit(one, see);
    return;
  }
  if ("type" in node && typeof node.type === "string") see(node as Node);
  for (const child of Object.values(node)) visit(child, see);
}

/** What `test`, `test.each(…)`, `test.runIf(…).each(…)` begin with. */
function rootOf(node: Node): unknown {
  if (node.type === "Identifier") return node["name"];
  if (node.type === "CallExpression") return rootOf(node["callee"] as Node);
  return node.type === "MemberExpression" ? rootOf(node["object"] as Node) : undefined;
}

function titleOf({ arguments: given }: Node): string | undefined {
  const [first, second] = given as readonly (Node | undefined)[];
  if (second === undefined || first?.type !== "Literal" || typeof first["value"] !== "string") return undefined;
  return first["value"];
}

/** What a file declares, by name: at its top, and in the groups of its tests. */
function readDeclarations(program: Program): ReadonlyMap<string, readonly Node[]> {
  const declared = new Map<string, Node[]>();
  const add = (id: unknown, node: Node): void => {
    const { type, name } = id as Node;
    if (type === "Identifier") declared.set(String(name), [...(declared.get(String(name)) ?? []), node]);
  };
  visit(program, (node) => {
    if (node.type === "VariableDeclarator" || node.type === "FunctionDeclaration") add(node["id"], node);
  });
  return declared;
}

/** Adds what a node uses of what is declared, and what that uses. Of two things of one name both count. */
function collectUsed(node: Node, declared: ReadonlyMap<string, readonly Node[]>, used: Set<Node>): void {
  visit(node, (inner) => {
    const name = inner.type === "Identifier" ? String(inner["name"]) : "";
    for (const declaration of declared.get(name) ?? []) {
      if (declaration === node || used.has(declaration)) continue;
      used.add(declaration);
      collectUsed(declaration, declared, used);
    }
  });
}
