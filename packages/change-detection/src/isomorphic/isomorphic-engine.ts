import { chooseBase, cannotResolve, unbornBase, type History } from "../choose-base.ts";
import type { Base, ChangesUnknown } from "../change.ts";
import type { Environment } from "../environment.ts";
import type { EngineAnswer, EngineRequest, GitEngine, TreeDifference, WorkTree } from "../git-engine.ts";
import { unknown } from "../unknown.ts";
import { compareTrees, openTree } from "./compare-trees.ts";
import { EngineFailure } from "./engine-failure.ts";
import { findMergeBase } from "./find-merge-base.ts";
import { findRepository } from "./find-repository.ts";
import { keepFacts, type KeptDifference, type KeptFacts } from "./keep-facts.ts";
import { readShallow } from "./object-store.ts";
import { openRepository, treeOf, type Repository } from "./open-repository.ts";
import { pairRenames, type RenameEnd } from "./pair-renames.ts";
import { nameFromRaw } from "./raw-name.ts";
import { readWorkTree } from "./read-work-tree.ts";
import { sharedMemories, type RepositoryMemory } from "./repository-memory.ts";
import { resolveRevision } from "./resolve-revision.ts";

/** The reason as a value; only the caller's own abort stays an exception. */
function toAnswer(error: unknown, signal: AbortSignal | undefined): ChangesUnknown {
  if (signal?.aborted === true) throw signal.reason;
  if (error instanceof EngineFailure) return error.answer;
  return unknown(
    "git-failed",
    `the repository cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    "See what `git status` and `git fsck` say in this directory",
  );
}

/** Does something; what goes wrong with it is its answer. */
async function attempt<Answer>(
  signal: AbortSignal | undefined,
  action: () => Promise<Answer>,
): Promise<Answer | ChangesUnknown> {
  try {
    return await action();
  } catch (error) {
    return toAnswer(error, signal);
  }
}

function historyOf({ refs, store, place }: Repository, headOid: string, facts: KeptFacts): History {
  return {
    headOid,
    isShallow: readShallow(place.commonDir) !== undefined,
    compare: async (rev) => {
      const baseOid = await resolveRevision(rev, refs, store);
      if (baseOid === undefined) return undefined;
      const find = (): Promise<string | undefined> => findMergeBase(baseOid, headOid, store.passedCommit);
      return { baseOid, mergeBase: await facts.mergeBase({ baseOid, headOid }, find) };
    },
    localBranch: async (name) => resolveRevision(`refs/heads/${name}`, refs, store),
  };
}

interface Ends {
  readonly base: Base | ChangesUnknown;
  readonly headOid: string | null | undefined;
}

/** Where the comparison starts and ends. */
async function chooseEnds(repository: Repository, request: EngineRequest, facts: KeptFacts): Promise<Ends> {
  const { refs, store, place } = repository;
  const { head, mode, candidates } = request;
  const headOid = await resolveRevision(head ?? "HEAD", refs, store);
  if (headOid !== undefined) {
    const history = historyOf(repository, headOid, facts);
    return { headOid, base: await chooseBase(history, { headName: head, mode, candidates }) };
  }
  if (head !== undefined) {
    const isShallow = readShallow(place.commonDir) !== undefined;
    const candidate = { rev: head, ref: head, how: "explicit", exact: true, fetch: head } as const;
    return { headOid: undefined, base: cannotResolve(candidate, isShallow, "head") };
  }
  if (refs.resolve("HEAD") !== undefined) {
    const problem = unknown(
      "git-failed",
      "HEAD does not lead to a commit",
      "See what `git status` and `git fsck` say in this directory",
    );
    return { headOid: undefined, base: problem };
  }
  return { headOid: null, base: unbornBase(candidates) };
}

/** What differs between two commits, with renames. */
async function compareCommits(
  { store }: Repository,
  { baseOid, headOid }: { readonly baseOid: string; readonly headOid: string },
): Promise<readonly KeptDifference[]> {
  const readTree = (id: string): ReturnType<typeof store.tree> => store.tree(id);
  const before = openTree(await treeOf(baseOid, store), readTree);
  const after = openTree(await treeOf(headOid, store), readTree);
  const differences = await compareTrees(before, after);
  const gone: RenameEnd[] = [];
  const come: RenameEnd[] = [];
  for (const { raw, before, after } of differences) {
    if (before === undefined && after !== undefined) come.push({ raw, state: after });
    if (after === undefined && before !== undefined) gone.push({ raw, state: before });
  }
  // In a partial clone contents may be missing: equal ones are paired all the same.
  const pairs = await pairRenames(gone, come, async ({ state }) => (await store.read(state.id))?.content);
  const sources = new Map<string, RenameEnd>();
  const paired = new Set<string>();
  for (const [to, from] of pairs) {
    const [source, target] = [gone[from], come[to]];
    if (source === undefined || target === undefined) continue;
    sources.set(target.raw, source);
    paired.add(source.raw);
  }
  return differences.flatMap(({ raw, before, after }): KeptDifference[] => {
    const source = sources.get(raw);
    if (source !== undefined) return [{ raw, from: source.raw, before: source.state, after }];
    return paired.has(raw) ? [] : [{ raw, from: undefined, before, after }];
  });
}

const toTreeDifference = ({ raw, from, before, after }: KeptDifference): TreeDifference => ({
  name: nameFromRaw(raw),
  from: from === undefined ? undefined : nameFromRaw(from),
  before,
  after,
});

async function read(
  request: EngineRequest,
  memoryOf: (gitDir: string) => RepositoryMemory,
  environment: Environment,
): Promise<EngineAnswer | ChangesUnknown> {
  const { directory, wantsWorkTree, wantsFiles, cache, signal, head } = request;
  signal?.throwIfAborted();
  const place = findRepository(directory, environment);
  const { root, prefix, hasWorkTree } = place;
  const noWorkTree = unknown(
    "no-work-tree",
    "the repository is bare and has no work tree",
    "Name `head` to compare two commits",
  );
  if (!hasWorkTree && head === undefined) return noWorkTree;
  const repository = await openRepository(place, memoryOf, environment, cache);
  const facts = keepFacts(repository.store.isPlain ? cache : undefined);
  const ends = await attempt(signal, () => chooseEnds(repository, request, facts));
  const { base, headOid }: Ends = "known" in ends ? { base: ends, headOid: undefined } : ends;

  let committed: readonly TreeDifference[] | ChangesUnknown = [];
  if (!("known" in base) && base.oid !== null && typeof headOid === "string" && base.oid !== headOid) {
    const baseOid = base.oid;
    committed = await attempt(signal, async () => {
      const differences = await facts.differences({ baseOid, headOid }, () =>
        compareCommits(repository, { baseOid, headOid }),
      );
      return differences.map(toTreeDifference);
    });
  }
  let work: WorkTree | ChangesUnknown | undefined;
  if (wantsWorkTree) {
    const isGoneSinceBase =
      "known" in committed || committed.some(({ after, from }) => after === undefined || from !== undefined);
    work = hasWorkTree
      ? await attempt(signal, () =>
          readWorkTree(repository, {
            wantsFiles,
            hashesUntracked: (isAnythingGone) => wantsFiles || isGoneSinceBase || isAnythingGone,
            isExcluded: request.excludes(prefix),
            signal,
          }),
        )
      : noWorkTree;
  }
  return { root, prefix, base, headOid, committed, work };
}

/**
 * An engine that needs no `git` binary: objects are read by isomorphic-git, all else by readers of this package. It gives the answer that
 * native git gives, or `unsupported` with the reason, and never writes. Packs that it needs stay in memory for the life of the process.
 *
 * @param environment - git's own variables and the home folder are read from it. Default: `process.env`
 * @param memoryOf - what is kept between calls. Default: one memory for all engines of the process
 */
export function createIsomorphicEngine(
  options: {
    readonly environment?: Environment | undefined;
    readonly memoryOf?: ((gitDir: string) => RepositoryMemory) | undefined;
  } = {},
): GitEngine {
  const { environment = process.env, memoryOf = sharedMemories } = options;
  return async (request) => {
    return attempt(request.signal, () => read(request, memoryOf, environment));
  };
}
