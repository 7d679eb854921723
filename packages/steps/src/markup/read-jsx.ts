import { parse } from "@babel/parser";
import type { AttributeValue, Markup, MarkupElement, MarkupNode } from "./element.ts";

/** A node of the syntax tree, as far as it is looked at. */
interface SyntaxNode {
  readonly type: string;
  readonly loc?: { readonly start: { readonly line: number; readonly column: number } } | null;
  readonly [key: string]: unknown;
}

/** Names that JSX has for attributes of HTML. */
const NAMES: Readonly<Record<string, string>> = { classname: "class", htmlfor: "for" };

/** Reads the elements of a file of JavaScript or TypeScript; `undefined` where it cannot be parsed. */
export function readJsx(text: string, { isTypeScript }: { readonly isTypeScript: boolean }): Markup | undefined {
  let file: SyntaxNode;
  try {
    file = parse(text, {
      sourceType: "unambiguous",
      errorRecovery: true,
      allowReturnOutsideFunction: true,
      plugins: ["jsx", "decorators", ...(isTypeScript ? (["typescript"] as const) : (["flow"] as const))],
    }) as unknown as SyntaxNode;
  } catch {
    return undefined;
  }
  const roots: MarkupNode[] = [];
  const open: unknown[] = [file["program"]];
  while (open.length > 0) {
    const node = open.pop();
    if (Array.isArray(node)) open.push(...(node as readonly unknown[]).toReversed());
    else if (isNode(node)) {
      if (node.type === "JSXElement") roots.push(elementOf(node, open, 0));
      else
        for (const [key, value] of Object.entries(node))
          if (key !== "loc" && typeof value === "object") open.push(value);
    }
  }
  return { roots, isPage: false, isTemplate: true, hasDoctype: true };
}

const MAX_DEPTH = 150;

/** Converts an element; what expressions hold is looked at by itself. */
function elementOf(node: SyntaxNode, open: unknown[], depth: number): MarkupElement {
  const opening = node["openingElement"] as SyntaxNode;
  const tag = nameOf(opening["name"] as SyntaxNode);
  const attributes = new Map<string, AttributeValue>();
  let hasSpread = false;
  for (const attribute of opening["attributes"] as readonly SyntaxNode[]) {
    if (attribute.type !== "JSXAttribute") {
      hasSpread = true;
      continue;
    }
    const written = nameOf(attribute["name"] as SyntaxNode).toLowerCase();
    const name = NAMES[written] ?? written;
    const value = attribute["value"] as SyntaxNode | null;
    if (value !== null && value.type === "JSXExpressionContainer") open.push(value["expression"]);
    if (name.startsWith("on") && onlyStops(value)) attributes.set(`handler-${name.slice(2)}`, "dynamic");
    else attributes.set(name, valueOf(value));
  }
  const children = (node["children"] as readonly SyntaxNode[]).flatMap((child) => convert(child, open, depth + 1));
  const { line = 1, column = 0 } = opening.loc?.start ?? {};
  const isComponent = !/^[a-z][a-z0-9]*$/.test(tag);
  return { kind: "element", tag, isComponent, attributes, hasSpread, children, line, column: column + 1 };
}

function convert(child: SyntaxNode, open: unknown[], depth: number): readonly MarkupNode[] {
  switch (child.type) {
    case "JSXText":
      return [{ kind: "text", text: String(child["value"]) }];
    case "JSXElement":
      if (depth < MAX_DEPTH) return [elementOf(child, open, depth)];
      open.push(child);
      return [{ kind: "dynamic" }];
    case "JSXFragment":
      if (depth >= MAX_DEPTH) return [{ kind: "dynamic" }];
      return (child["children"] as readonly SyntaxNode[]).flatMap((one) => convert(one, open, depth + 1));
    case "JSXExpressionContainer": {
      const expression = child["expression"] as SyntaxNode;
      if (expression.type === "JSXEmptyExpression") return [];
      if (expression.type === "StringLiteral") return [{ kind: "text", text: String(expression["value"]) }];
      open.push(expression);
      return [{ kind: "dynamic" }];
    }
    default:
      return [{ kind: "dynamic" }];
  }
}

function nameOf(node: SyntaxNode): string {
  if (node.type === "JSXIdentifier") return String(node["name"]);
  if (node.type === "JSXMemberExpression") {
    return `${nameOf(node["object"] as SyntaxNode)}.${nameOf(node["property"] as SyntaxNode)}`;
  }
  return `${nameOf(node["namespace"] as SyntaxNode)}:${nameOf(node["name"] as SyntaxNode)}`;
}

function valueOf(value: SyntaxNode | null): AttributeValue {
  if (value === null) return { text: "" };
  if (value.type === "StringLiteral") return { text: String(value["value"]) };
  if (value.type !== "JSXExpressionContainer") return "dynamic";
  const expression = value["expression"] as SyntaxNode;
  switch (expression.type) {
    case "StringLiteral":
    case "NumericLiteral":
    case "BooleanLiteral":
      return { text: String(expression["value"]) };
    case "UnaryExpression": {
      const argument = expression["argument"] as SyntaxNode;
      const isNumber = expression["operator"] === "-" && argument.type === "NumericLiteral";
      return isNumber ? { text: `-${String(argument["value"])}` } : "dynamic";
    }
    default:
      return "dynamic";
  }
}

/** A handler that does nothing but keep an event from others. */
function onlyStops(value: SyntaxNode | null): boolean {
  if (value?.type !== "JSXExpressionContainer") return false;
  const handler = value["expression"] as SyntaxNode;
  if (handler.type !== "ArrowFunctionExpression" && handler.type !== "FunctionExpression") return false;
  const body = handler["body"] as SyntaxNode;
  const statements = body.type === "BlockStatement" ? (body["body"] as readonly SyntaxNode[]) : [body];
  return statements.every((statement) => {
    const call = (statement.type === "ExpressionStatement" ? statement["expression"] : statement) as SyntaxNode;
    const callee = call.type === "CallExpression" ? (call["callee"] as SyntaxNode) : undefined;
    const property = callee?.type === "MemberExpression" ? (callee["property"] as SyntaxNode) : undefined;
    return /^(?:stopPropagation|preventDefault|stopImmediatePropagation)$/.test(String(property?.["name"]));
  });
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}
