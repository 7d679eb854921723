import type { PathParts } from "./path-parts.ts";
import type { Rule } from "./rule.ts";

interface Ranked {
  /** Place in the order; a smaller one is stronger. */
  readonly rank: number;
  readonly rule: Rule;
}

type Shelf = Map<string, Ranked[]>;

const words = (text: string | undefined): readonly string[] =>
  text === undefined || text === "" ? [] : text.split(" ");

function put(shelf: Shelf, keys: string | undefined, ranked: Ranked): void {
  for (const key of words(keys)) {
    const others = shelf.get(key);
    if (others === undefined) shelf.set(key, [ranked]);
    // A name may be listed twice by one rule: the second time adds nothing.
    else if (others.at(-1) !== ranked) others.push(ranked);
  }
}

/** The rules by what they list, so that a path is asked only of those that may hold. */
export class RuleIndex {
  readonly #byName: Shelf = new Map();
  readonly #byExtension: Shelf = new Map();
  readonly #byFolder: Shelf = new Map();
  readonly #always: Ranked[] = [];
  readonly #generatedNames = new Set<string>();

  /** @param rules the strongest first */
  constructor(rules: readonly Rule[]) {
    for (const [rank, rule] of rules.entries()) {
      const ranked = { rank, rule };
      put(this.#byName, rule.names, ranked);
      put(this.#byExtension, rule.extensions, ranked);
      put(this.#byFolder, rule.folders, ranked);
      if (rule.names === undefined && rule.extensions === undefined && rule.folders === undefined) {
        this.#always.push(ranked);
      }
      if (rule.generated === true) for (const name of words(rule.names)) this.#generatedNames.add(name);
    }
  }

  /** The strongest rule that holds. */
  find(parts: PathParts): Rule | undefined {
    let best = strongest(this.#byName.get(parts.name), parts, undefined);
    if (parts.extension !== "") best = strongest(this.#byExtension.get(parts.extension), parts, best);
    for (const folder of parts.folders) best = strongest(this.#byFolder.get(folder), parts, best);
    return strongest(this.#always, parts, best)?.rule;
  }

  /** Whether a rule says that a tool writes files of this name. */
  isGeneratedName(name: string): boolean {
    return this.#generatedNames.has(name);
  }
}

/** Each shelf is in order of strength, so the first that holds ends the search, and so does one weaker than what is known. */
function strongest(
  shelf: readonly Ranked[] | undefined,
  parts: PathParts,
  best: Ranked | undefined,
): Ranked | undefined {
  if (shelf === undefined) return best;
  for (const ranked of shelf) {
    if (best !== undefined && ranked.rank >= best.rank) return best;
    if (ranked.rule.holds === undefined || ranked.rule.holds(parts)) return ranked;
  }
  return best;
}
