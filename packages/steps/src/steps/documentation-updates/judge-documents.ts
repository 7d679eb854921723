import type { Finding } from "@ai-workflow/engine";
import { countOf } from "../../text/count-of.ts";
import { printable } from "../../text/printable.ts";
import type { NameChange } from "./compare-names.ts";
import type { NameKind } from "./declared-name.ts";
import { codeOfDocument, isDeclaredBy, mentions } from "./find-mentions.ts";

/** A name in a document that changed in code. */
export interface Mention {
  readonly document: string;
  readonly line: number;
  readonly name: NameChange;
}

/** Where documents name what changed, once for each name and line. Pure. */
export function findMentions(documents: ReadonlyMap<string, string>, names: readonly NameChange[]): readonly Mention[] {
  const found: Mention[] = [];
  for (const [document, text] of documents) {
    // Most documents name none of them.
    const likely = names.filter(({ name }) => text.includes(name));
    if (likely.length === 0) continue;
    const seen = new Set<string>();
    const all = codeOfDocument(text);
    // What a sample declares itself is its own.
    const meant = likely.filter((name) => name.kind !== "export" || !isDeclaredBy(all, name.name));
    for (const code of all) {
      for (const name of meant) {
        const key = `${code.line} ${name.kind} ${name.name}`;
        if (seen.has(key) || !mentions(code, name.name, name.kind)) continue;
        seen.add(key);
        found.push({ document, line: code.line, name });
      }
    }
  }
  return found;
}

const KINDS: Readonly<Record<NameKind, string>> = {
  export: "",
  flag: "the option ",
  variable: "the variable ",
  script: "the script ",
  key: "the key ",
  setting: "the setting ",
  file: "",
};

/** Places of one name in one document that are told. */
const TOLD_PER_NAME = 3;

/** Findings about what was found. `severity` is that of names that are gone. Pure. */
export function judgeMentions(
  found: readonly Mention[],
  {
    severity,
    changedDocuments,
  }: { readonly severity: "error" | "warning"; readonly changedDocuments: ReadonlySet<string> },
): readonly Finding[] {
  const findings: Finding[] = [];
  for (const places of groupBy(
    found.filter(isGone),
    ({ document, name }) => `${document}\n${name.kind} ${name.name}`,
  )) {
    for (const [index, { document, line, name }] of places.slice(0, TOLD_PER_NAME).entries()) {
      const left = places.length - TOLD_PER_NAME;
      const more = index === TOLD_PER_NAME - 1 && left > 0 ? ` (and ${countOf(left, "further place")})` : "";
      const what = `${KINDS[name.kind]}\`${printable(name.name, 80)}\``;
      const how = name.kind === "file" ? "took away" : `took out of ${printable(name.file)}`;
      const message = `names ${what}, which this change ${how}${more}`;
      const suggestion = "Name what is there now, or take the passage out";
      findings.push({ rule: "removed-name", severity, message, file: document, line, suggestion });
    }
  }
  const changed = found.filter((mention) => !isGone(mention) && !changedDocuments.has(mention.document));
  for (const places of groupBy(changed, ({ document }) => document)) {
    const names = [...new Set(places.map(({ name }) => printable(name.name, 40)))];
    const listed = names.slice(0, 5).map((name) => `\`${name}\``);
    const more = names.length > listed.length ? ` and ${names.length - listed.length} more` : "";
    const message = `describes ${listed.join(", ")}${more}, declared in another way than before, and did not change itself`;
    const { document: file, line } = places[0] ?? { document: "", line: 1 };
    findings.push({ rule: "changed-name", severity: "info", message, file, line });
  }
  return findings;
}

/** Whether the name is no longer there. Pure. */
export function isGone({ name }: Mention): boolean {
  return name.change === "removed";
}

function groupBy<T>(list: readonly T[], keyOf: (one: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const one of list) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}
