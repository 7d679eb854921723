import { createChildReadings } from "./child-readings.ts";
import type { EndedChild } from "./watch-children.ts";
import type { Looks } from "./looks.ts";
import type { MeasuredTree } from "./measured-tree.ts";
import type { ProcFiles } from "./proc-files.ts";
import { createProcLooker } from "./proc-looker.ts";
import type { ProcessSample } from "./process-sample.ts";
import { settleRoots } from "./settle-roots.ts";

/** Storage is asked for at most so often, in milliseconds: it doubles the cost of a look. */
const STORAGE_LOOKS_MS = 1_000;

/** What {@link createProcLooks} needs. */
export interface ProcLooksOptions {
  readonly files: ProcFiles;
  /** Told what cannot be seen. */
  readonly lost: (message: string) => void;
  /** Children of this process that ended since the last call, but for those that `isThere` still finds. */
  readonly takeEnded: (isThere: (pid: number) => boolean) => readonly EndedChild[];
}

/** Looks through the files of Linux. */
export function createProcLooks({ files, lost, takeEnded }: ProcLooksOptions): Looks {
  const looker = createProcLooker(files, lost);
  const readChildren = createChildReadings(files);
  const isThere = (pid: number): boolean => files.stat(pid) !== undefined;
  let storageAskedMs = -Infinity;

  /** @param rootless - trees whose first process is not there; none of them counts it among those that live */
  const settleRootless = (trees: ReadonlySet<MeasuredTree>, rootless: readonly MeasuredTree[], nowMs: number): void => {
    const roots = new Set([...trees].map(({ rootPid }) => rootPid));
    // Both are taken also when no tree is concerned: what others took is then no part of what is told next.
    const growth = readChildren();
    const others = takeEnded(isThere).filter(({ pid }) => !roots.has(pid));
    const ended = rootless.filter(
      ({ rootPid, isSettled, account }) => (rootPid !== undefined && !isSettled) || account.endedWithRoot().cpuMs > 0,
    );
    if (ended.length > 0 && growth !== undefined) settleRoots(ended, growth, nowMs, others);
  };

  return {
    begin(): void {
      readChildren();
      takeEnded(isThere);
    },
    attached: (pid) => looker.reconsider(pid),
    look(trees, now): void {
      const nowMs = now();
      const withStorage = nowMs - storageAskedMs >= STORAGE_LOOKS_MS;
      const members = looker.look(trees, withStorage);
      if (members === undefined) return;
      if (withStorage) storageAskedMs = nowMs;
      for (const tree of trees) {
        const samples = members.get(tree) ?? [];
        tree.account.look(samples);
        const largest = largestOf(samples);
        // Between two looks it may have been larger.
        const highest = largest === undefined ? 0 : (files.highWater(largest.pid) ?? 0);
        tree.highWaterBytes = Math.max(tree.highWaterBytes, highest);
      }
      const rootless = [...trees].filter((tree) => !looker.hasRoot(tree));
      settleRootless(trees, rootless, nowMs);
      for (const tree of trees) tree.lastLookMs = nowMs;
    },
    settle(trees, nowMs): void {
      // Those whose first process went at the same time share what is told. What still lives is no part of it.
      const rootless = [...trees].filter((tree) => !looker.hasRoot(tree));
      for (const tree of rootless) tree.account.look(looker.lookAtKnown(tree));
      settleRootless(trees, rootless, nowMs);
    },
    end(tree): void {
      // Without its first process it was looked at when that was settled.
      if (looker.hasRoot(tree)) tree.account.look(looker.lookAtKnown(tree));
    },
    forget: () => looker.forget(),
  };
}

function largestOf(samples: readonly ProcessSample[]): ProcessSample | undefined {
  let largest: ProcessSample | undefined;
  for (const sample of samples) if (largest === undefined || sample.memoryBytes > largest.memoryBytes) largest = sample;
  return largest;
}
