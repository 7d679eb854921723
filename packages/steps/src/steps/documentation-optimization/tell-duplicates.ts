import type { Finding } from "@ai-workflow/engine";
import { countOf } from "../../text/count-of.ts";
import { printable } from "../../text/printable.ts";
import type { Duplicate } from "./find-duplicates.ts";
import type { Section } from "./read-sections.ts";

/** From so many documents on that another one holds as a whole, a program has put that one together. */
const JOINED = 3;
/** In so many documents a section of the same title and words is put by a program, or by an include. */
const INCLUDED = 4;

/**
 * One finding for each pair of documents, at the first section that is the same. Documents that are the same as a whole are mostly copied
 * by a program, or kept for readers in two places; that is only noted. Pure.
 *
 * @param sections - of all documents that were compared
 * @param minWords - shorter sections were not
 * @param texts - of these documents, by their paths
 */
export function tellDuplicates(
  duplicates: readonly Duplicate[],
  {
    sections,
    minWords,
    texts,
  }: {
    readonly sections: readonly Section[];
    readonly minWords: number;
    readonly texts: ReadonlyMap<string, string>;
  },
): readonly Finding[] {
  const joined = findJoined(duplicates, sections, minWords);
  const fragments = findFragments(sections);
  const included = findIncluded(duplicates, sections);
  const pairs = new Map<string, Duplicate[]>();
  for (const duplicate of duplicates) {
    if (included.has(duplicate.second) || joined.has(duplicate.first.file) || joined.has(duplicate.second.file))
      continue;
    const key = `${duplicate.first.file}\0${duplicate.second.file}`;
    pairs.set(key, [...(pairs.get(key) ?? []), duplicate]);
  }
  const told = [...pairs.values()].flatMap((pair): readonly Finding[] => {
    const [one] = pair;
    if (one === undefined) return [];
    const { first, second, similarity } = one;
    const fragment = [second, first].find(({ file }) => fragments.has(file));
    if (fragment !== undefined && first.file !== second.file && texts.get(first.file) !== texts.get(second.file)) {
      const holder = fragment === second ? first : second;
      const message = `is a part of ${printable(holder.file)}:${holder.line}`;
      return [{ rule: "duplicated-document", severity: "info", message, file: fragment.file, line: 1 }];
    }
    if (first.file !== second.file && texts.get(first.file) === texts.get(second.file)) {
      const message = `is the same document as ${printable(first.file)}`;
      return [{ rule: "duplicated-document", severity: "info", message, file: second.file, line: 1 }];
    }
    const more = pair.length === 1 ? "" : `, and ${countOf(pair.length - 1, "section")} more of this document`;
    const how = similarity === 1 ? "the same" : `${Math.floor(similarity * 100)} % the same`;
    return [
      {
        rule: "duplicated-section",
        severity: "warning",
        message: `${nameOf(second)} (${second.words.length} words) is ${how} as ${printable(first.file)}:${first.line}${more}`,
        file: second.file,
        line: second.line,
        suggestion: "keep it in one place and link to it",
      },
    ];
  });
  const notes = [...joined].map(([file, count]): Finding => ({
    rule: "duplicated-document",
    severity: "info",
    message: `holds ${countOf(count, "other document")} as a whole`,
    file,
    line: 1,
  }));
  return [...told, ...notes];
}

/** Documents that are one section without a heading, as those that others include. */
function findFragments(sections: readonly Section[]): ReadonlySet<string> {
  const parts = new Map<string, number>();
  for (const { file, title, words } of sections) {
    if (title !== "") parts.set(file, Infinity);
    else if (words.length > 0) parts.set(file, (parts.get(file) ?? 0) + 1);
  }
  return new Set([...parts].filter(([, count]) => count === 1).map(([file]) => file));
}

/** Sections that stand in many documents, with the same title and the same words. */
function findIncluded(duplicates: readonly Duplicate[], sections: readonly Section[]): ReadonlySet<Section> {
  const contentOf = ({ title, words }: Section): string => `${title}\0${words.join(" ")}`;
  const places = new Map<string, Set<string>>();
  for (const section of sections) {
    const content = contentOf(section);
    places.set(content, (places.get(content) ?? new Set()).add(section.file));
  }
  return new Set(
    duplicates
      .map(({ second }) => second)
      .filter((section) => section.title !== "" && (places.get(contentOf(section))?.size ?? 0) >= INCLUDED),
  );
}

/** Documents that hold so many others as a whole that a program has put them together, and how many they hold. */
function findJoined(
  duplicates: readonly Duplicate[],
  sections: readonly Section[],
  minWords: number,
): ReadonlyMap<string, number> {
  const lengths = new Map<string, number>();
  for (const { file, words } of sections) if (words.length >= minWords) lengths.set(file, (lengths.get(file) ?? 0) + 1);
  const shared = new Map<string, Map<string, number>>();
  const add = (holder: string, held: string): void => {
    const inside = shared.get(holder) ?? new Map<string, number>();
    shared.set(holder, inside.set(held, (inside.get(held) ?? 0) + 1));
  };
  for (const { first, second } of duplicates) {
    if (first.file === second.file) continue;
    add(first.file, second.file);
    add(second.file, first.file);
  }
  const counts = [...shared].map(([holder, inside]): readonly [string, number] => {
    const whole = [...inside].filter(([held, count]) => count >= (lengths.get(held) ?? 0));
    return [holder, whole.length];
  });
  // It says more than each of those in it.
  return new Map(counts.filter(([holder, count]) => count >= JOINED && (lengths.get(holder) ?? 0) >= count));
}

function nameOf({ title }: Section): string {
  return title === "" ? "what is before the first heading" : `"${printable(title, 60)}"`;
}
