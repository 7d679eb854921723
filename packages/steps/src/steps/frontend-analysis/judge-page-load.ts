import type { Finding } from "@ai-workflow/engine";
import { hasValue } from "../../markup/accessible-name.ts";
import { elementsOf, textOf, type Markup, type MarkupElement } from "../../markup/element.ts";
import { countOf } from "../../text/count-of.ts";
import { printable } from "../../text/printable.ts";

/** Files of mail, which no browser loads as a page of its own. */
const MAIL = /(?:^|[/_-])(?:e?mails?|newsletters?|mjml)(?:[/_.-]|$)/i;
/** What a page runs or is styled by; over plain HTTP browsers refuse it where the page itself is not plain. */
const ACTIVE: Readonly<Record<string, string>> = {
  script: "src",
  iframe: "src",
  link: "href",
  object: "data",
  embed: "src",
};
/** Addresses of the machine itself, and names that stand for none. */
const LOCAL =
  /^http:\/\/(?:localhost|127\.|0\.0\.0\.0|\[::1\]|(?:[\w-]+\.)*example\.(?:com|org|net)|[\w-]+(?:\.(?:test|local|invalid))?[:/])/i;

/** How a browser takes a page: what its head says, what keeps it from being shown, what it refuses to load. Pure. */
export function judgePageLoad(file: string, markup: Markup): readonly Finding[] {
  const all = [...elementsOf(markup.roots)];
  return [
    ...all.flatMap(([element]) => judgeAddress(file, element)),
    ...(markup.isPage && !MAIL.test(file) ? judgeHead(file, markup, all) : []),
    ...(/\.html?$/i.test(file)
      ? judgeWeight(
          file,
          all.map(([element]) => element),
          markup,
        )
      : []),
  ].toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0));
}

function at(file: string, element: MarkupElement, finding: Omit<Finding, "file" | "line" | "column">): Finding {
  return { ...finding, file, line: element.line, column: element.column };
}

function judgeAddress(file: string, element: MarkupElement): readonly Finding[] {
  const name = ACTIVE[element.tag];
  if (name === undefined || element.isComponent) return [];
  if (element.tag === "link" && !/\b(?:stylesheet|preload|modulepreload)\b/i.test(textOf(element, "rel") ?? ""))
    return [];
  const address = textOf(element, name)?.trim();
  if (address === undefined || !/^http:\/\//i.test(address) || LOCAL.test(address)) return [];
  const host = /^http:\/\/([^/?#]+)/i.exec(address)?.[1] ?? "";
  return [
    at(file, element, {
      rule: "mixed-content",
      severity: "warning",
      message: `what is loaded from ${printable(host, 60)} over plain HTTP is refused on a page served over HTTPS, and can be forged`,
      suggestion: "write https://",
    }),
  ];
}

type Placed = readonly (readonly [MarkupElement, readonly MarkupElement[]])[];

function judgeHead(file: string, markup: Markup, all: Placed): readonly Finding[] {
  const root = all.find(([{ tag }]) => tag === "html")?.[0];
  const head = all.find(([{ tag }]) => tag === "head")?.[0] ?? root;
  // A template may have its head from elsewhere, and a page that only leads to another needs nothing.
  const leadsOn = all.some(([one]) => one.tag === "meta" && textOf(one, "http-equiv")?.toLowerCase() === "refresh");
  if (head === undefined || markup.isTemplate || leadsOn) return [];
  const has = (is: (element: MarkupElement) => boolean): boolean => all.some(([one]) => is(one));
  const metas = (name: string): boolean =>
    has((one) => one.tag === "meta" && textOf(one, "name")?.trim().toLowerCase() === name);
  const findings: Finding[] = [];
  const missing = (rule: string, message: string, suggestion: string): void => {
    findings.push(at(file, head, { rule, severity: "warning", message, suggestion }));
  };
  const title = all.find(([{ tag }, around]) => tag === "title" && !around.some((one) => one.tag === "svg"))?.[0];
  if (title === undefined || (title.children.length === 0 && !hasTitleScript(all))) {
    missing(
      "document-title",
      "the page has no title for tabs, bookmarks and search results",
      "write `<title>…</title>`",
    );
  }
  if (!metas("viewport") && has(({ tag }) => tag === "body")) {
    missing(
      "viewport",
      "phones show the page as wide as a desk and make it small",
      'write `<meta name="viewport" content="width=device-width, initial-scale=1">`',
    );
  }
  if (
    !has(
      (one) =>
        one.tag === "meta" && (one.attributes.has("charset") || /content-type/i.test(textOf(one, "http-equiv") ?? "")),
    )
  ) {
    missing(
      "charset",
      "the page does not say its encoding: letters beyond ASCII may come out wrong",
      'write `<meta charset="utf-8">` first',
    );
  }
  if (!markup.hasDoctype) {
    missing(
      "doctype",
      "without `<!doctype html>` browsers lay the page out as those of the nineties did",
      "begin with `<!doctype html>`",
    );
  }
  if (!metas("description") && findings.length === 0 && title !== undefined) {
    findings.push(
      at(file, head, {
        rule: "description",
        severity: "info",
        message: "the page has no description for search results",
        suggestion: 'write `<meta name="description" content="…">`',
      }),
    );
  }
  return findings;
}

/** Whether a script of the page sets its title. */
function hasTitleScript(all: Placed): boolean {
  return all.some(
    ([{ tag, children }]) =>
      tag === "script" && children.some((one) => one.kind === "text" && one.text.includes("document.title")),
  );
}

/** What holds up that a page is shown, or lets it jump while it loads. Notes: whether it matters, measurements tell. */
function judgeWeight(file: string, all: readonly MarkupElement[], { isPage }: Markup): readonly Finding[] {
  const findings: Finding[] = [];
  const note = (rule: string, list: readonly MarkupElement[], message: string, suggestion: string): void => {
    const [first] = list;
    if (first !== undefined) findings.push(at(file, first, { rule, severity: "info", message, suggestion }));
  };
  const unsized = all.filter(
    (one) =>
      one.tag === "img" &&
      hasValue(one, "src") &&
      !one.attributes.has("width") &&
      !one.attributes.has("height") &&
      !/\b(?:width|height|aspect-ratio)\s*:/.test(textOf(one, "style") ?? "") &&
      !one.hasSpread,
  );
  note(
    "image-size",
    unsized,
    `${countOf(unsized.length, "picture")} without width and height: the page jumps when ${unsized.length === 1 ? "it" : "they"} arrive${unsized.length === 1 ? "s" : ""}`,
    "write both, also where a style sheet scales them",
  );
  const handled = all.filter((one) =>
    [...one.attributes].some(([name, value]) => /^on[a-z]+$/.test(name) && value !== "dynamic"),
  );
  note(
    "inline-handler",
    handled,
    `${countOf(handled.length, "element")} with handlers in attributes, which a content security policy forbids`,
    "add them by a script",
  );
  const head = isPage ? all.find(({ tag }) => tag === "head") : undefined;
  const blocking = (head?.children ?? []).flatMap((child) =>
    child.kind === "element" &&
    child.tag === "script" &&
    hasValue(child, "src") &&
    !["async", "defer", "nomodule"].some((name) => child.attributes.has(name)) &&
    textOf(child, "type") !== "module"
      ? [child]
      : [],
  );
  note(
    "blocking-script",
    blocking,
    `${countOf(blocking.length, "script")} in the head: nothing is shown until ${blocking.length === 1 ? "it has" : "they have"} been loaded and run`,
    "add `defer`",
  );
  return findings;
}
