import { emptyEntry } from "../empty-entry.ts";
import type { StatusEntry } from "../git-engine.ts";
import type { PathState } from "../path-facts.ts";
import { nameFromRaw } from "./raw-name.ts";

/** A `StatusEntry` in the making; the flags say what is true of it. */
export type Draft = { -readonly [Key in keyof StatusEntry]: StatusEntry[Key] };

/** A draft of which nothing is true yet. */
export function createDraft(raw: string): Draft {
  return emptyEntry(nameFromRaw(raw));
}

/** Drafts by path, as they come. */
export interface Drafts {
  readonly get: (raw: string) => Draft | undefined;
  /** The draft of a tracked path, made where there is none. */
  readonly of: (raw: string) => Draft;
  readonly all: ReadonlyMap<string, Draft>;
}

/** Begins with no path at all. */
export function createDrafts(): Drafts {
  const all = new Map<string, Draft>();
  return {
    get: (raw) => all.get(raw),
    of: (raw) => {
      let draft = all.get(raw);
      if (draft === undefined) {
        draft = createDraft(raw);
        all.set(raw, draft);
      }
      return draft;
    },
    all,
  };
}

/** What `states` and `hiddenEdits` of the answer are made of. */
export interface Findings {
  readonly drafts: Drafts;
  readonly states: Map<string, PathState | undefined>;
  /** What is on the disk where the index does not tell: where git was told not to look, and where its conversions hide an edit. */
  readonly onDisk: Map<string, PathState | undefined>;
  readonly hiddenEdits: string[];
}
