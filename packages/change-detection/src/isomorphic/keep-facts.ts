import type { GitCache } from "../cache/open-git-cache.ts";
import type { PathState } from "../path-facts.ts";

/** One path that differs between two commits, with names of one character a byte. */
export interface KeptDifference {
  readonly raw: string;
  /** Where a rename came from. */
  readonly from: string | undefined;
  readonly before: PathState | undefined;
  readonly after: PathState | undefined;
}

/** Two commits between which something is known. */
export interface TwoCommits {
  readonly baseOid: string;
  readonly headOid: string;
}

/** What follows from the ids of two commits alone, and is looked up before it is worked out. */
export interface KeptFacts {
  readonly mergeBase: (commits: TwoCommits, find: () => Promise<string | undefined>) => Promise<string | undefined>;
  readonly differences: (
    commits: TwoCommits,
    find: () => Promise<readonly KeptDifference[]>,
  ) => Promise<readonly KeptDifference[]>;
}

const ENGINE = "isomorphic";

const formatState = (state: PathState | undefined): string => (state === undefined ? "" : `${state.mode} ${state.id}`);

function parseState(text: string): PathState | undefined {
  return text === "" ? undefined : { mode: text.slice(0, 6), id: text.slice(7) };
}

/** Four fields a difference, each with a NUL behind it, which no name can have. */
function format(differences: readonly KeptDifference[]): Buffer {
  return Buffer.from(
    differences
      .map(({ raw, from = "", before, after }) => `${raw}\0${from}\0${formatState(before)}\0${formatState(after)}\0`)
      .join(""),
    "latin1",
  );
}

function parse(fact: Buffer): readonly KeptDifference[] | undefined {
  const fields = fact.toString("latin1").split("\0").slice(0, -1);
  if (fields.length % 4 !== 0) return undefined;
  const differences: KeptDifference[] = [];
  for (let at = 0; at < fields.length; at += 4) {
    const [raw = "", from = "", before = "", after = ""] = fields.slice(at, at + 4);
    differences.push({
      raw,
      from: from === "" ? undefined : from,
      before: parseState(before),
      after: parseState(after),
    });
  }
  return differences;
}

/**
 * Keeps merge bases and differences of commits in a cache, beside those of the native engine.
 *
 * @param cache - `undefined` keeps nothing: to be given where something else than the ids decides (replaced objects, grafts, a shallow clone)
 */
export function keepFacts(cache: GitCache | undefined): KeptFacts {
  return {
    mergeBase: async ({ baseOid, headOid }, find) => {
      const key = [ENGINE, baseOid, headOid];
      const known = cache?.get("merge-base", key)?.toString("latin1");
      if (known !== undefined && /^(?:[0-9a-f]{40})?$/.test(known)) return known === "" ? undefined : known;
      const found = await find();
      cache?.set("merge-base", key, Buffer.from(found ?? "", "latin1"));
      return found;
    },
    differences: async ({ baseOid, headOid }, find) => {
      const key = [ENGINE, baseOid, headOid];
      const fact = cache?.get("diff", key);
      const known = fact === undefined ? undefined : parse(fact);
      if (known !== undefined) return known;
      const found = await find();
      cache?.set("diff", key, format(found));
      return found;
    },
  };
}
