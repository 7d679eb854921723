import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createSpanWriter } from "../../packages/profiler/dist/child-spans.js";
import { createSpanRecorder } from "../../packages/profiler/dist/index.js";

/** Microseconds that starting and ending a span takes, each the mean over a batch. @param {number} batches @param {number} size */
export function recorderCosts(batches, size) {
  const batch = () => {
    const recorder = createSpanRecorder();
    const root = recorder.start("run");
    return timed(size, () => recorder.start("part", { parent: root, step: "build" }).end());
  };
  batch();
  return Array.from({ length: batches }, batch);
}

/** The same for a step that appends spans to a file, two lines each. @param {number} batches @param {number} size */
export function writerCosts(batches, size) {
  const folder = mkdtempSync(path.join(tmpdir(), "spans-"));
  try {
    const batch = (_, index) => {
      const writer = createSpanWriter(path.join(folder, `${index}.jsonl`));
      return timed(size, () => writer.start("part").end());
    };
    batch(undefined, -1);
    return Array.from({ length: batches }, batch);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function timed(count, work) {
  const startMs = performance.now();
  for (let index = 0; index < count; index += 1) work();
  return (1_000 * (performance.now() - startMs)) / count;
}
