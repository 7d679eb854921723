/**
 * Puts and gets entries one after another in a process of its own, checks every answer, and prints what it took as JSON.
 *
 *     node store-once.mjs <subject> <directory> <entries> [<folder of optional peers>]
 */
import { mkdirSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { createCacheKey } from "@ai-workflow/ai-cache";
import { encodeEntry } from "../../packages/ai-cache/dist/cache-entry.js";
import { makeEntries } from "./answers.mjs";
import { createPeerRequire, SUBJECTS } from "./subjects.mjs";
import { timePerCall } from "./time-per-call.mjs";

const WARM_UP_ENTRIES = 1_000;

const [, , name, directory, count, peers] = process.argv;
const entries = makeEntries(Number(count), { createCacheKey, encodeEntry });
const requirePeer = peers === undefined ? undefined : createPeerRequire(peers);

await measure("warm-up", entries.slice(0, WARM_UP_ENTRIES));
console.log(JSON.stringify(await measure("measured", entries)));

async function measure(folder, entries) {
  const own = path.join(directory, folder);
  mkdirSync(own, { recursive: true });
  const subject = await SUBJECTS[name].open(own, requirePeer);
  // Bare files get their bytes ready-made: encoding is what they do without.
  const encoded = entries.map((entry) => subject.encode?.(entry));
  const put = await timePerCall(entries, (entry, index) => subject.put(entry, encoded[index]));
  const get = await timePerCall(entries, (entry) => subject.get(entry));
  for (const entry of entries) {
    const found = await subject.get(entry);
    if (subject.textOf(found) !== entry.answer.text) throw new Error(`${name} gave a wrong answer`);
  }
  await subject.close?.();
  return { put, get };
}
