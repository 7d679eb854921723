import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { readThreadCpuMs } from "./read-thread-cpu-ms.ts";

const isKnown = process.platform === "linux" || "threadCpuUsage" in process;

test.runIf(isKnown)("readThreadCpuMs() tells the time of the thread that calls it, not of the process", async () => {
  const begin = process.cpuUsage();
  while (process.cpuUsage(begin).user < 150_000);
  const worker = new Worker(
    `const { parentPort, workerData } = require("node:worker_threads");
    import(workerData).then(({ readThreadCpuMs }) => {
      const before = readThreadCpuMs();
      while (readThreadCpuMs() < before + 50);
      parentPort.postMessage(readThreadCpuMs());
    });`,
    { eval: true, workerData: new URL("../../dist/resources/read-thread-cpu-ms.js", import.meta.url).href },
  );
  const [inWorker] = (await once(worker, "message")) as [number];
  const { user, system } = process.cpuUsage();
  expect(inWorker).toBeGreaterThanOrEqual(50);
  expect(inWorker).toBeLessThan((user + system) / 1_000 - 100);
  expect(readThreadCpuMs()).toBeGreaterThanOrEqual(100);
});
