import { hasValue, isNameless } from "../../markup/accessible-name.ts";
import { elementsOf, textOf, type MarkupElement } from "../../markup/element.ts";
import { isHidden } from "./is-hidden.ts";
import type { ElementRule, Problem } from "./problem.ts";

/** Types of `input` that show a text of their own, or nothing. */
const SELF_NAMED = new Set(["hidden", "submit", "reset", "button", "image"]);

/** Pictures, links, buttons, frames and fields that say nothing to who does not see them. Rules after axe-core's of the same names. */
export const judgeNames: ElementRule = (element, around) => {
  if (element.isComponent || element.hasSpread || [...around, element].some(isHidden)) return undefined;
  switch (element.tag) {
    case "img":
    case "area":
      return judgeImage(element);
    case "a":
      return element.attributes.has("href") &&
        roleOf(element) === undefined &&
        isNameless(element) &&
        !hasBareImage(element)
        ? problem("link-name", "the link has no text, and its picture says none", "give it a text or `aria-label`")
        : undefined;
    case "button":
      return isNameless(element) && !hasBareImage(element)
        ? problem("button-name", "the button has no text, and its picture says none", "give it a text or `aria-label`")
        : undefined;
    case "iframe":
    case "frame":
      return isFrameNamed(element)
        ? undefined
        : problem("frame-title", "the frame has no title", "say in `title` what it shows");
    case "input":
    case "select":
    case "textarea":
      return judgeField(element, around);
    default:
      return undefined;
  }
};

function judgeImage(element: MarkupElement): Problem | undefined {
  const { tag, attributes } = element;
  if (tag === "area" && !attributes.has("href")) return undefined;
  if (attributes.has("alt") || hasValue(element, "aria-label") || hasValue(element, "aria-labelledby"))
    return undefined;
  if (hasValue(element, "title")) return undefined;
  const role = roleOf(element);
  if (role === "dynamic" || role === "presentation" || role === "none") return undefined;
  // Without a source it is filled by a script, which may give it a text as well, or is a pixel that counts readers.
  if (tag === "img" && !["src", "srcset", "data-src", "ng-src", "[src]"].some((name) => attributes.has(name)))
    return undefined;
  if (["width", "height"].every((name) => ["0", "1", "1px", "0px"].includes(textOf(element, name) ?? "")))
    return undefined;
  return problem(
    "image-alt",
    tag === "img"
      ? "the picture has no `alt`: who does not see it is told its address, or nothing"
      : "the area of the map has no `alt`",
    'describe it in `alt`, or write `alt=""` where it only decorates',
  );
}

function isFrameNamed(element: MarkupElement): boolean {
  if (["title", "aria-label", "aria-labelledby"].some((name) => hasValue(element, name))) return true;
  // It is not shown, or filled by a script.
  if (!hasValue(element, "src") && !element.attributes.has("srcdoc")) return true;
  const style = textOf(element, "style") ?? "";
  const isSmall = ["width", "height"].some((name) => ["0", "1", "0px", "1px"].includes(textOf(element, name) ?? ""));
  const role = roleOf(element);
  return isSmall || /display:\s*none|visibility:\s*hidden/.test(style) || role === "presentation" || role === "none";
}

/** A field without anything that could be its label. */
function judgeField(element: MarkupElement, around: readonly MarkupElement[]): Problem | undefined {
  const type = element.attributes.get("type");
  if (type === "dynamic" || SELF_NAMED.has((type?.text ?? "").toLowerCase())) return undefined;
  const named = ["id", "aria-label", "aria-labelledby", "title", "placeholder", "[attr.aria-label]"];
  if (named.some((name) => hasValue(element, name))) return undefined;
  // A component around it may be its label, and so may whoever uses this component.
  if (around.length === 0 || around.some(({ isComponent, tag }) => isComponent || tag === "label")) return undefined;
  if (around.some((one) => one.hasSpread)) return undefined;
  return problem("label", "the field has no label", "put it into a `<label>`, or name it by `aria-label`");
}

function roleOf(element: MarkupElement): string | undefined {
  const value = element.attributes.get("role");
  return value === "dynamic" ? "dynamic" : value?.text.trim().toLowerCase();
}

/**
 * Fields whose `id` no label of the page names. Only of a whole page it is known that there is none.
 */
export function judgeLabels(
  all: readonly (readonly [MarkupElement, readonly MarkupElement[]])[],
): readonly (readonly [MarkupElement, Problem])[] {
  const labelled = new Set<string>();
  for (const [element] of all) {
    const target = element.tag === "label" ? element.attributes.get("for") : undefined;
    if (target === "dynamic") return [];
    if (target !== undefined) labelled.add(target.text);
  }
  return all.flatMap(([element, around]) => {
    if (!["input", "select", "textarea"].includes(element.tag) || element.hasSpread) return [];
    const type = element.attributes.get("type");
    const id = textOf(element, "id");
    if (id === undefined || labelled.has(id) || type === "dynamic" || SELF_NAMED.has((type?.text ?? "").toLowerCase()))
      return [];
    if (["aria-label", "aria-labelledby", "title", "placeholder"].some((name) => hasValue(element, name))) return [];
    if ([...around, element].some(isHidden) || around.some(({ tag, isComponent }) => isComponent || tag === "label"))
      return [];
    return [
      [
        element,
        problem("label", "no label of the page is for this field", 'write `<label for="…">` with its id'),
      ] as const,
    ];
  });
}

function problem(rule: string, message: string, suggestion: string): Problem {
  return { rule, message, suggestion };
}

/** Whether its name would be that of a picture of which is told already that it has none. */
function hasBareImage(element: MarkupElement): boolean {
  return [...elementsOf(element.children)].some(([{ tag, attributes }]) => tag === "img" && !attributes.has("alt"));
}

/** Whether anything in an element can be operated, or may. Pure. */
export function holdsControls(element: MarkupElement): boolean {
  for (const [inner] of elementsOf(element.children)) {
    if (inner.isComponent || inner.hasSpread) return true;
    if (/^(?:a|button|input|select|textarea|details|summary|label|video|audio|iframe|slot|option)$/.test(inner.tag))
      return true;
    if (inner.attributes.has("tabindex") || inner.attributes.has("onclick") || inner.attributes.has("role"))
      return true;
  }
  return false;
}
