import { unsupported } from "./engine-failure.ts";
import type { ObjectStore } from "./object-store.ts";
import type { Refs } from "./read-refs.ts";

/** Where git looks for a short name, in this order (gitrevisions, "<refname>"). */
const PLACES = ["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"] as const;

const isOid = (text: string): boolean => /^[0-9a-f]{40}$/i.test(text);

function resolveRef(name: string, refs: Refs): string | undefined {
  for (const place of PLACES) {
    // A bare name at the top is a pseudo-reference such as HEAD or FETCH_HEAD, not any file of the git directory.
    if (place === "" && !name.startsWith("refs/") && !/^[A-Z][A-Z_]*$/.test(name)) continue;
    const id = refs.resolve(`${place}${name}`);
    if (id !== undefined) return id;
  }
  return refs.resolve(`refs/remotes/${name}/HEAD`);
}

/** Follows tags to what they stand on. */
async function peel(
  id: string,
  store: ObjectStore,
): Promise<{ readonly type: string; readonly id: string } | undefined> {
  for (let at = id; ;) {
    if (store.knownCommit(at) !== undefined) return { type: "commit", id: at };
    const object = await store.read(at);
    if (object === undefined) return undefined;
    if (object.type !== "tag") return { type: object.type, id: at };
    const target = /^object ([0-9a-f]{40})$/m.exec(object.content.toString("latin1", 0, 64))?.[1];
    if (target === undefined) return undefined;
    at = target;
  }
}

async function peelToCommit(id: string, store: ObjectStore): Promise<string | undefined> {
  const peeled = await peel(id, store);
  if (peeled?.type !== "commit") return undefined;
  // Read whole, so that it is known from here on.
  return (await store.commit(peeled.id)) === undefined ? undefined : peeled.id;
}

/** The object that a name without suffixes stands for. */
async function resolveName(name: string, refs: Refs, store: ObjectStore): Promise<string | undefined> {
  if (isOid(name)) {
    const id = name.toLowerCase();
    return (await store.has(id)) ? id : undefined;
  }
  if (name === "@") return refs.resolve("HEAD");
  if (name.includes("@{"))
    throw unsupported(`the revision ${JSON.stringify(name)} names an entry of the reflog or an upstream`);
  const ref = resolveRef(name, refs);
  if (ref !== undefined) return ref;
  // An abbreviated id, alone or at the end of what `git describe` prints.
  const start = /(?:^|-g)([0-9a-f]{4,39})$/i.exec(name)?.[1];
  if (start === undefined || (!name.includes("-g") && start.length !== name.length)) return undefined;
  const ids = await store.expand(start.toLowerCase());
  if (ids.length < 2) return ids[0];
  const commits = new Set<string>();
  // Where only one of them leads to a commit, it is meant.
  for (const id of ids) if ((await peelToCommit(id, store)) !== undefined) commits.add(id);
  return commits.size === 1 ? [...commits][0] : undefined;
}

/**
 * The commit that a revision stands for, `undefined` when there is none: full and abbreviated ids, names of references, `@`, and the suffixes
 * `~<n>`, `^<n>`, `^{commit}` and `^{}` in any number (gitrevisions).
 * @throws {EngineFailure} `unsupported` for `@{...}` and `:/text`, which need the reflog, the configuration or a search.
 */
export async function resolveRevision(rev: string, refs: Refs, store: ObjectStore): Promise<string | undefined> {
  if (rev.startsWith(":/") || rev.includes("^{/")) {
    throw unsupported(`the revision ${JSON.stringify(rev)} searches for a text`);
  }
  const suffixes = /(?:~\d*|\^\d*|\^\{(?:commit|object|tag|tree|blob)?\})*$/.exec(rev)?.[0] ?? "";
  const name = rev.slice(0, rev.length - suffixes.length);
  if (name === "") return undefined;
  let id = await resolveName(name, refs, store);
  for (const [suffix] of suffixes.matchAll(/~\d*|\^\{\w*\}|\^\d*/g)) {
    if (id === undefined) return undefined;
    if (suffix.startsWith("^{")) {
      const wanted = suffix.slice(2, -1);
      if (wanted === "object") continue;
      const peeled = await peel(id, store);
      if (wanted === "tag" || peeled === undefined || (wanted !== "" && wanted !== peeled.type)) return undefined;
      id = peeled.id;
      continue;
    }
    const isAncestor = suffix.startsWith("~");
    const number = suffix.length === 1 ? 1 : Number(suffix.slice(1));
    let at = await peelToCommit(id, store);
    if (isAncestor) {
      for (let step = 0; step < number && at !== undefined; step += 1) at = (await store.commit(at))?.parents[0];
    } else if (number > 0 && at !== undefined) {
      at = (await store.commit(at))?.parents[number - 1];
    }
    id = at;
  }
  return id === undefined ? undefined : peelToCommit(id, store);
}
