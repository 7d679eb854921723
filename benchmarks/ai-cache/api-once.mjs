/**
 * Asks the same questions through `getOrCompute` in a process of its own: missed and stored, then found on disk by a cache just opened, then found
 * in memory. Checks every answer, and prints what each way took as JSON.
 *
 *     node api-once.mjs <directory> <entries>
 */
import path from "node:path";
import process from "node:process";
import { createCacheKey, openAiCache } from "@ai-workflow/ai-cache";
import { encodeEntry } from "../../packages/ai-cache/dist/entries/cache-entry.js";
import { makeEntries, makeQuestion } from "./answers.mjs";
import { timePerCall } from "./time-per-call.mjs";

const WARM_UP_ENTRIES = 1_000;
const PLENTY = 1024 ** 3;

const [, , directory, count] = process.argv;
const entries = makeEntries(Number(count), { createCacheKey, encodeEntry });

await measure("warm-up", entries.slice(0, WARM_UP_ENTRIES));
console.log(JSON.stringify(await measure("measured", entries)));

async function measure(folder, entries) {
  const open = (name, options) =>
    openAiCache({ directory: path.join(directory, folder, name), maxBytes: PLENTY, ...options });
  const questions = entries.map((_, index) => makeQuestion(index));
  // Two bytes a character, in UTF-8 and in memory.
  const longQuestions = questions.map((question) => ({ ...question, prompt: question.prompt.padEnd(16_384, " “x”") }));
  const costs = {};
  const ask = async (name, cache, questions, source) => {
    const compute = (index) => () => Promise.resolve(entries[index].answer);
    const call = (question, index) => cache.getOrCompute(question, compute(index));
    costs[name] = await timePerCall(questions, call, (result, index) => {
      if (result.source !== source || result.answer.text !== entries[index].answer.text) {
        throw new Error(`${name}: wrong answer, or from ${result.source}`);
      }
    });
  };
  const alone = open("alone", { crossProcess: false });
  await ask("miss and store, `crossProcess: false`", alone, questions, "computed");
  const first = open("shared", { memoryMaxBytes: PLENTY });
  await ask("miss and store", first, questions, "computed");
  await ask("hit in memory", first, questions, "memory");
  const second = open("shared", { memoryMaxBytes: PLENTY });
  await ask("hit on disk", second, questions, "disk");
  const third = open("long", { memoryMaxBytes: PLENTY, crossProcess: false });
  await ask("miss and store, prompts of 32 KB", third, longQuestions.slice(0, 1_000), "computed");
  await ask("hit in memory, prompts of 32 KB", third, longQuestions.slice(0, 1_000), "memory");
  delete costs["miss and store, prompts of 32 KB"];
  for (const cache of [alone, first, second, third]) cache.close();
  return costs;
}
