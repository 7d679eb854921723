import type { ChildReading } from "./child-readings.ts";
import type { MeasuredTree } from "./measured-tree.ts";
import type { EndedChild } from "./watch-children.ts";
import { shareOut } from "./share-out.ts";
import type { TreeTotals } from "./tree-account.ts";

/**
 * Gives trees whose first process has ended what that took in the end. Of one it is known; of several only the sum is, which is shared out.
 *
 * @param growth - what children of this process took that ended since the last reading
 * @param others - children among them that are not measured
 */
export function settleRoots(
  ended: readonly MeasuredTree[],
  growth: ChildReading,
  nowMs: number,
  others: readonly Pick<EndedChild, "startedMs">[],
): void {
  const othersEnded = others.map(({ startedMs }) => ({ seenMs: 0, unseenMs: Math.max(0, nowMs - startedMs) }));
  const share = (total: number, key: keyof TreeTotals): readonly number[] =>
    shareOut(total, [
      ...ended.map(({ account, lastLookMs }) => ({
        seenMs: account.endedWithRoot()[key],
        unseenMs: Math.max(0, nowMs - lastLookMs),
      })),
      ...othersEnded,
    ]);
  const { storage } = growth;
  const cpu = share(growth.cpuMs, "cpuMs");
  const system = growth.systemCpuMs === undefined ? [] : share(growth.systemCpuMs, "systemCpuMs");
  const read = storage === undefined ? [] : share(storage.readBytes, "readBytes");
  const written = storage === undefined ? [] : share(storage.writeBytes, "writeBytes");
  for (const [index, tree] of ended.entries()) {
    const cpuMs = cpu[index] ?? 0;
    if (ended.length + others.length > 1) tree.estimatedCpuMs += cpuMs - tree.account.endedWithRoot().cpuMs;
    tree.account.settle({
      cpuMs,
      systemCpuMs: system[index],
      storage: storage && { readBytes: read[index] ?? 0, writeBytes: written[index] ?? 0 },
    });
    tree.isSettled = true;
  }
}
