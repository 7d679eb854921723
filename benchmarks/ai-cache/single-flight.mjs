/** The same question from several processes at the same time. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

const WORKER = fileURLToPath(new URL("flight-worker.mjs", import.meta.url));
const PROCESSES = 4;
const CALLS = 50;

/**
 * Asks one new question a round, of a provider that takes `answerMs`; the processes are warm.
 * @returns {Promise<{ calls: number[], wallMs: number[] }>} By round: calls that reached the provider, and the time until the last caller had
 *   its answer.
 */
export async function askAtOnce({ directory, rounds, answerMs }) {
  let providerCalls = 0;
  const server = createServer((request, response) => {
    request.resume();
    providerCalls += 1;
    const text = `answer ${providerCalls}`;
    setTimeout(() => response.end(text), answerMs);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${server.address().port}`;
  const workers = Array.from({ length: PROCESSES }, () => fork(WORKER, [directory, url, String(CALLS)]));
  const calls = [];
  const wallMs = [];
  try {
    await Promise.all(workers.map((worker) => once(worker, "message")));
    for (let round = -1; round < rounds; round += 1) {
      const before = providerCalls;
      for (const worker of workers) worker.send(`question ${round}`);
      const reports = await Promise.all(workers.map((worker) => once(worker, "message")));
      const texts = new Set(reports.flatMap(([{ texts }]) => texts));
      if (texts.size !== 1) throw new Error("Callers got different answers");
      if (round < 0) continue;
      calls.push(providerCalls - before);
      wallMs.push(Math.max(...reports.map(([report]) => report.wallMs)));
    }
    for (const worker of workers) worker.send("stop");
    await Promise.all(workers.map((worker) => once(worker, "exit")));
  } finally {
    for (const worker of workers) worker.kill();
    server.closeAllConnections();
    server.close();
  }
  return { calls, wallMs };
}
