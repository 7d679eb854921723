/** Ways in which templates are put into HTML; Thymeleaf does it by attributes. */
const MARKS = /\{\{|\{%|<%|<\?(?:php|=)|\$\{|\{#(?:if|each)\b|\s(?:data-)?(?:th|layout)[:-][a-z]+\s*=/;

/** Whether another program fills something in. Pure. */
export function hasTemplateMarks(text: string): boolean {
  return MARKS.test(text);
}

/**
 * Takes the meaning out of expressions, so that an HTML parser can read around them: what is between the marks becomes `_`, which no
 * parser stumbles over. Length and lines stay. Pure.
 *
 * @param single - whether a single brace begins an expression, as in Svelte
 */
export function maskExpressions(text: string, { single }: { readonly single: boolean }): string {
  let masked = text.replace(/<%[\s\S]*?%>|<\?(?:php|=)[\s\S]*?\?>|\{%[\s\S]*?%\}|\{\{[\s\S]*?\}\}/g, (found) =>
    found.startsWith("{{") ? `{{${blank(found.slice(2, -2))}}}` : `{{${blank(found.slice(2, -2))}}}`,
  );
  if (single) masked = maskBraces(masked);
  return masked;
}

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, "_");
}

/** Outermost braces with what is in them, outside of scripts and styles. */
function maskBraces(text: string): string {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  let quote = "";
  for (let place = 0; place < text.length; place += 1) {
    const character = text[place] ?? "";
    if (depth === 0) {
      if (character !== "{") continue;
      parts.push(text.slice(start, place + 1));
      start = place + 1;
      depth = 1;
      quote = "";
      continue;
    }
    if (quote !== "") {
      if (character === "\\") place += 1;
      else if (character === quote) quote = "";
    } else if (character === '"' || character === "'" || character === "`") quote = character;
    else if (character === "{") depth += 1;
    else if (character === "}") {
      depth -= 1;
      if (depth > 0) continue;
      parts.push(blank(text.slice(start, place)));
      start = place;
    }
  }
  return [...parts, text.slice(start)].join("");
}
