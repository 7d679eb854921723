/**
 * Puts and gets entries one after another in all stores, checks every answer, and prints what it took as JSON. The stores take turns, a batch
 * each in another order, so that whatever the file system and the machine do meanwhile meets all of them alike.
 *
 *     node --expose-gc stores-once.mjs <directory> <entries> <seed> <JSON: folder of the peer, or null, by name of the subject>
 */
import { mkdirSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { createCacheKey } from "@ai-workflow/ai-cache";
import { encodeEntry } from "../../packages/ai-cache/dist/entries/cache-entry.js";
import { createRandom, median, shuffle } from "../measure/statistics.mjs";
import { makeEntries } from "./answers.mjs";
import { createPeerRequire, SUBJECTS } from "./subjects.mjs";
import { timePerCall } from "./time-per-call.mjs";

const WARM_UP_ENTRIES = 1_000;
const BATCH_ENTRIES = 100;

const [, , directory, count, seed, folders] = process.argv;
const entries = makeEntries(Number(count), { createCacheKey, encodeEntry });
const random = createRandom(Number(seed));

await measure("warm-up", entries.slice(0, WARM_UP_ENTRIES));
console.log(JSON.stringify(await measure("measured", entries)));

async function measure(folder, entries) {
  const subjects = [];
  for (const [name, peer] of Object.entries(JSON.parse(folders))) {
    const own = path.join(directory, folder, SUBJECTS[name].folder ?? name);
    mkdirSync(own, { recursive: true });
    const subject = await SUBJECTS[name].open(own, peer === null ? undefined : createPeerRequire(peer));
    subjects.push({ name, ...subject, put: prepared(subject) });
  }
  const puts = await inTurns(subjects, entries, (subject, batch) => subject.put(batch));
  const gets = await inTurns(subjects, entries, (subject, batch) => timePerCall(batch, (entry) => subject.get(entry)));
  for (const subject of subjects) {
    for (const entry of entries) {
      if (subject.textOf(await subject.get(entry)) !== entry.answer.text) {
        throw new Error(`${subject.name} gave a wrong answer`);
      }
    }
    await subject.close?.();
  }
  return Object.fromEntries(subjects.map(({ name }) => [name, { put: puts.get(name), get: gets.get(name) }]));
}

/** Bare files get their bytes ready-made: encoding is what they do without. */
function prepared({ encode, put }) {
  return (batch) => {
    const encoded = batch.map((entry) => encode?.(entry));
    return timePerCall(batch, (entry, index) => put(entry, encoded[index]));
  };
}

/** The median of all batches, by subject: a disk that stalls once is not the store's doing. */
async function inTurns(subjects, entries, timeBatch) {
  const costs = new Map(subjects.map(({ name }) => [name, []]));
  for (let start = 0; start < entries.length; start += BATCH_ENTRIES) {
    const batch = entries.slice(start, start + BATCH_ENTRIES);
    for (const subject of shuffle(subjects, random)) {
      // What others left behind is not collected at this one's cost.
      gc({ type: "minor" });
      costs.get(subject.name).push(await timeBatch(subject, batch));
    }
  }
  const middle = (samples, key) => median(samples.map((sample) => sample[key]));
  return new Map(
    [...costs].map(([name, samples]) => [name, { wallUs: middle(samples, "wallUs"), cpuUs: middle(samples, "cpuUs") }]),
  );
}
