import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { friedman1 } from "../../test/regressions.ts";
import { trainInBackground } from "./train-in-background.ts";
import { type TrainedTrees, trainTrees, type TrainingProgress } from "./train-trees.ts";

const workerUrl = new URL("../../dist/trees/train-worker.js", import.meta.url);
const folder = mkdtempSync(path.join(tmpdir(), "train-worker-"));
afterAll(() => rmSync(folder, { recursive: true }));

const { columns, outcomes } = friedman1(600, 5);
const data = {
  columns,
  targets: [0.5, 0.9].map((level) => ({ values: outcomes, loss: { type: "quantile" as const, level } })),
  weights: Float64Array.from(outcomes, (_, row) => 1 + (row % 3)),
};

/** A worker of one's own making, as a file. */
function workerFile(name: string, source: string): URL {
  const file = path.join(folder, name);
  writeFileSync(file, source);
  return pathToFileURL(file);
}

test("trainInBackground() gives the trees that trainTrees() gives, with the same progress", async () => {
  const expected: TrainingProgress[] = [];
  const direct = trainTrees(data, { iterations: 30 }, (progress) => expected.push(progress));
  const seen: TrainingProgress[] = [];
  const result = await trainInBackground(
    data,
    { iterations: 30 },
    { workerUrl, onProgress: (progress) => void seen.push(progress) },
  );
  expect(result).toEqual({ outcome: "trained", trees: direct });
  expect(seen).toEqual(expected);
});

test("trainInBackground() leaves the caller's arrays alone, whatever they are part of", async () => {
  const whole = new Float64Array(1000).fill(7);
  const column = whole.subarray(100, 200);
  for (let row = 0; row < 100; row += 1) column[row] = row;
  const targets = [{ values: column, loss: { type: "squared" as const } }];
  const training = trainInBackground({ columns: [column], targets }, {}, { workerUrl });
  const direct = trainTrees({ columns: [column], targets });
  // Changed after the call, so that a worker that shared memory would see it.
  column.fill(0);
  expect(await training).toEqual({ outcome: "trained", trees: direct });
  expect(whole).toHaveLength(1000);
});

test("trainInBackground() ends the work when its signal aborts", async () => {
  const controller = new AbortController();
  let rounds = 0;
  const result = await trainInBackground(
    data,
    { iterations: 100_000, validationShare: 0, minRowsInLeaf: 1 },
    {
      workerUrl,
      signal: controller.signal,
      onProgress: () => {
        rounds += 1;
        controller.abort();
      },
    },
  );
  expect(result).toEqual({ outcome: "cancelled" });
  expect(rounds).toBe(1);
});

test("trainInBackground() starts no thread for a signal that has aborted, and none for bad data", async () => {
  const missing = new URL("no-such-worker.js", pathToFileURL(`${folder}/`));
  const signal = AbortSignal.abort();
  expect(await trainInBackground(data, {}, { workerUrl: missing, signal })).toEqual({ outcome: "cancelled" });
  await expect(trainInBackground(data, { learningRate: 2 }, { workerUrl: missing })).rejects.toThrow(RangeError);
  await expect(trainInBackground({ ...data, columns: [] }, {}, { workerUrl: missing })).rejects.toThrow(RangeError);
});

test("trainInBackground() lets go of the caller's signal", async () => {
  const { signal } = new AbortController();
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...call: Parameters<typeof add>) => {
    listeners += 1;
    add(...call);
  };
  signal.removeEventListener = (...call: Parameters<typeof remove>) => {
    listeners -= 1;
    remove(...call);
  };
  await trainInBackground(data, { iterations: 1 }, { workerUrl, signal });
  expect(listeners).toBe(0);
});

test("trainInBackground() says why the thread failed: missing file, exception, end without an answer, not a file", async () => {
  const reasonFor = async (url: URL): Promise<string> => {
    const result = await trainInBackground(data, {}, { workerUrl: url });
    return result.outcome === "failed" ? result.error.message : result.outcome;
  };
  expect(await reasonFor(new URL("no-such-worker.js", pathToFileURL(`${folder}/`)))).toContain("no-such-worker.js");
  expect(await reasonFor(workerFile("throws.mjs", 'throw new Error("out of luck")'))).toBe("out of luck");
  expect(await reasonFor(workerFile("exits.mjs", "process.exit(3)"))).toContain("code 3");
  expect(await reasonFor(new URL("https://example.invalid/worker.js"))).toContain("file");
});

test("trainInBackground() passes on what onProgress throws, and ends the thread", async () => {
  const onProgress = (): never => {
    throw new Error("enough");
  };
  await expect(trainInBackground(data, { iterations: 100_000 }, { workerUrl, onProgress })).rejects.toThrow("enough");
});

test("a process waits for the training, unless told not to keep alive", async () => {
  const script = path.join(folder, "waits.mjs");
  writeFileSync(
    script,
    `import { trainInBackground } from ${JSON.stringify(new URL("../../dist/trees/train-in-background.js", import.meta.url).href)};
    const column = Float32Array.from({ length: 400 }, (_, row) => row);
    const data = { columns: [column], targets: [{ values: column, loss: { type: "squared" } }] };
    const keepAlive = process.argv[2] === "wait";
    void trainInBackground(data, { iterations: keepAlive ? 5 : 100000, validationShare: 0 }, { keepAlive })
      .then(({ outcome }) => console.log(outcome));`,
  );
  const run = async (argument: string): Promise<string> =>
    (await promisify(execFile)(process.execPath, [script, argument])).stdout.trim();
  expect(await run("wait")).toBe("trained");
  expect(await run("leave")).toBe("");
});

test("a trained model arrives in typed arrays of its own", async () => {
  const result = await trainInBackground(data, { iterations: 2 }, { workerUrl });
  const { ensemble } = (result as { readonly trees: TrainedTrees }).trees;
  expect(ensemble.values).toBeInstanceOf(Float32Array);
  expect(ensemble.features).toBeInstanceOf(Int32Array);
  expect(ensemble.values.buffer.byteLength).toBe(ensemble.values.byteLength);
});
