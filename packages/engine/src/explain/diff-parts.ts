import { namedVersion } from "../preparation/named-version.ts";
import type { FileIds, StepParts } from "./step-parts.ts";

/** One part in which two fingerprints of a step differ. */
export interface PartDifference {
  /** Kind of the part, such as `file` or `environment`. */
  readonly part: string;
  /** What of that kind: a path, the name of a variable, a command. Absent where there is only one. */
  readonly name?: string | undefined;
  /** The difference as words, such as `src/a.ts changed`. */
  readonly text: string;
}

/** What is compared. */
export interface KnownParts {
  readonly parts: StepParts;
  /** Names the key of the hashes of values; those of different keys cannot be compared. */
  readonly keyId: string;
  /** Asked for only where they differ; gives `undefined` where they are no longer known. */
  readonly files: () => FileIds | undefined;
}

const WHOLE_NAMES: Readonly<Record<string, string>> = {
  version: "the way fingerprints are made changed",
  action: "command changed",
  directory: "directory changed",
  unit: "unit changed",
  module: "module changed",
  script: "script in package.json changed",
  model: "model or its settings changed",
  askedSince: "the base of the changes that it asks about moved",
  ignoreFiles: "files that keep others from the model changed",
  outputs: "outputs changed",
};

/** Differences of sets of files that were worked out before; steps often share them. */
export type FileDifferences = Pick<Map<string, readonly PartDifference[]>, "get" | "set">;

/**
 * In what two fingerprints of a step differ: nothing exactly where they are equal. Pure but for `known`.
 *
 * @param known - takes differences of sets of files, and gives them back. Default: none are known
 */
export function diffParts(
  before: KnownParts,
  after: KnownParts,
  known: FileDifferences = new Map(),
): readonly PartDifference[] {
  if (before.parts.fingerprint === after.parts.fingerprint) return [];
  const found: PartDifference[] = [];
  const [a, b] = [before.parts, after.parts];
  const names = new Set([...Object.keys(a.whole), ...Object.keys(b.whole)]);
  for (const part of names) {
    if (a.whole[part] !== b.whole[part]) found.push({ part, text: WHOLE_NAMES[part] ?? `${part} changed` });
  }
  if (JSON.stringify(a.inputs) !== JSON.stringify(b.inputs)) found.push({ part: "inputs", text: "inputs changed" });
  if (a.files !== b.files) {
    const key = JSON.stringify([a.files, b.files]);
    const differences = known.get(key) ?? diffFiles(before.files(), after.files());
    known.set(key, differences);
    found.push(...differences);
  }
  found.push(...diffEnvironment(before, after));
  for (const part of ["platform", "arch", "nodeVersion"] as const) {
    if (a.runtime[part] === b.runtime[part]) continue;
    const name = part === "nodeVersion" ? "node" : part;
    found.push({ part: "runtime", name: part, text: `${name} ${a.runtime[part]} -> ${b.runtime[part]}` });
  }
  found.push(...diffTools(a.tools, b.tools));
  found.push(...diffPairs("uses", "used steps", a.uses, b.uses, (name) => `used step ${name}`));
  if (found.length === 0) found.push({ part: "unknown", text: "something of which no part was kept changed" });
  return found;
}

function diffEnvironment(before: KnownParts, after: KnownParts): readonly PartDifference[] {
  const [a, b] = [before.parts.environment, after.parts.environment];
  const label = (name: string): string => `environment ${name}`;
  if (before.keyId === after.keyId) return diffPairs("environment", "environment", a, b, label);
  // Hashes of different keys say nothing but whether there was a value.
  const isSet = (pairs: StepParts["environment"]): StepParts["environment"] =>
    pairs.map(([name, value]) => [name, value === null ? null : "set"]);
  const found = diffPairs("environment", "environment", isSet(a), isSet(b), label);
  if (found.length > 0 || !b.some(([, value]) => value !== null)) return found;
  return [{ part: "environment", text: "environment may have changed (its values cannot be compared)" }];
}

/** Of a tool that was replaced it tells which version by which, where it names them. */
function diffTools(before: StepParts["tools"], after: StepParts["tools"]): readonly PartDifference[] {
  const [old, now] = [new Map(before), new Map(after)];
  return diffPairs("tool", "tools", before, after, (name) => `tool \`${name}\``).map((difference) => {
    const [was, is] = [old.get(difference.name ?? ""), now.get(difference.name ?? "")];
    if (was === undefined || is === undefined) return difference;
    const [from, to] = [namedVersion(was), namedVersion(is)];
    if (to === undefined || from === to) return difference;
    const text = `tool \`${difference.name}\` ${from ?? "of an unknown version"} -> ${to}`;
    return { ...difference, text };
  });
}

type Pairs = readonly (readonly [string, string | null])[];

function diffPairs(
  part: string,
  plural: string,
  before: Pairs,
  after: Pairs,
  label: (name: string) => string,
): readonly PartDifference[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const found = compare(new Map(before), new Map(after)).map(({ name, how }) => ({
    part,
    name,
    text: `${label(name)} ${how}`,
  }));
  return found.length > 0 ? found : [{ part, text: `order of ${plural} changed` }];
}

function compare<Value>(
  before: ReadonlyMap<string, Value>,
  after: ReadonlyMap<string, Value>,
): readonly { readonly name: string; readonly how: "added" | "removed" | "changed" }[] {
  const found: { name: string; how: "added" | "removed" | "changed" }[] = [];
  for (const [name, value] of after) {
    if (!before.has(name)) found.push({ name, how: "added" });
    else if (before.get(name) !== value) found.push({ name, how: "changed" });
  }
  for (const name of before.keys()) if (!after.has(name)) found.push({ name, how: "removed" });
  return found;
}

function diffFiles(before: FileIds | undefined, after: FileIds | undefined): readonly PartDifference[] {
  const some: PartDifference = { part: "files", text: "input files changed" };
  if (before === undefined || after === undefined || before.by !== after.by) return [some];
  const [a, b] = [new Map(Object.entries(before.ids)), new Map(Object.entries(after.ids))];
  const found = compare(a, b);
  if (found.length === 0) return [some];
  if (after.by === "folder") {
    return found.map(({ name, how }) => ({ part: "folder", name, text: `folder ${name === "" ? "." : name} ${how}` }));
  }
  // A file that is gone where another with the same content came was renamed.
  const gone = new Map(found.filter(({ how }) => how === "removed").map(({ name }) => [a.get(name), name]));
  const renamed = new Map<string, string>();
  for (const { name, how } of found) {
    const from = how === "added" ? gone.get(b.get(name)) : undefined;
    if (from === undefined) continue;
    gone.delete(b.get(name));
    renamed.set(name, from);
  }
  const sources = new Set(renamed.values());
  return found
    .filter(({ name }) => !sources.has(name))
    .map(({ name, how }): PartDifference => {
      const from = renamed.get(name);
      if (from !== undefined) return { part: "file", name, text: `${from} renamed to ${name}` };
      const [oldId, newId] = [a.get(name) ?? "", b.get(name) ?? ""];
      const isModeOnly = how === "changed" && oldId.slice(oldId.indexOf(" ")) === newId.slice(newId.indexOf(" "));
      return {
        part: "file",
        name,
        text: isModeOnly ? `${name} changed its mode ${modeOf(oldId)} -> ${modeOf(newId)}` : `${name} ${how}`,
      };
    });
}

function modeOf(id: string): string {
  return id.slice(0, id.indexOf(" "));
}
