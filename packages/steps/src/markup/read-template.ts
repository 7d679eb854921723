import { Tokenizer, type Token } from "parse5";
import type { AttributeValue, Markup, MarkupElement, MarkupNode } from "./element.ts";
import { maskExpressions } from "./mask-expressions.ts";

/** Elements that have no end. */
const VOID = new Set("area base br col embed hr img input link meta param source track wbr".split(" "));

/**
 * Reads the template of a single-file component of Vue or Svelte. Unlike in HTML any element may be closed within its own tag.
 */
export function readTemplate(text: string, language: "vue" | "svelte"): Markup {
  const masked = maskExpressions(withoutCode(language === "vue" ? onlyTemplate(text) : text), {
    single: language === "svelte",
  });
  const root: MarkupNode[] = [];
  const open: { readonly tag: string; readonly children: MarkupNode[] }[] = [];
  const place = (): MarkupNode[] => open.at(-1)?.children ?? root;
  const start = (token: Token.TagToken): void => {
    const written = masked.slice(token.location?.startOffset ?? 0).match(/^<([^\s/>]+)/)?.[1] ?? token.tagName;
    const isComponent = /[A-Z.:-]/.test(written);
    const children: MarkupNode[] = [];
    place().push(elementOf(token, { tag: isComponent ? written : token.tagName, isComponent, children }));
    if (!token.selfClosing && !VOID.has(token.tagName)) open.push({ tag: token.tagName, children });
  };
  const characters = (token: Token.CharacterToken): void => {
    place().push(token.chars.includes("{") ? { kind: "dynamic" } : { kind: "text", text: token.chars });
  };
  const tokenizer = new Tokenizer(
    { sourceCodeLocationInfo: true },
    {
      onStartTag: start,
      onEndTag(token) {
        const index = open.findLastIndex(({ tag }) => tag === token.tagName);
        if (index >= 0) open.length = index;
      },
      onCharacter: characters,
      onWhitespaceCharacter: characters,
      onNullCharacter: () => undefined,
      onComment: () => undefined,
      onDoctype: () => undefined,
      onEof: () => undefined,
    },
  );
  tokenizer.write(masked, true);
  return { roots: root, isPage: false, isTemplate: true, hasDoctype: true };
}

function elementOf(
  token: Token.TagToken,
  { tag, isComponent, children }: Pick<MarkupElement, "tag" | "isComponent" | "children">,
): MarkupElement {
  const attributes = new Map<string, AttributeValue>();
  let hasSpread = false;
  for (const { name, value } of token.attrs) {
    const [plain, isDynamic] = nameOf(name);
    if (plain === undefined) hasSpread = true;
    else if (attributes.get(plain) !== "dynamic") {
      attributes.set(plain, isDynamic || value.includes("{") ? "dynamic" : { text: value });
    }
  }
  const { startLine = 1, startCol = 1 } = token.location ?? {};
  return { kind: "element", tag, isComponent, attributes, hasSpread, children, line: startLine, column: startCol };
}

/** The attribute of HTML that a name stands for, and whether its value is an expression; `undefined` for one that sets several. */
function nameOf(name: string): readonly [string | undefined, boolean] {
  if (name === "v-bind" || name.startsWith("{") || name.startsWith(":[") || name.startsWith("@["))
    return [undefined, true];
  const [, event] = /^(?:@|v-on:|on:)([\w-]+)/.exec(name) ?? [];
  if (event !== undefined) {
    // A handler that is only there to stop an event, or to close what lies behind, makes nothing clickable.
    return /\.(?:stop|self|prevent|capture)\b|\|(?:stopPropagation|self|preventDefault)\b/.test(name)
      ? [`handler-${event}`, true]
      : [`on${event}`, true];
  }
  const [, bound] = /^(?:v-bind:|:|bind:)([\w-]+)/.exec(name) ?? [];
  return bound === undefined ? [name, false] : [bound, true];
}

/** The template alone; what is around it becomes blank. */
function onlyTemplate(text: string): string {
  const begin = /<template(?:\s[^>]*)?>/i.exec(text);
  const end = text.lastIndexOf("</template>");
  if (begin === null || end < begin.index || /\slang=["'](?!html)/.test(begin[0])) return blank(text);
  const from = begin.index + begin[0].length;
  return blank(text.slice(0, from)) + text.slice(from, end) + blank(text.slice(end));
}

function withoutCode(text: string): string {
  return text.replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, blank);
}

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, " ");
}
