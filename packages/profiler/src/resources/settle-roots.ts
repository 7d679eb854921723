import type { ChildReading } from "./child-readings.ts";
import type { MeasuredTree } from "./measured-tree.ts";
import { shareOut } from "./share-out.ts";
import type { TreeTotals } from "./tree-account.ts";

/**
 * Gives trees whose first process has ended what that took in the end. Of one it is known; of several only the sum is, which is shared out.
 *
 * @param growth - what children of this process took that ended since the last reading
 */
export function settleRoots(ended: readonly MeasuredTree[], growth: ChildReading, nowMs: number): void {
  const share = (total: number, key: keyof TreeTotals): readonly number[] =>
    shareOut(
      total,
      ended.map(({ account, lastLookMs }) => ({ seenMs: account.endedWithRoot()[key], unseenMs: nowMs - lastLookMs })),
    );
  const { storage } = growth;
  const cpu = share(growth.cpuMs, "cpuMs");
  const read = storage === undefined ? [] : share(storage.readBytes, "readBytes");
  const written = storage === undefined ? [] : share(storage.writeBytes, "writeBytes");
  for (const [index, tree] of ended.entries()) {
    const cpuMs = cpu[index] ?? 0;
    if (ended.length > 1) tree.estimatedCpuMs = cpuMs - tree.account.endedWithRoot().cpuMs;
    tree.account.settle({
      cpuMs,
      storage: storage && { readBytes: read[index] ?? 0, writeBytes: written[index] ?? 0 },
    });
    tree.isSettled = true;
  }
}
