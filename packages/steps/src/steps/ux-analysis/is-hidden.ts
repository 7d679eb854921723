import { textOf, type MarkupElement } from "../../markup/element.ts";

/** Whether an element is there for nobody, or may not be. Pure. */
export function isHidden(element: MarkupElement): boolean {
  const hidden = element.attributes.get("aria-hidden");
  if (hidden !== undefined && (hidden === "dynamic" || hidden.text !== "false")) return true;
  if (element.attributes.has("hidden") || element.attributes.has("inert")) return true;
  return /display\s*:\s*none|visibility\s*:\s*hidden/i.test(textOf(element, "style") ?? "");
}
