import type { ResourceSample } from "../resource-usage.ts";
import type { MeasuredTree } from "./measured-tree.ts";

/** Tells a listener of looks, and keeps the largest memory of all trees together. */
export interface SampleTeller {
  /** Memory of all trees at the look where it was largest, in bytes; `undefined` when none was seen. */
  readonly peakBytes: number | undefined;
  /** There was a look at these trees. */
  tell(trees: Iterable<MeasuredTree>): void;
}

/** @param onSample - called with each tree that has processes; what it throws is dropped */
export function createSampleTeller(onSample: ((sample: ResourceSample) => void) | undefined): SampleTeller {
  let peakBytes: number | undefined;
  return {
    get peakBytes() {
      return peakBytes;
    },
    tell(trees): void {
      let sumBytes = 0;
      for (const tree of trees) {
        if (tree.account.processes === 0) continue;
        sumBytes += tree.account.memoryBytes;
        const sample = toSample(tree);
        try {
          onSample?.(sample);
        } catch {
          // A listener's mistake must not end what is measured.
        }
      }
      if (sumBytes > 0) peakBytes = Math.max(peakBytes ?? 0, sumBytes);
    },
  };
}

/** What the tree took since the sample before. */
function toSample(tree: MeasuredTree): ResourceSample {
  const { account, lastLookMs: atMs, told, toldStorage } = tree;
  const { cpuMs, readBytes, writeBytes } = account.totals();
  const cpuPercent = Math.max(0, (100 * (cpuMs - told.cpuMs)) / Math.max(1, atMs - told.atMs));
  tree.told = { atMs, cpuMs };
  const sample = {
    label: tree.label,
    atMs,
    cpuPercent,
    memoryBytes: account.memoryBytes,
    processes: account.processes,
  };
  if (!account.knowsStorage) return sample;
  const bytes = readBytes + writeBytes;
  const elapsedMs = Math.max(1, atMs - toldStorage.atMs);
  tree.toldStorage = { atMs, bytes };
  return { ...sample, diskBytesPerSecond: Math.max(0, (1_000 * (bytes - toldStorage.bytes)) / elapsedMs) };
}
