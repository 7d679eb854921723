import type { PathParts } from "./path-parts.ts";
import type { Rule } from "./rule.ts";

interface Ranked {
  /** Place in the order; a smaller one is stronger. */
  readonly rank: number;
  readonly rule: Rule;
}

type Shelf = Map<string, Ranked[]>;

/** The rules by what they list, each list in order of strength. */
interface Shelves {
  readonly byName: Shelf;
  readonly byExtension: Shelf;
  readonly byFolder: Shelf;
  readonly always: readonly Ranked[];
}

/**
 * So many paths are answered by asking rule after rule: a process that looks at a few changes then never fills the shelves, which
 * costs as much as to ask for a dozen paths.
 */
const SCANNED_PATHS = 8;

/** The rules in their order of strength, asked so that a path meets only those that may hold. */
export class RuleIndex {
  readonly #rules: readonly Rule[];
  #askedCount = 0;
  #shelves: Shelves | undefined;

  /** @param rules the strongest first */
  constructor(rules: readonly Rule[]) {
    this.#rules = rules;
  }

  /** The strongest rule that lists the path and holds. */
  find(parts: PathParts): Rule | undefined {
    if (this.#shelves === undefined) {
      if (this.#askedCount++ < SCANNED_PATHS)
        return this.#rules.find((rule) => lists(rule, parts) && holds(rule, parts));
      this.#shelves = fillShelves(this.#rules);
    }
    const { byName, byExtension, byFolder, always } = this.#shelves;
    let best = strongest(byName.get(parts.name), parts, undefined);
    if (parts.extension !== "") best = strongest(byExtension.get(parts.extension), parts, best);
    for (const folder of parts.folders) best = strongest(byFolder.get(folder), parts, best);
    return strongest(always, parts, best)?.rule;
  }

  /** Whether a rule says that a tool writes files of this name. */
  isGeneratedName(name: string): boolean {
    if (this.#shelves === undefined) return this.#rules.some((rule) => isGenerated(rule) && hasWord(rule.names, name));
    return this.#shelves.byName.get(name)?.some(({ rule }) => isGenerated(rule)) ?? false;
  }
}

const listsNothing = ({ names, extensions, folders }: Rule): boolean =>
  names === undefined && extensions === undefined && folders === undefined;

const isGenerated = ({ generated }: Rule): boolean => generated === true;
const holds = (rule: Rule, parts: PathParts): boolean => rule.holds === undefined || rule.holds(parts);

function lists(rule: Rule, parts: PathParts): boolean {
  const { names, extensions, folders } = rule;
  return (
    hasWord(names, parts.name) ||
    hasWord(extensions, parts.extension) ||
    (folders !== undefined && parts.folders.some((folder) => hasWord(folders, folder))) ||
    listsNothing(rule)
  );
}

/** Whether one of the words, which have single spaces between them, is this one. */
function hasWord(words: string | undefined, word: string): boolean {
  if (words === undefined || word === "" || word.includes(" ")) return false;
  for (let at = words.indexOf(word); at !== -1; at = words.indexOf(word, at + 1)) {
    const end = at + word.length;
    if ((at === 0 || words[at - 1] === " ") && (end === words.length || words[end] === " ")) return true;
  }
  return false;
}

function fillShelves(rules: readonly Rule[]): Shelves {
  const always: Ranked[] = [];
  const shelves = { byName: new Map(), byExtension: new Map(), byFolder: new Map(), always } satisfies Shelves;
  for (const [rank, rule] of rules.entries()) {
    const ranked = { rank, rule };
    put(shelves.byName, rule.names, ranked);
    put(shelves.byExtension, rule.extensions, ranked);
    put(shelves.byFolder, rule.folders, ranked);
    if (listsNothing(rule)) always.push(ranked);
  }
  return shelves;
}

function put(shelf: Shelf, words: string | undefined, ranked: Ranked): void {
  for (const word of words?.split(" ") ?? []) {
    const others = shelf.get(word);
    if (others === undefined) shelf.set(word, [ranked]);
    else others.push(ranked);
  }
}

/** A shelf is in order of strength, so the first that holds ends the search, and so does one weaker than what is known. */
function strongest(
  shelf: readonly Ranked[] | undefined,
  parts: PathParts,
  best: Ranked | undefined,
): Ranked | undefined {
  if (shelf === undefined) return best;
  for (const ranked of shelf) {
    if (best !== undefined && ranked.rank >= best.rank) return best;
    if (holds(ranked.rule, parts)) return ranked;
  }
  return best;
}
