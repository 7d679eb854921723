import { assignProcesses } from "./assign-processes.ts";
import type { Looks } from "./looks.ts";
import type { MeasuredTree } from "./measured-tree.ts";
import type { ProcessSample } from "./process-sample.ts";
import type { PsReader } from "./read-ps.ts";

interface Known {
  readonly tree: MeasuredTree;
  readonly sample: ProcessSample;
}

/**
 * Looks by listing all processes. What ended between two looks is known as it was last seen, and what came and went between them is not
 * known at all.
 */
export function createPsLooks(readProcesses: PsReader, lost: (message: string) => void): Looks {
  let known = new Map<number, Known>();
  /** Tells processes with the same id apart, for `ps` does not. */
  let generation = 0;

  const isSame = (before: ProcessSample, { groupId, ownCpuMs }: ProcessSample): boolean =>
    before.groupId === groupId && ownCpuMs >= before.ownCpuMs;

  return {
    begin: () => {},
    attached: () => {},
    async look(trees, now): Promise<void> {
      const samples = await readProcesses().catch(() => undefined);
      // Whoever lists all processes finds at least this one.
      if (samples === undefined || samples.length === 0) {
        lost("`ps` cannot be run: nothing of the processes of steps is measured");
        return;
      }
      generation += 1;
      const members = new Map<MeasuredTree, ProcessSample[]>();
      const nowKnown = new Map<number, Known>();
      const unknown: ProcessSample[] = [];
      const belongs = (sample: ProcessSample, tree: MeasuredTree): void => {
        nowKnown.set(sample.pid, { tree, sample });
        const others = members.get(tree);
        if (others === undefined) members.set(tree, [sample]);
        else others.push(sample);
      };
      for (const sample of samples) {
        if (sample.pid === process.pid) continue;
        const before = known.get(sample.pid);
        if (before === undefined || !isSame(before.sample, sample)) unknown.push({ ...sample, startedAt: generation });
        else if (trees.has(before.tree)) belongs({ ...sample, startedAt: before.sample.startedAt }, before.tree);
      }
      const assigned = assignProcesses(
        unknown,
        [...trees],
        (pid) => nowKnown.get(pid)?.tree,
        () => [],
      );
      for (const sample of unknown) {
        const tree = assigned.get(sample.pid);
        if (tree !== undefined) belongs(sample, tree);
      }
      known = nowKnown;
      for (const tree of trees) {
        tree.account.look(members.get(tree) ?? []);
        tree.lastLookMs = now();
      }
    },
    settle: () => {},
    end(tree): void {
      tree.account.look([]);
      tree.account.settle({ cpuMs: undefined, storage: undefined });
    },
    forget: () => {
      known = new Map();
    },
  };
}
