import { assignProcesses } from "./assign-processes.ts";
import type { MeasuredTree } from "./measured-tree.ts";
import type { ProcFiles } from "./proc-files.ts";
import type { ProcessSample } from "./process-sample.ts";

/** Looks at the processes of measured trees in `/proc`. */
export interface ProcLooker {
  /** All processes of each tree that live now; `undefined` when they cannot be listed. */
  look(
    trees: ReadonlySet<MeasuredTree>,
    withStorage: boolean,
  ): ReadonlyMap<MeasuredTree, readonly ProcessSample[]> | undefined;
  /** The processes of a tree that are known already and still live: cheap, as nothing is listed. */
  lookAtKnown(tree: MeasuredTree): readonly ProcessSample[];
  /** Whether the first process of a tree is still there, ended or not. */
  hasRoot(tree: MeasuredTree): boolean;
  /** A process that may be taken for a stranger is the first one of a tree. */
  reconsider(pid: number): void;
  /** Forgets whom it knows. */
  forget(): void;
}

interface Known {
  readonly tree: MeasuredTree;
  readonly startedAt: number;
}

/**
 * Reads only what is new or belongs to a tree: everybody else is known by id and passed over, so that the cost of a look goes by the
 * size of the trees rather than of the machine. A stranger that is younger than this process is looked at twice: between its start and
 * that of its program it has the environment of its parent. A stranger's id that is used again between two looks is overlooked.
 *
 * @param lost - told what cannot be seen
 */
export function createProcLooker(files: ProcFiles, lost: (message: string) => void): ProcLooker {
  let known = new Map<number, Known>();
  let strangers = new Set<number>();
  let doubtful = new Map<number, number>();
  // What is older than this process was not started by it.
  const ownStart = files.stat("self")?.startedAt ?? 0;

  const addStorage = (sample: ProcessSample): ProcessSample => {
    const storage = files.storage(sample.pid);
    if (storage === "forbidden") lost("what some processes read and write cannot be seen: they belong to another user");
    return typeof storage === "object" ? { ...sample, storage } : sample;
  };

  return {
    look(trees, withStorage) {
      const pids = files.list();
      if (pids === undefined) {
        lost("the processes of this machine cannot be listed: only the CPU time of steps as a whole is measured");
        return undefined;
      }
      const members = new Map<MeasuredTree, ProcessSample[]>();
      const nowKnown = new Map<number, Known>();
      const nowStrangers = new Set<number>();
      const nowDoubtful = new Map<number, number>();
      const unknown = new Map<number, ProcessSample>();
      const belongs = (sample: ProcessSample, tree: MeasuredTree): void => {
        nowKnown.set(sample.pid, { tree, startedAt: sample.startedAt });
        const full = withStorage ? addStorage(sample) : sample;
        const others = members.get(tree);
        if (others === undefined) members.set(tree, [full]);
        else others.push(full);
      };
      for (const pid of pids) {
        if (pid === process.pid || strangers.has(pid)) {
          nowStrangers.add(pid);
          continue;
        }
        const sample = files.stat(pid);
        if (sample === undefined) continue;
        const before = known.get(pid);
        if (before?.startedAt !== sample.startedAt) unknown.set(pid, sample);
        else if (trees.has(before.tree)) belongs(sample, before.tree);
      }
      const assigned = assignProcesses(
        [...unknown.values()],
        [...trees],
        (pid) => nowKnown.get(pid)?.tree,
        ({ pid, startedAt }) => (startedAt < ownStart ? [] : files.variables(pid)),
      );
      for (const [pid, sample] of unknown) {
        const { startedAt } = sample;
        const tree = assigned.get(pid);
        if (tree !== undefined) belongs(sample, tree);
        else if (startedAt < ownStart || doubtful.get(pid) === startedAt) nowStrangers.add(pid);
        else nowDoubtful.set(pid, startedAt);
      }
      known = nowKnown;
      strangers = nowStrangers;
      doubtful = nowDoubtful;
      return members;
    },
    lookAtKnown(tree) {
      const samples: ProcessSample[] = [];
      for (const [pid, { tree: owner, startedAt }] of known) {
        if (owner !== tree) continue;
        const sample = files.stat(pid);
        if (sample?.startedAt === startedAt) samples.push(addStorage(sample));
      }
      return samples;
    },
    hasRoot({ rootPid }) {
      const stat = rootPid === undefined ? undefined : files.stat(rootPid);
      const before = rootPid === undefined ? undefined : known.get(rootPid);
      return stat !== undefined && (before === undefined || before.startedAt === stat.startedAt);
    },
    reconsider(pid) {
      // What it has started is perhaps among them.
      if (strangers.has(pid)) strangers = new Set();
    },
    forget() {
      known = new Map();
      strangers = new Set();
      doubtful = new Map();
    },
  };
}
