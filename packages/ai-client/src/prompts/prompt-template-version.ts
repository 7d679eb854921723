import { createHash } from "node:crypto";
import type { Persona, PromptTemplate } from "./prompt-template.ts";

/** JSON with the keys of every object in code unit order, so that equal values give equal texts. */
function toCanonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toCanonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${toCanonicalJson(item)}`).join(",")}}`;
}

/**
 * Names a template and persona by what they say, for the key of a cache: `name[@version]#SHA-256`. Comments and layout of the
 * files do not count, any other edit does; descriptions count too, so that nobody has to know which words a model sees.
 */
export function promptTemplateVersion(template: PromptTemplate, persona: Persona): string {
  const hash = createHash("sha256")
    .update(toCanonicalJson([template, persona]))
    .digest("hex");
  return `${template.name}${template.version === undefined ? "" : `@${template.version}`}#${hash}`;
}
