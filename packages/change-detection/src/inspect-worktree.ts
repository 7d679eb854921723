import { baseCandidates } from "./base-candidates.ts";
import type { ChangeSet, ChangesUnknown, DetectOptions, EngineName, WorktreeInspection } from "./change.ts";
import { checkOptions } from "./check-options.ts";
import { createExcluder } from "./create-excluder.ts";
import type { EngineAnswer, EngineRequest, TreeDifference, WorkTree } from "./git-engine.ts";
import type { GitName } from "./git-name.ts";
import { joinFacts } from "./join-facts.ts";
import { layerChanges } from "./layer-changes.ts";
import { createNativeEngine } from "./native/native-engine.ts";
import { netChanges } from "./net-changes.ts";
import type { RenameHint } from "./path-facts.ts";
import { readCiEvent } from "./read-ci-event.ts";
import { unknown } from "./unknown.ts";

interface Answered {
  readonly engine: EngineName;
  readonly answer: EngineAnswer | ChangesUnknown;
}

/** Asks the engine that was chosen; by default native git, and the other one where there is no git. */
async function ask(options: DetectOptions, request: EngineRequest): Promise<Answered> {
  const { engine = "auto", timeoutMs } = options;
  if (engine !== "isomorphic") {
    const answer = await createNativeEngine({ environment: process.env, timeoutMs })(request);
    const isMissing = "known" in answer && answer.code === "git-missing";
    if (engine === "native" || !isMissing) return { engine: "native", answer };
  }
  const { createIsomorphicEngine } = await import("./isomorphic/isomorphic-engine.ts");
  return { engine: "isomorphic", answer: await createIsomorphicEngine()(request) };
}

const hintsOf = (list: readonly { readonly name: GitName; readonly from: GitName | undefined }[]): RenameHint[] =>
  list.flatMap(({ name, from }) => (from === undefined ? [] : [{ from, to: name }]));

/** The change set that follows from what an engine found. */
function toChangeSet(
  engine: EngineName,
  answer: EngineAnswer,
  committed: readonly TreeDifference[],
  work: WorkTree | undefined,
  isExcluded: ((path: string) => boolean) | undefined,
): ChangeSet | ChangesUnknown {
  const { root, prefix, base, headOid } = answer;
  if ("known" in base) return base;
  if (headOid === undefined) {
    return unknown("git-failed", "HEAD does not lead to a commit", "See what `git fsck` says in this directory");
  }
  const facts = joinFacts(committed, work);
  if (isExcluded !== undefined) {
    for (const [key, { name }] of facts) if (isExcluded(name.path)) facts.delete(key);
  }
  const entries = work?.entries ?? [];
  const hints = {
    committed: hintsOf(committed),
    staged: hintsOf(entries.filter((entry) => !entry.isWorkRename)),
    unstaged: hintsOf(entries.filter((entry) => entry.isWorkRename)),
  };
  const changes = netChanges(facts.values(), Object.values(hints).flat());
  return { known: true, engine, root, prefix, base, headOid, changes, layers: layerChanges(facts, hints) };
}

async function inspect(options: DetectOptions, wantsFiles: boolean): Promise<WorktreeInspection> {
  const { directory, head, mode = "merge-base", environment = process.env, exclude, signal } = options;
  const { engine, answer } = await ask(options, {
    directory,
    head,
    mode,
    candidates: baseCandidates(options, environment, readCiEvent(environment)),
    wantsWorkTree: wantsFiles || head === undefined,
    wantsFiles,
    excludes: (prefix) => createExcluder(exclude, prefix),
    cache: options.cache,
    signal,
  });
  if ("known" in answer) return { changes: answer, files: undefined, hiddenEdits: [] };

  const { root, prefix, committed, work } = answer;
  const isKnown = work !== undefined && !("known" in work);
  const files = isKnown ? work.files : undefined;
  const hiddenEdits = isKnown ? work.hiddenEdits : [];
  const give = (changes: ChangeSet | ChangesUnknown): WorktreeInspection => ({
    changes,
    files,
    hiddenEdits,
    root,
    prefix,
  });
  if (head === undefined && work !== undefined && !isKnown) return give(work);
  if ("known" in committed) return give(committed);
  return give(
    toChangeSet(
      engine,
      answer,
      committed,
      head === undefined && isKnown ? work : undefined,
      createExcluder(exclude, prefix),
    ),
  );
}

/**
 * Gives changes and files in one go: three git processes in parallel where nothing has changed, one or two more where something has.
 * `files` is there whenever git can list files, also when the base is unknown. Never writes to the repository.
 * @throws {TypeError | RangeError} for a bad option; rejects with the reason of `signal` when it aborts.
 */
export async function inspectWorktree(options: DetectOptions): Promise<WorktreeInspection> {
  checkOptions("inspect the work tree", options);
  return inspect(options, true);
}

/**
 * Gives the net list of changes between the base and the work tree (or `head`), or a value that says why it cannot be known.
 * Never writes to the repository.
 * @throws {TypeError | RangeError} for a bad option; rejects with the reason of `signal` when it aborts.
 * @example
 * ```js
 * const changes = await detectChanges({ directory: "." });
 * if (changes.known) for (const { status, path } of changes.changes) process.stdout.write(`${status} ${path}\n`);
 * else process.stdout.write(`${changes.message}: ${changes.remedy}\n`);
 * ```
 */
export async function detectChanges(options: DetectOptions): Promise<ChangeSet | ChangesUnknown> {
  checkOptions("detect changes", options);
  return (await inspect(options, false)).changes;
}
