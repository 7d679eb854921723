import { expect, test } from "vitest";
import { series } from "../../test/histories.ts";
import { trainInWorker } from "./train-in-worker.ts";
import { trainPredictor } from "./train-predictor.ts";

const workerUrl = new URL("../../dist/model-files/predictor-worker.js", import.meta.url);
const samples = series(Array.from({ length: 100 }, (_, run) => 10 + (run % 7)));

test("trainInWorker() gives what trainPredictor() gives, with its progress", async () => {
  const seen: number[] = [];
  const onProgress = ({ runs }: { readonly runs: number }): void => void seen.push(runs);
  const result = await trainInWorker(samples, { nowMs: 5, workerUrl, onProgress });
  expect(result).toEqual({ outcome: "trained", files: await trainPredictor(samples, { nowMs: 5 }) });
  expect(seen).toEqual(Array.from({ length: 100 }, (_, run) => run + 1));
});

test("trainInWorker() ends when its signal aborts, before and in the middle", async () => {
  const before = await trainInWorker(samples, { nowMs: 5, workerUrl, signal: AbortSignal.abort() });
  expect(before).toEqual({ outcome: "cancelled" });
  const controller = new AbortController();
  const onProgress = (): void => controller.abort();
  expect(await trainInWorker(samples, { nowMs: 5, workerUrl, signal: controller.signal, onProgress })).toEqual({
    outcome: "cancelled",
  });
});

test("trainInWorker() says why there is nothing: too few runs, no worker, an exception of the caller's", async () => {
  expect(await trainInWorker(samples.slice(0, 3), { nowMs: 5, workerUrl })).toEqual({
    outcome: "untrained",
    reason: "3 runs of the 10 needed",
  });
  const missing = new URL("no-such-worker.js", import.meta.url);
  expect(await trainInWorker(samples, { nowMs: 5, workerUrl: missing })).toMatchObject({ outcome: "failed" });
  const onProgress = (): never => {
    throw new Error("enough");
  };
  await expect(trainInWorker(samples, { nowMs: 5, workerUrl, onProgress })).rejects.toThrow("enough");
});
