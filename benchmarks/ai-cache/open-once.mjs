/**
 * Opens a cache that holds entries already, asks one question that is there and one that is not, and prints how long each step took, in
 * milliseconds, as JSON. A process of its own, so that nothing is warm but the file cache.
 *
 *     node open-once.mjs <directory> <entry> <new entry>
 */
import process from "node:process";
import { makeQuestion } from "./answers.mjs";

const [, , directory, index, newIndex] = process.argv;
const marks = [performance.now()];
const { openAiCache } = await import("@ai-workflow/ai-cache");
marks.push(performance.now());
const cache = openAiCache({ directory, maxBytes: 1024 ** 3 });
marks.push(performance.now());
const found = await cache.getOrCompute(makeQuestion(index), fail);
marks.push(performance.now());
const computed = await cache.getOrCompute(makeQuestion(newIndex), async () => ({ finishReason: "stop", text: "new" }));
marks.push(performance.now());
if (found.source !== "disk" || computed.source !== "computed") throw new Error("The questions were answered otherwise");
const [loadMs, openMs, firstHitMs, firstStoreMs] = marks.slice(1).map((mark, step) => mark - marks[step]);
console.log(JSON.stringify({ loadMs, openMs, firstHitMs, firstStoreMs }));

function fail() {
  throw new Error("The entry is not there");
}
