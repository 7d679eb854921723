import { categorise, type CategoryRule } from "../categories/categorise.ts";
import { createPathMatcher } from "../create-path-matcher.ts";
import type { CauseCollector } from "./cause-collector.ts";
import type { Comparison } from "./comparison.ts";
import { findExtendedSettings, maySettingsExtend, type ExtendedSettings } from "./extended-settings.ts";
import { addLockChanges, unitsOfLock } from "./lock-changes.ts";
import type { Cause } from "./reason.ts";
import { folderOf, isWithin, nameOf, pathBelow } from "./repository-path.ts";
import { LOCK_NAMES, MANIFEST_NAMES } from "./scan-tree.ts";
import type { Unit } from "./unit.ts";

/** Definitions that hold nothing but what members take over or what names them: they belong to no unit. */
const DEFINITIONS = new Set(["pnpm-workspace.yaml", ".yarnrc.yml", "go.work"]);
const INTEGRITY = new Set(["go.sum", "go.work.sum"]);
/** Folders of helpers that other units' tests are likely to use: changes in them spread although they are tests. */
const TEST_HELPERS =
  /(?:^|\/)(?:tests?[-_]?(?:utils?|helpers?|support|kit|lib|libs|fixtures?|harness|common|tools)|testing)(?:\/|$)/i;

/** Tells tests from the rest: the user's rules on the whole path, then the built-in ones from the folder of the unit. */
function testMatcher(rules: readonly CategoryRule[]): (path: string, unit: Unit) => boolean {
  const own = rules.map((rule) => ({ category: rule.category, matches: createPathMatcher(rule.globs) }));
  return (path, unit) => {
    const rule = own.find(({ matches }) => matches(path));
    if (rule !== undefined) return rule.category === "tests";
    // A unit that lies in a folder such as `tests/` is no test for that.
    const below = isWithin(path, unit.directory) ? pathBelow(path, unit.directory) : path;
    return !TEST_HELPERS.test(folderOf(below)) && categorise(below).category === "tests";
  };
}

/** The units that a changed file decides for; `undefined` where it is not global. */
function globalScope(
  path: string,
  isGlobal: (path: string) => boolean,
  { units, workspaces }: Comparison,
): readonly Unit[] | undefined {
  if (isGlobal(path)) return [...units.values()];
  for (const { directory } of workspaces) {
    if (directory === "" || !isWithin(path, directory) || path === directory) continue;
    if (isGlobal(pathBelow(path, directory))) {
      return [...units.values()].filter((unit) => isWithin(unit.directory, directory));
    }
  }
  return undefined;
}

/** Why a file that was looked into reached nobody. */
export function whyNot(path: string): string {
  const name = nameOf(path);
  if (INTEGRITY.has(name)) return "holds checksums only; go.mod decides";
  return LOCK_NAMES.has(name) ? "no unit resolves differently" : "no unit takes anything from it that changed";
}

/** How changed files are read. */
export interface FileChangeOptions {
  readonly spreadTests: boolean;
  readonly rootDependencies: "all" | "root";
  readonly global: readonly string[];
  readonly rules: readonly CategoryRule[];
}

/**
 * Adds causes for every changed file: for its owners, for those that a global file, a lock file or an extended configuration concerns.
 * @returns the files that were looked into rather than given to an owner.
 */
export async function addFileChanges(
  comparison: Comparison,
  options: FileChangeOptions,
  collector: CauseCollector,
): Promise<readonly string[]> {
  const { units, ownersOf, unitsBelow, workspaces, changed } = comparison;
  const isGlobal = createPathMatcher(options.global);
  const isTest = testMatcher(options.rules);
  const homes = new Set(workspaces.map(({ kind, directory }) => `${kind}:${directory}`));
  const goFolders = new Set(
    [...units.values()].flatMap((unit) => (unit.kind === "go" ? [unit.directory, unit.workspace] : [])),
  );
  const interpreted: string[] = [];
  const settings = new Set<string>();
  for (const [path, sides] of changed) {
    const [name, folder] = [nameOf(path), folderOf(path)];
    const scope = globalScope(path, isGlobal, comparison);
    if (scope !== undefined) collector.addAll(scope, { kind: "global", path, what: "decides for everything below" });
    if (unitsOfLock(path, LOCK_NAMES.has(name) ? units.values() : []).length > 0) {
      interpreted.push(path);
      await addLockChanges(path, { ...comparison, rootDependencies: options.rootDependencies }, collector);
      continue;
    }
    if (
      (DEFINITIONS.has(name) && homes.has(`${name === "go.work" ? "go" : "js"}:${folder}`)) ||
      (INTEGRITY.has(name) && goFolders.has(folder))
    ) {
      interpreted.push(path);
      continue;
    }
    const found = ownersOf(path, sides);
    const isShared =
      path.endsWith(".json") && !MANIFEST_NAMES.has(name) && found.every(({ directory }) => directory === "");
    if (isShared || maySettingsExtend(path)) {
      settings.add(path);
    }
    for (const unit of found) {
      // With many changes most files tell nothing new of their unit.
      if (collector.isSettled(unit)) continue;
      collector.add(unit, { kind: "file", path }, options.spreadTests || !isTest(path, unit));
    }
    // A folder that became a file or a submodule takes the units in it along.
    for (const unit of unitsBelow(path)) collector.add(unit, { kind: "file", path });
  }
  if (settings.size > 0) await addExtended(comparison, settings, collector);
  return interpreted;
}

/** Adds causes for those whose `tsconfig.json` takes over a changed one, on either side. */
async function addExtended(
  { base, now, units, ownersOf }: Comparison,
  settings: ReadonlySet<string>,
  collector: CauseCollector,
): Promise<void> {
  for (const side of [base, now]) {
    let found: readonly ExtendedSettings[];
    try {
      found = await findExtendedSettings(side.tree, settings);
    } catch (error) {
      if (side === now) throw error;
      const what = `the base cannot be read: ${error instanceof Error ? error.message : String(error)}`;
      collector.addAll(units.values(), { kind: "unknown", what });
      continue;
    }
    for (const { path, by, reason } of found) {
      const cause: Cause =
        reason === undefined
          ? { kind: "inherited", path, what: `extended by ${by}` }
          : { kind: "unknown", path: by, what: reason };
      for (const unit of ownersOf(by)) collector.add(unit, cause);
    }
  }
}
