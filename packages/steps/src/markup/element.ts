/** Value of an attribute: its text, or `dynamic` where only a running program knows it. An attribute without a value has the empty text. */
export type AttributeValue = { readonly text: string } | "dynamic";

/** An element of HTML or of a template. */
export interface MarkupElement {
  readonly kind: "element";
  /** In lower case for elements of HTML, as written for components. */
  readonly tag: string;
  /** What a component makes of itself is not known. */
  readonly isComponent: boolean;
  /** By name in lower case; names that templates have for attributes and events are brought to those of HTML (`onclick`, `class`, `for`). */
  readonly attributes: ReadonlyMap<string, AttributeValue>;
  /** Attributes that are not written down may be there. */
  readonly hasSpread: boolean;
  readonly children: readonly MarkupNode[];
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
}

/** What an element holds; `dynamic` is what only a running program knows. */
export type MarkupNode =
  | MarkupElement
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "dynamic" };

/** The elements of a file. */
export interface Markup {
  readonly roots: readonly MarkupNode[];
  /** A whole page: with `<html>`, `<head>` or a document type of its own. */
  readonly isPage: boolean;
  /** Another program puts something in before it is shown. */
  readonly isTemplate: boolean;
  /** It begins with a document type, as without one browsers imitate those of the nineties. */
  readonly hasDoctype: boolean;
}

/** The text of an attribute; `undefined` where there is none or it is not known. */
export function textOf(element: MarkupElement, name: string): string | undefined {
  const value = element.attributes.get(name);
  return value === undefined || value === "dynamic" ? undefined : value.text;
}

/** Every element with those around it, the nearest last, in the order of the file. */
export function* elementsOf(
  nodes: readonly MarkupNode[],
  around: readonly MarkupElement[] = [],
): Generator<readonly [MarkupElement, readonly MarkupElement[]]> {
  // A stack, not recursion: nothing keeps a file from nesting deep.
  const open: (readonly [MarkupNode, readonly MarkupElement[]])[] = nodes.toReversed().map((node) => [node, around]);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [node, ancestors] = next;
    if (node.kind !== "element") continue;
    yield [node, ancestors];
    // What is deeper than this is no markup that a person wrote.
    if (ancestors.length >= MAX_DEPTH) continue;
    const inside = [...ancestors, node];
    for (const child of node.children.toReversed()) open.push([child, inside]);
  }
}

const MAX_DEPTH = 200;
