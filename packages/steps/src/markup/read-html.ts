import {
  defaultTreeAdapter,
  parse,
  parseFragment,
  type DefaultTreeAdapterMap,
  type DefaultTreeAdapterTypes,
  type TreeAdapter,
} from "parse5";
import type { AttributeValue, Markup, MarkupElement, MarkupNode } from "./element.ts";
import { hasTemplateMarks, maskExpressions } from "./mask-expressions.ts";

type Node = DefaultTreeAdapterTypes.ChildNode;

/** Elements within each other; browsers stop at 512 (Blink, `kMaximumHTMLParserDOMTreeDepth`), and the parser takes time by their square. */
const MAX_DEPTH = 512;

/**
 * Reads a file of HTML as browsers do. Elements that browsers add where they are not written are left out. `undefined` where elements are
 * nested more deeply than browsers show.
 */
export function readHtml(text: string): Markup | undefined {
  const isTemplate = hasTemplateMarks(text);
  const masked = isTemplate ? maskExpressions(text, { single: false }) : text;
  const isPage = /<html[\s>]|<head[\s>]|<!doctype\s+html/i.test(masked);
  const root = parseWithin(masked, isPage);
  if (root === undefined) return undefined;
  return {
    roots: convertAll(root.childNodes),
    isPage,
    isTemplate,
    hasDoctype: /^(?:\s|<!--[\s\S]*?-->|<\?xml[^>]*>)*<!doctype/i.test(masked),
  };
}

/** `th:alt` and `data-th-alt` set `alt`. */
const SET_BY_THYMELEAF = /^(?:data-)?th[:-]/;
/** What puts another element in the place of this one, or gives it attributes that are not written down. */
const FILLED_BY_THYMELEAF =
  /^(?:data-)?(?:th[:-](?:replace|insert|include|substituteby|attr|attrappend|attrprepend|field)|layout[:-]decorat\w*)$/;

/** Thrown to get out of the parser. */
class TooDeep extends Error {}

function parseWithin(text: string, isPage: boolean): DefaultTreeAdapterTypes.ParentNode | undefined {
  let depth = 0;
  const treeAdapter: TreeAdapter<DefaultTreeAdapterMap> = {
    ...defaultTreeAdapter,
    onItemPush() {
      depth += 1;
      if (depth > MAX_DEPTH) throw new TooDeep();
    },
    onItemPop() {
      depth -= 1;
    },
  };
  const options = { sourceCodeLocationInfo: true, scriptingEnabled: false, treeAdapter } as const;
  try {
    return isPage ? parse(text, options) : parseFragment(text, options);
  } catch (error) {
    if (error instanceof TooDeep) return undefined;
    throw error;
  }
}

/** Converts from the leaves up, without recursion. */
function convertAll(nodes: readonly Node[]): readonly MarkupNode[] {
  const result: MarkupNode[] = [];
  const work: {
    readonly nodes: readonly Node[];
    place: number;
    readonly into: MarkupNode[];
    readonly done: () => void;
  }[] = [{ nodes, place: 0, into: result, done: () => undefined }];
  for (let frame = work.at(-1); frame !== undefined; frame = work.at(-1)) {
    const node = frame.nodes[frame.place];
    frame.place += 1;
    if (node === undefined) {
      frame.done();
      work.pop();
      continue;
    }
    const { into } = frame;
    if (node.nodeName === "#text" && "value" in node) {
      into.push(isMasked(node.value) ? { kind: "dynamic" } : { kind: "text", text: node.value });
    } else if ("tagName" in node) {
      // What is in a template is no part of the page before a script takes it.
      const inside = "content" in node ? [] : node.childNodes;
      const location = node.sourceCodeLocation;
      const children: MarkupNode[] = [];
      const add = (): void => {
        if (location === null || location === undefined) into.push(...children);
        else {
          into.push({
            kind: "element",
            tag: node.tagName,
            isComponent: node.tagName.includes("-"),
            attributes: new Map(
              node.attrs.flatMap(({ name, value }) => [
                [name, valueOf(value)] as const,
                ...(SET_BY_THYMELEAF.test(name) ? [[name.replace(SET_BY_THYMELEAF, ""), "dynamic"] as const] : []),
              ]),
            ),
            hasSpread: node.attrs.some(({ name }) => name.includes("{{") || FILLED_BY_THYMELEAF.test(name)),
            children,
            line: location.startLine,
            column: location.startCol,
          } satisfies MarkupElement);
        }
      };
      work.push({ nodes: inside, place: 0, into: children, done: add });
    }
  }
  return result;
}

function valueOf(text: string): AttributeValue {
  return isMasked(text) ? "dynamic" : { text };
}

function isMasked(text: string): boolean {
  return text.includes("{{") || text.includes("${");
}
