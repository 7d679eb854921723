import { parseSync, type Program } from "oxc-parser";

/** A test as it is written. */
export interface WrittenTest {
  readonly title: string;
  /** Its own text, with the table that it is done for. */
  readonly own: string;
  /** The same, with all of its file that it uses. */
  readonly whole: string;
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
  const add = (title: string, node: Node): void => {
    const used = new Map<string, Node>();
    collectUsed(node, declared, used);
    const textOf = ({ start, end }: Node): string => text.slice(start, end);
    tests.push({ title, own: textOf(node), whole: [node, ...used.values()].map(textOf).join("\n") });
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

/** What a file declares at its top, by name. */
function readDeclarations({ body }: Program): ReadonlyMap<string, Node> {
  const declared = new Map<string, Node>();
  for (const statement of body as unknown as readonly Node[]) {
    if (statement.type === "VariableDeclaration") {
      for (const one of statement["declarations"] as readonly Node[]) {
        const id = one["id"] as Node;
        if (id.type === "Identifier") declared.set(String(id["name"]), one);
      }
    }
    if (statement.type === "FunctionDeclaration") declared.set(String((statement["id"] as Node)["name"]), statement);
  }
  return declared;
}

function collectUsed(node: Node, declared: ReadonlyMap<string, Node>, used: Map<string, Node>): void {
  visit(node, (inner) => {
    const name = inner.type === "Identifier" ? String(inner["name"]) : "";
    const declaration = declared.get(name);
    if (declaration === undefined || declaration === node || used.has(name)) return;
    used.set(name, declaration);
    collectUsed(declaration, declared, used);
  });
}
