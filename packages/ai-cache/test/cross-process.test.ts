import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createCacheKey, openAiCache, type CacheKeyParts, type ModelAnswer } from "../src/index.ts";
import { startAskingProcess, type AskingProcess } from "./asking-process.ts";
import { startSteppedServer } from "./stepped-server.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const ANSWER: ModelAnswer = {
  finishReason: "stop",
  text: "fine",
  usage: { inputTokens: 100, outputTokens: 20 },
  costUsd: 0.25,
};
const QUESTION: CacheKeyParts = { provider: "p", model: "m", prompt: "Review this." };

function startProcesses(directory: string, count: number): Promise<AskingProcess[]> {
  return Promise.all(Array.from({ length: count }, () => startAskingProcess({ directory })));
}

function filesOf(directory: string): string[] {
  return readdirSync(join(directory, createCacheKey(QUESTION).slice(0, 2)));
}

test("200 concurrent identical requests from 4 processes make exactly one call to the provider", async () => {
  const directory = join(temporaryDirectory(), "cache");
  const server = await startSteppedServer();
  const processes = await startProcesses(directory, 4);
  const calls = processes.map((process) => process.ask({ parts: QUESTION, url: server.url, count: 50 }));
  const call = await server.nextCall();
  await Promise.all(calls.map(({ asked }) => asked));
  call.answer(ANSWER);
  const settled = await Promise.all(calls.map((each) => each.settled));

  const results = settled.flatMap((each) => each.results);
  expect(server.callCount()).toBe(1);
  expect(results.map(({ answer }) => answer)).toEqual(Array.from({ length: 200 }, () => ANSWER));
  expect(results.filter(({ source }) => source === "computed")).toHaveLength(1);
  expect(results.filter(({ source }) => source === "coalesced")).toHaveLength(199);
  const sum = (count: (each: (typeof settled)[number]["stats"]) => number): number =>
    settled.reduce((total, { stats }) => total + count(stats), 0);
  expect(sum((stats) => stats.callCount)).toBe(200);
  expect(sum((stats) => stats.misses.absent)).toBe(1);
  expect(sum((stats) => stats.coalescedCount)).toBe(199);
  expect(sum((stats) => stats.storedCount)).toBe(1);
  expect(sum((stats) => stats.savedTokens.inputTokens)).toBe(199 * 100);
  expect(sum((stats) => stats.savedCostUsd)).toBe(199 * 0.25);
  expect(filesOf(directory)).toEqual([`${createCacheKey(QUESTION)}.json`]);
});

test("a killed leader is followed by exactly one of those who wait", async () => {
  const directory = join(temporaryDirectory(), "cache");
  const server = await startSteppedServer();
  const [leader, ...followers] = await startProcesses(directory, 4);
  const lost = leader?.ask({ parts: QUESTION, url: server.url });
  await Promise.all([server.nextCall(), lost?.asked]);
  const calls = followers.map((process) => process.ask({ parts: QUESTION, url: server.url }));
  await Promise.all(calls.map(({ asked }) => asked));
  expect(server.callCount()).toBe(1);

  await leader?.kill();
  const second = await server.nextCall();
  second.answer(ANSWER);
  const settled = await Promise.all(calls.map((each) => each.settled));
  expect(settled.map(({ results }) => results[0]?.source).sort()).toEqual(["coalesced", "coalesced", "computed"]);
  expect(server.callCount()).toBe(2);
  expect(filesOf(directory)).toEqual([`${createCacheKey(QUESTION)}.json`]);
});

test("a leader whose callers leave, or whose cache is closed, makes way for the next process", async () => {
  const directory = join(temporaryDirectory(), "cache");
  const server = await startSteppedServer();
  const [first, second, third] = await startProcesses(directory, 3);
  const left = first?.ask({ parts: QUESTION, url: server.url });
  await server.nextCall();
  const closed = second?.ask({ parts: QUESTION, url: server.url });
  await closed?.asked;
  left?.abort();
  expect((await left?.settled)?.results).toEqual([{ source: "failed", message: "left" }]);
  const slow = await server.nextCall();
  const last = third?.ask({ parts: QUESTION, url: server.url });
  await last?.asked;
  second?.close();
  (await server.nextCall()).answer(ANSWER);
  expect((await last?.settled)?.results).toMatchObject([{ source: "computed", stored: true }]);
  slow.answer({ ...ANSWER, text: "slow" });
  expect((await closed?.settled)?.results).toMatchObject([{ source: "computed", answer: { text: "slow" } }]);
});

test("followers of an answer that may not be stored, or of a failure, ask for themselves, one at a time", async () => {
  const directory = join(temporaryDirectory(), "cache");
  const server = await startSteppedServer();
  const processes = await startProcesses(directory, 3);
  const calls = processes.map((process) => process.ask({ parts: QUESTION, url: server.url }));
  await Promise.all(calls.map(({ asked }) => asked));
  (await server.nextCall()).answer({ ...ANSWER, finishReason: "length" });
  const second = await server.nextCall();
  expect(server.callCount()).toBe(2);
  second.fail(500);
  const third = await server.nextCall();
  expect(server.callCount()).toBe(3);
  third.answer(ANSWER);
  const settled = await Promise.all(calls.map((each) => each.settled));
  expect(settled.map(({ results }) => results[0]?.source).sort()).toEqual(["computed", "computed", "failed"]);
  expect(server.callCount()).toBe(3);
});

test("a read-only process waits for the one that asks and leaves no trace, a replaying one does not wait", async () => {
  const directory = join(temporaryDirectory(), "cache");
  const server = await startSteppedServer();
  const [leader, reader, replayer] = await startProcesses(directory, 3);
  const leading = leader?.ask({ parts: QUESTION, url: server.url });
  const call = await server.nextCall();
  const reading = reader?.ask({ parts: QUESTION, url: server.url, mode: "read-only" });
  await reading?.asked;
  const replayed = await replayer?.ask({ parts: QUESTION, url: server.url, mode: "replay" }).settled;
  expect(replayed?.results).toMatchObject([{ source: "failed" }]);
  call.answer(ANSWER);
  expect((await reading?.settled)?.results).toMatchObject([{ source: "coalesced", answer: ANSWER }]);
  await leading?.settled;

  const other = { ...QUESTION, salt: "1" };
  const alone = reader?.ask({ parts: other, url: server.url, mode: "read-only" });
  const aloneCall = await server.nextCall();
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" });
  expect(names.filter((name) => name.includes(createCacheKey(other)))).toEqual([]);
  aloneCall.answer(ANSWER);
  expect((await alone?.settled)?.results).toMatchObject([{ source: "computed", stored: false }]);
});

test("processes that refresh at the same time share one new answer, and none takes the old one for it", async () => {
  const directory = join(temporaryDirectory(), "cache");
  const server = await startSteppedServer();
  const processes = await startProcesses(directory, 3);
  const old = processes[0]?.ask({ parts: QUESTION, url: server.url });
  (await server.nextCall()).answer({ ...ANSWER, text: "old" });
  await old?.settled;
  const calls = processes.map((process) => process.ask({ parts: QUESTION, url: server.url, mode: "refresh" }));
  const call = await server.nextCall();
  await Promise.all(calls.map(({ asked }) => asked));
  call.answer({ ...ANSWER, text: "new" });
  const settled = await Promise.all(calls.map((each) => each.settled));
  expect(settled.map(({ results }) => results[0]?.answer?.text)).toEqual(["new", "new", "new"]);
  expect(server.callCount()).toBe(2);
});

test("cleanup() sweeps the lock of a killed process, not that of a living one, and takes neither for an entry", async () => {
  const directory = join(temporaryDirectory(), "cache");
  const server = await startSteppedServer();
  const [killed, living] = await startProcesses(directory, 2);
  killed?.ask({ parts: QUESTION, url: server.url });
  await server.nextCall();
  const asked = living?.ask({ parts: { ...QUESTION, salt: "1" }, url: server.url });
  const call = await server.nextCall();
  await killed?.kill();
  const cache = openAiCache({ directory });
  expect(cache.verify()).toMatchObject({ checkedCount: 0, damaged: [] });
  expect(cache.cleanup()).toMatchObject({ lockFileCount: 1, keptCount: 0, evictedCount: 0 });
  expect(filesOf(directory)).toEqual([]);
  expect(cache.cleanup()).toMatchObject({ lockFileCount: 0 });
  call.answer(ANSWER);
  expect((await asked?.settled)?.results).toMatchObject([{ source: "computed", stored: true }]);
});
