import type { NodeLock } from "./locked-package.ts";
import { installedBy, type NodeManifest } from "./node-manifest.ts";
import { compareRequirements, type Disagreement } from "./requirement.ts";

/** Ranges that a lock file writes otherwise, or not at all. */
const OWN_FORM = /^(?:link|portal|workspace|catalog|patch):/;

/**
 * What a lock file says otherwise than a manifest.
 *
 * @param folder - of the manifest, relative to the lock file
 * @param members - names of the packages of the workspace, which lock files need not hold
 */
export function judgeNodeLock(
  lock: NodeLock,
  folder: string,
  manifest: NodeManifest,
  members: ReadonlySet<string>,
  forcedByRoot: ReadonlySet<string> = manifest.forced,
): readonly Disagreement[] {
  const isFree = (name: string): boolean => !lock.forced.has(name) && !forcedByRoot.has(name);
  const asked = installedBy(manifest).filter(({ name }) => isFree(name));
  const { requests } = lock;
  if (requests !== undefined) {
    const isAnswered = (name: string, range: string): boolean =>
      OWN_FORM.test(range) ||
      members.has(name) ||
      [`${name}@${range}`, `${name}@npm:${range}`].some((one) => requests.has(one)) ||
      // yarn writes a range that has a comma, a tag of a protocol or an empty range in ways of its own.
      (!/^[\^~]?\d+(?:\.\d+){0,2}$/.test(range) && [...requests].some((one) => one.startsWith(`${name}@`)));
    return asked
      .filter(({ name, range }) => !isAnswered(name, range))
      .map(({ name, range }) => ({
        name,
        message: `is asked for as ${JSON.stringify(range)}, which the lock file does not know`,
      }));
  }
  const locked = lock.importers?.get(folder);
  if (locked === undefined) return [];
  const peers = new Set(manifest.groups.peerDependencies.map(({ name }) => name));
  const known = new Map([...locked].filter(([name]) => isFree(name)));
  return compareRequirements(asked, known, { isWhole: true }).filter(
    // Some managers install peers and write them down.
    ({ name, message }) => !(peers.has(name) && message.endsWith("asked for")),
  );
}
