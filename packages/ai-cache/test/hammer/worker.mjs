// A process that hammers a cache: it asks questions of a fixed set, in a drawn order, and checks every answer.
// Argument: JSON of { directory, maxBytes, seed, operationCount?, durationMs?, questionCount, answerBytes, reportEvery, concurrency? };
// it ends after `operationCount` operations or `durationMs`, whichever comes first. Messages to the parent, if there is one:
// { type: "progress", doneCount, wrongCount } once so many operations are in the lifetime statistics, then { type: "done", doneCount, wrongCount, stats }.
import { openAiCache } from "../../dist/index.js";

const task = JSON.parse(process.argv[2] ?? "{}");
const { directory, maxBytes, seed, questionCount, answerBytes, reportEvery } = task;
const operationCount = task.operationCount ?? Number.POSITIVE_INFINITY;
const endMs = performance.now() + (task.durationMs ?? Number.POSITIVE_INFINITY);
const concurrency = task.concurrency ?? 4;

// Small memory, so that most look-ups go to the disk, where the other processes are.
const cache = openAiCache({ directory, maxBytes, memoryMaxBytes: Math.ceil(maxBytes / 50) });

/** Source: mulberry32, a public-domain generator by Tommy Ettinger. */
function createRandom(start) {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The one right answer: no two questions share a line of it. */
function answerTo(question) {
  const line = `answer to question ${question}\n`;
  // Its length is its question's, too: mixing up two files would show.
  return line.repeat(Math.ceil((answerBytes * (0.5 + ((question * 7) % 11) / 10)) / line.length));
}

async function ask(question, mode) {
  const parts = { provider: "hammer", model: "m", prompt: `question ${question}` };
  const compute = async () => ({
    finishReason: "stop",
    text: answerTo(question),
    usage: { inputTokens: 10, outputTokens: 1 },
  });
  const { answer } = await cache.getOrCompute(parts, compute, { mode });
  return answer.text === answerTo(question);
}

const random = createRandom(seed);
let doneCount = 0;
let wrongCount = 0;
let reportedCount = 0;
while (doneCount < operationCount && performance.now() < endMs) {
  const count = Math.min(concurrency, operationCount - doneCount);
  const calls = Array.from({ length: count }, () => {
    // Some questions are asked much more often than others.
    const question = Math.floor(random() ** 2 * questionCount);
    return ask(question, random() < 0.05 ? "refresh" : "on");
  });
  for (const isRight of await Promise.all(calls)) if (!isRight) wrongCount += 1;
  doneCount += count;
  if (doneCount - reportedCount >= reportEvery) {
    reportedCount = doneCount;
    cache.totals();
    process.send?.({ type: "progress", doneCount, wrongCount });
  }
}
cache.close();
process.send?.({ type: "done", doneCount, wrongCount, stats: cache.stats() });
if (process.connected) process.disconnect();
