import type { Finding } from "@ai-workflow/engine";
import { elementsOf, type Markup, type MarkupElement } from "../../markup/element.ts";
import { judgeAria } from "./judge-aria.ts";
import { judgeContrast } from "./judge-contrast.ts";
import { judgeLabels, judgeNames } from "./judge-names.ts";
import { judgeOperation } from "./judge-operation.ts";
import { judgePage } from "./judge-page.ts";
import { judgeWords } from "./judge-words.ts";
import type { ElementRule, Problem } from "./problem.ts";

const RULES: readonly ElementRule[] = [judgeNames, judgeAria, judgeOperation, judgeContrast];

/** What keeps somebody from using what a file shows, in the order of its lines. Pure. */
export function judgeMarkup(file: string, markup: Markup): readonly Finding[] {
  const all = [...elementsOf(markup.roots)];
  const found: (readonly [MarkupElement, Problem])[] = all.flatMap(([element, around]) =>
    RULES.flatMap((rule) => {
      const problem = rule(element, around);
      return problem === undefined ? [] : [[element, problem] as const];
    }),
  );
  found.push(...judgePage(markup, all));
  if (markup.isPage && !markup.isTemplate) found.push(...judgeLabels(all));
  const problems = found.map(([{ line, column }, { rule, message, suggestion }]) => ({
    rule,
    severity: "warning" as const,
    message,
    file,
    line,
    column,
    suggestion,
  }));
  return [...problems, ...judgeWords(file, markup.roots)].toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0));
}
