import { textOf, type Markup, type MarkupElement } from "../../markup/element.ts";
import { isHidden } from "./is-hidden.ts";
import type { Problem } from "./problem.ts";

type Placed = readonly (readonly [MarkupElement, readonly MarkupElement[]])[];

/** A tag of a language as in BCP 47, as far as its form tells. */
const LANGUAGE = /^(?:[a-z]{2,3}|x)(?:-[a-z0-9]{1,8})*$/i;

/** What only a whole page tells: its language, ids that are there twice, headings that leave out a level, whether it may be enlarged. Pure. */
export function judgePage({ isPage, isTemplate }: Markup, all: Placed): readonly (readonly [MarkupElement, Problem])[] {
  if (!isPage) return [];
  const found: (readonly [MarkupElement, Problem])[] = [];
  const ids = new Map<string, MarkupElement>();
  let level = 0;
  // What another program puts into a page of its own has no head here, and the language stands there.
  const isPart = isTemplate && !all.some(([{ tag }]) => tag === "head");
  for (const [element, around] of all) {
    const problem = (isPart ? undefined : judgeRoot(element)) ?? judgeViewport(element);
    if (problem !== undefined) found.push([element, problem]);
    // A part of a page that another program puts together may be there in another place too, or instead.
    if (isTemplate) continue;
    const id = textOf(element, "id");
    if (id !== undefined && id !== "" && !around.some(({ tag }) => tag === "svg" || tag === "noscript")) {
      const first = ids.get(id);
      if (first === undefined) ids.set(id, element);
      else {
        const message = `the id ${JSON.stringify(id.slice(0, 40))} is there already, in line ${first.line}: links and labels find only the first`;
        found.push([element, { rule: "duplicate-id", message, suggestion: "give it an id of its own" }]);
      }
    }
    const rank = Number(/^h([1-6])$/.exec(element.tag)?.[1] ?? 0);
    if (rank === 0 || [...around, element].some(isHidden) || element.attributes.has("role")) continue;
    if (level > 0 && rank > level + 1) {
      const message = `after a heading of level ${level} comes one of level ${rank}: who reads by headings misses one`;
      found.push([element, { rule: "heading-order", message, suggestion: `make it \`<h${level + 1}>\`` }]);
    }
    level = rank;
  }
  return found;
}

function judgeRoot(element: MarkupElement): Problem | undefined {
  if (element.tag !== "html" || element.hasSpread) return undefined;
  const language = element.attributes.get("lang") ?? element.attributes.get("xml:lang");
  if (language === "dynamic") return undefined;
  if (language === undefined || language.text.trim() === "") {
    return {
      rule: "html-lang",
      message: "the page does not say its language: it is read aloud in any",
      suggestion: 'write `<html lang="…">`',
    };
  }
  if (LANGUAGE.test(language.text.trim())) return undefined;
  const message = `${JSON.stringify(language.text.slice(0, 20))} is the tag of no language`;
  return { rule: "html-lang", message, suggestion: "write a tag such as `en` or `pt-BR`" };
}

function judgeViewport(element: MarkupElement): Problem | undefined {
  if (element.tag !== "meta" || textOf(element, "name")?.toLowerCase() !== "viewport") return undefined;
  const content = textOf(element, "content")?.toLowerCase() ?? "";
  const scale = /maximum-scale\s*=\s*([\d.]+)/.exec(content)?.[1];
  if (!/user-scalable\s*=\s*(?:no|0)\b/.test(content) && (scale === undefined || Number(scale) >= 2)) return undefined;
  return {
    rule: "meta-viewport",
    message: "nobody can enlarge the page",
    suggestion: "leave out `user-scalable` and `maximum-scale`",
  };
}
