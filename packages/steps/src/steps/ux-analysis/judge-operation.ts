import { textOf, type MarkupElement } from "../../markup/element.ts";
import { isHidden } from "./is-hidden.ts";
import { holdsControls } from "./judge-names.ts";
import type { ElementRule } from "./problem.ts";

/** Elements that nobody expects to be clickable, and no keyboard reaches. */
const STATIC = new Set(
  "div span p li ul ol section article header footer main aside i b em strong img h1 h2 h3 h4 h5 h6 dd dt figure".split(
    " ",
  ),
);
const BEHIND = /overlay|backdrop|mask|scrim|modal|dialog|wrapper|container|mask/i;

/** What only a mouse can do, and an order of keys that jumps. */
export const judgeOperation: ElementRule = (element, around) => {
  if (element.isComponent) return undefined;
  const order = textOf(element, "tabindex")?.trim();
  if (order !== undefined && /^\+?\d+$/.test(order) && Number(order) > 0) {
    return {
      rule: "tabindex",
      message: `\`tabindex="${order.slice(0, 10)}"\` puts this before everything else of the page for who uses a keyboard`,
      suggestion: "write 0, and put it where it belongs in the order of the page",
    };
  }
  if (/^(?:marquee|blink)$/.test(element.tag)) {
    return {
      rule: "moving-text",
      message: `\`<${element.tag}>\` moves without a way to stop it`,
      suggestion: "let the text stand",
    };
  }
  if (!element.attributes.has("onclick") || !STATIC.has(element.tag) || element.hasSpread) return undefined;
  if (
    ["role", "tabindex", "onkeydown", "onkeyup", "onkeypress", "contenteditable"].some((name) =>
      element.attributes.has(name),
    )
  ) {
    return undefined;
  }
  // A click on what is behind or around controls is a short way, not the only one.
  if (isBehind(element) || holdsControls(element) || [...around, element].some(isHidden)) return undefined;
  if (
    around.some(
      ({ tag, isComponent, attributes }) =>
        isComponent || attributes.has("role") || /^(?:a|button|label|summary)$/.test(tag),
    )
  ) {
    return undefined;
  }
  return {
    rule: "click-only",
    message: `a click on this \`<${element.tag}>\` does something that no keyboard can do`,
    suggestion: "make it a `<button>`, or give it a role, `tabindex` and a handler of keys",
  };
};

function isBehind(element: MarkupElement): boolean {
  const value = element.attributes.get("class");
  return value === "dynamic"
    ? element.children.length === 0
    : BEHIND.test(`${value?.text ?? ""} ${textOf(element, "id") ?? ""}`);
}
