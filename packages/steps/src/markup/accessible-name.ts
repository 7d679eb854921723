import { textOf, type MarkupElement, type MarkupNode } from "./element.ts";

/** Attributes by which a script of the page or a library fills an element. */
const FILLED =
  /^(?:v-text|v-html|x-text|x-html|ng-bind(?:-html)?|\[?innerhtml\]?|\[innertext\]|dangerouslysetinnerhtml|bind:innerhtml|data-(?:i18n|l10n|translate|bind|text|lang|localize)[\w-]*|i18n|l10n|th:u?text|children|textcontent)$/;

/**
 * Whether nothing gives an element a name: no text, no label, no picture with a text. Where only a running program knows, it may have
 * one. After the Accessible Name and Description Computation 1.2 (https://www.w3.org/TR/accname-1.2/). Pure.
 */
export function isNameless(element: MarkupElement): boolean {
  if (element.hasSpread) return false;
  if (hasValue(element, "aria-label") || hasValue(element, "aria-labelledby") || hasValue(element, "title"))
    return false;
  if ([...element.attributes.keys()].some((name) => FILLED.test(name))) return false;
  return !element.children.some(mayName);
}

function mayName(node: MarkupNode): boolean {
  if (node.kind === "dynamic") return true;
  if (node.kind === "text") return node.text.trim() !== "";
  if (textOf(node, "aria-hidden") === "true") return false;
  if (node.isComponent || node.hasSpread || node.tag === "slot") return true;
  if (node.tag === "img") return hasValue(node, "alt") || hasValue(node, "aria-label") || hasValue(node, "title");
  if (node.tag === "script" || node.tag === "style") return false;
  return !isNameless(node);
}

/** Whether an attribute says something, or may. Pure. */
export function hasValue(element: MarkupElement, name: string): boolean {
  const value = element.attributes.get(name);
  return value !== undefined && (value === "dynamic" || value.text.trim() !== "");
}
