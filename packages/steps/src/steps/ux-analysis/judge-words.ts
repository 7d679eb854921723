import type { Finding } from "@ai-workflow/engine";
import { elementsOf, type MarkupElement, type MarkupNode } from "../../markup/element.ts";
import { printable } from "../../text/printable.ts";

/** Words for the same thing. */
const SAME: readonly (readonly string[])[] = [
  ["log in", "login", "sign in", "signin"],
  ["log out", "logout", "sign out", "signout"],
  ["sign up", "signup", "register", "create account"],
  ["ok", "okay"],
  ["e-mail", "email"],
  ["delete", "remove"],
];
const VAGUE = /^(?:click here|here|click|this link|link|read more|more|learn more)[.!…»>→]*$/i;

/** What links and buttons of a file are called: words that say nothing alone, and one thing by several names. Notes. Pure. */
export function judgeWords(file: string, roots: readonly MarkupNode[]): readonly Finding[] {
  const findings: Finding[] = [];
  const seen = new Map<number, Map<string, MarkupElement>>();
  for (const [element] of elementsOf(roots)) {
    if (element.tag !== "a" && element.tag !== "button") continue;
    const words = wordsOf(element);
    if (
      element.tag === "a" &&
      element.attributes.has("href") &&
      VAGUE.test(words) &&
      !element.attributes.has("aria-label")
    ) {
      const message = `the link says ${JSON.stringify(printable(words, 30))}, which says nothing to who hears only the links`;
      findings.push({
        rule: "link-words",
        severity: "info",
        message,
        file,
        line: element.line,
        suggestion: "say where it leads",
      });
    }
    const group = SAME.findIndex((names) => names.includes(words.toLowerCase()));
    if (group < 0) continue;
    const named = seen.get(group) ?? new Map<string, MarkupElement>();
    seen.set(group, named.has(words.toLowerCase()) ? named : named.set(words.toLowerCase(), element));
  }
  for (const named of seen.values()) {
    const [first, second] = [...named];
    if (first === undefined || second === undefined) continue;
    const message = `the same thing is called "${second[0]}" here and "${first[0]}" in line ${first[1].line}`;
    findings.push({
      rule: "words",
      severity: "info",
      message,
      file,
      line: second[1].line,
      suggestion: "choose one of them",
    });
  }
  return findings;
}

function wordsOf(element: MarkupElement): string {
  const texts: string[] = [];
  for (const child of element.children) {
    if (child.kind === "text") texts.push(child.text);
    else if (child.kind === "dynamic" || child.isComponent || child.tag === "img" || child.tag === "svg") return "";
    else texts.push(wordsOf(child));
  }
  return texts.join(" ").replace(/\s+/g, " ").trim();
}
