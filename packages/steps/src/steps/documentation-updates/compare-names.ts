import type { DeclaredName } from "./declared-name.ts";
import { declaredNames } from "./declared-names.ts";

/** A changed file as it was and as it is; an absent text: it was or is not there. */
export interface ChangedText {
  /** Where it is, or was last. */
  readonly file: string;
  readonly previousFile?: string | undefined;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** A name that is gone from a file, or declared in another way than before. */
export interface NameChange extends DeclaredName {
  readonly change: "removed" | "changed";
  readonly file: string;
}

/** What changed of the names that files declare. A name that went from one of them to another is not removed. Pure. */
export function compareNames(texts: readonly ChangedText[]): readonly NameChange[] {
  const pairs = texts.map((one) => ({
    ...one,
    was: byName(one.before === undefined ? [] : declaredNames(one.previousFile ?? one.file, one.before)),
    is: byName(one.after === undefined ? [] : declaredNames(one.file, one.after)),
  }));
  const now = new Map(pairs.flatMap(({ is }) => [...is]));
  return pairs.flatMap(({ file, was, is }) =>
    [...was].flatMap(([key, name]): readonly NameChange[] => {
      const own = is.get(key) ?? now.get(key);
      if (own === undefined) return [{ ...name, change: "removed", file }];
      return own.signature === name.signature ? [] : [{ ...name, change: "changed", file }];
    }),
  );
}

/** The first declaration of each name with all of its signatures: overloads count together. */
function byName(names: readonly DeclaredName[]): ReadonlyMap<string, DeclaredName> {
  const found = new Map<string, readonly DeclaredName[]>();
  for (const name of names) {
    const key = `${name.kind} ${name.name}`;
    found.set(key, [...(found.get(key) ?? []), name]);
  }
  return new Map(
    [...found].flatMap(([key, all]) => {
      // How often something is used says nothing of it.
      const signature = [...new Set(all.map((one) => one.signature))].toSorted().join("\n");
      return all[0] === undefined ? [] : [[key, { ...all[0], signature }] as const];
    }),
  );
}
