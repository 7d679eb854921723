import { aria, roles, type ARIAProperty, type ARIARoleDefinitionKey } from "aria-query";
import { textOf, type MarkupElement } from "../../markup/element.ts";
import type { ElementRule, Problem } from "./problem.ts";

/** States without which an element of a role says nothing. */
const REQUIRED: Readonly<Record<string, string>> = {
  checkbox: "aria-checked",
  radio: "aria-checked",
  switch: "aria-checked",
  menuitemcheckbox: "aria-checked",
  menuitemradio: "aria-checked",
  slider: "aria-valuenow",
  meter: "aria-valuenow",
  heading: "aria-level",
};
/** Values of later editions, or that browsers know beside those of the table. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  "aria-current": ["page", "step", "location", "date", "time", "true", "false"],
  "aria-haspopup": ["true", "false", "menu", "listbox", "tree", "grid", "dialog"],
  "aria-invalid": ["true", "false", "grammar", "spelling"],
};
const LATER_NAMES = new Set([
  "aria-braillelabel",
  "aria-brailleroledescription",
  "aria-description",
  "aria-actions",
  "aria-colindextext",
  "aria-rowindextext",
  "aria-virtualcontent",
]);
const LATER_ROLES = new Set(["image", "suggestion", "comment", "sectionheader", "sectionfooter", "text"]);

/** Roles, states and properties that there are not, or that have no such value, by the tables of ARIA. */
export const judgeAria: ElementRule = (element) => {
  if (element.isComponent) return undefined;
  return judgeRole(element) ?? judgeProperties(element);
};

function judgeRole(element: MarkupElement): Problem | undefined {
  const role = textOf(element, "role");
  if (role === undefined) return undefined;
  const names = role.toLowerCase().split(/\s+/).filter(Boolean);
  const known = names.find((name) => LATER_ROLES.has(name) || isConcrete(name));
  if (names.length === 0) return undefined;
  if (known === undefined) {
    const message = `there is no role ${JSON.stringify(role.slice(0, 40))} that an element could have`;
    return {
      rule: "aria-role",
      message,
      suggestion: "take a role of https://www.w3.org/TR/wai-aria-1.2/#role_definitions, or none",
    };
  }
  const needed = REQUIRED[known];
  if (needed === undefined || element.hasSpread || element.attributes.has(needed)) return undefined;
  // These have the state from the element itself, and what a component writes later is not known.
  if (/^(?:input|h[1-6]|meter|progress|option)$/.test(element.tag)) return undefined;
  if ([...element.attributes.keys()].some((name) => name.includes(needed))) return undefined;
  return {
    rule: "aria-required-attr",
    message: `what has the role ${known} must have \`${needed}\``,
    suggestion: `set \`${needed}\``,
  };
}

function isConcrete(name: string): boolean {
  return roles.get(name as ARIARoleDefinitionKey)?.abstract === false;
}

function judgeProperties(element: MarkupElement): Problem | undefined {
  for (const [name, value] of element.attributes) {
    if (!/^aria-[a-z]+$/.test(name) || LATER_NAMES.has(name)) continue;
    const property = aria.get(name as ARIAProperty);
    if (property === undefined) {
      return {
        rule: "aria-valid-attr",
        message: `there is no attribute \`${name}\``,
        suggestion: "look for its name in https://www.w3.org/TR/wai-aria-1.2/",
      };
    }
    if (value === "dynamic" || value.text.trim() === "") continue;
    const text = value.text.trim().toLowerCase();
    if (fits(text, name, property)) continue;
    const message = `\`${name}\` has no value ${JSON.stringify(value.text.slice(0, 40))}`;
    return { rule: "aria-valid-attr-value", message, suggestion: `it is ${describe(name, property)}` };
  }
  return undefined;
}

interface Property {
  readonly type: string;
  readonly values?: readonly (string | boolean)[] | undefined;
}

function fits(text: string, name: string, { type, values = [] }: Property): boolean {
  const also = ALSO[name];
  if (also !== undefined) return also.includes(text);
  switch (type) {
    case "boolean":
      return text === "true" || text === "false" || text === "undefined";
    case "tristate":
      return ["true", "false", "mixed", "undefined"].includes(text);
    case "integer":
      return /^-?\d+$/.test(text);
    case "number":
      return /^-?(?:\d+\.?\d*|\.\d+)$/.test(text);
    case "token":
      return values.some((one) => String(one) === text);
    case "tokenlist":
      return text.split(/\s+/).every((part) => values.some((one) => String(one) === part));
    default:
      return true;
  }
}

function describe(name: string, { type, values }: Property): string {
  const all = ALSO[name] ?? values?.map(String);
  return all === undefined ? `of the type ${type}` : `one of ${all.join(", ")}`;
}
