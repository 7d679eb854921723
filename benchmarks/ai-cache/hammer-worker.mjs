/**
 * Asks questions through one cache as fast as it can until told to stop, and checks every answer. Started by `hammer.mjs`.
 *
 *     node hammer-worker.mjs <directory> <bytes of the budget> <questions> <seed> <calls between reports>
 */
import process from "node:process";
import { setImmediate } from "node:timers/promises";
import { openAiCache } from "@ai-workflow/ai-cache";
import { createRandom } from "../measure/statistics.mjs";

const CALLS_AT_ONCE = 8;

const [, , directory, maxBytes, questionCount, seed, reportCalls] = process.argv;
const random = createRandom(Number(seed));
// Little memory, so that most hits come from the disk.
const cache = openAiCache({ directory, maxBytes: Number(maxBytes), memoryMaxBytes: 64 * 1024 });
let calls = 0;
let wrong = 0;
let failed = 0;
const stop = new AbortController();
process.on("message", () => stop.abort());

/** The one right answer: every process gives the same, of one to nine kilobytes. */
function answerTo(index) {
  return { finishReason: "stop", text: `answer ${index}\n`.repeat(80 + ((index * 7_919) % 600)), details: { index } };
}

async function ask() {
  // Some are asked often, most seldom.
  const index = Math.floor(Number(questionCount) * random() ** 3);
  calls += 1;
  try {
    const { answer } = await cache.getOrCompute(
      { provider: "hammer", model: "m", prompt: `question ${index}` },
      async () => {
        await setImmediate();
        return answerTo(index);
      },
    );
    const expected = answerTo(index);
    if (answer.text !== expected.text || answer.details?.index !== index) wrong += 1;
  } catch {
    failed += 1;
  }
}

function report(type) {
  process.send({ type, calls, wrong, failed, stats: cache.stats() });
}

let reportedCalls = 0;
while (!stop.signal.aborted) {
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, ask));
  if (calls - reportedCalls >= Number(reportCalls)) {
    reportedCalls = calls;
    report("going");
  }
  await setImmediate();
}
report("end");
cache.close();
process.disconnect();
