/**
 * Fills a cache through its disk store, in a process of its own.
 *
 *     node fill-once.mjs <directory> <entries>
 */
import process from "node:process";
import { createCacheKey } from "@ai-workflow/ai-cache";
import { encodeEntry } from "../../packages/ai-cache/dist/entries/cache-entry.js";
import { createDiskStore } from "../../packages/ai-cache/dist/entries/disk-store.js";
import { makeEntries } from "./answers.mjs";

const [, , directory, count] = process.argv;
const store = createDiskStore(directory, 1024 ** 3);
for (const entry of makeEntries(Number(count), { createCacheKey, encodeEntry })) store.put(entry, encodeEntry(entry));
