import { expect, test } from "vitest";
import { respond, startFaultServer, stallAfter, saySilent, stream } from "../../test/servers/fault-server.ts";
import { createWatchedFetch, type Schedule } from "./watched-fetch.ts";

interface Timers {
  readonly schedule: Schedule;
  /** Lets the time of the running timer pass. */
  readonly fire: () => void;
  readonly startedCount: () => number;
  readonly isRunning: () => boolean;
}

function createTimers(): Timers {
  let running: (() => void) | undefined;
  let startedCount = 0;
  return {
    schedule: (callback) => {
      running = callback;
      startedCount += 1;
      return () => (running = undefined);
    },
    fire: () => running?.(),
    startedCount: () => startedCount,
    isRunning: () => running !== undefined,
  };
}

const POST = { method: "POST", body: "{}" };

test("createWatchedFetch() passes a body on and remembers its beginning", async () => {
  const server = await startFaultServer(stream("data: x\n\n", "data: y\n\n"));
  const timers = createTimers();
  const watched = createWatchedFetch({ idleTimeoutMs: 10, maxAnswerBytes: 100, schedule: timers.schedule });
  const response = await watched.fetch(server.url, POST);
  expect(await response.text()).toBe("data: x\n\ndata: y\n\n");
  expect([watched.beginning(), watched.isWhole(), watched.failure()]).toEqual([
    "data: x\n\ndata: y\n\n",
    true,
    undefined,
  ]);
  expect(timers.isRunning()).toBe(false);
});

test("createWatchedFetch() ends an exchange in which not even the first byte comes", async () => {
  const server = await startFaultServer(saySilent);
  const timers = createTimers();
  const watched = createWatchedFetch({ idleTimeoutMs: 10, maxAnswerBytes: 100, schedule: timers.schedule });
  const response = watched.fetch(server.url, POST);
  timers.fire();
  await expect(response).rejects.toThrow("The server sent nothing for 10 ms");
  expect(watched.failure()).toMatchObject({ reason: "timed-out", retryable: true });
});

test("createWatchedFetch() counts the idle time anew with each part that comes, and ends a body that stops", async () => {
  const server = await startFaultServer(stallAfter("data: x\n\n"));
  const timers = createTimers();
  const watched = createWatchedFetch({ idleTimeoutMs: 10, maxAnswerBytes: 100, schedule: timers.schedule });
  const response = await watched.fetch(server.url, POST);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe("data: x\n\n");
  // With the request, with the headers, with the part.
  expect(timers.startedCount()).toBe(3);
  expect(timers.isRunning()).toBe(true);
  timers.fire();
  await expect(reader.read()).rejects.toThrow();
  expect(watched.failure()).toMatchObject({ reason: "timed-out" });
});

test("createWatchedFetch() ends a body that is too large", async () => {
  const server = await startFaultServer(respond(200, "x".repeat(200_000)));
  const watched = createWatchedFetch({ maxAnswerBytes: 1000 });
  const response = await watched.fetch(server.url, POST);
  await expect(response.text()).rejects.toThrow();
  expect(watched.failure()).toMatchObject({ reason: "malformed", message: "The server sent more than 1000 bytes" });
});

test("createWatchedFetch() does not carry keys and prompts to another address", async () => {
  const other = await startFaultServer(respond(200, "stolen"));
  const server = await startFaultServer(respond(307, "", { location: other.url }));
  const watched = createWatchedFetch({ maxAnswerBytes: 1000 });
  const response = await watched.fetch(server.url, { ...POST, headers: { "x-api-key": "k" } });
  expect([response.status, other.calls.length]).toEqual([307, 0]);
});

test("createWatchedFetch() lets go of its timer when it is disposed of", async () => {
  const server = await startFaultServer(stallAfter("data: x\n\n"));
  const timers = createTimers();
  const watched = createWatchedFetch({ idleTimeoutMs: 10, maxAnswerBytes: 100, schedule: timers.schedule });
  const response = await watched.fetch(server.url, POST);
  watched.dispose();
  expect(timers.isRunning()).toBe(false);
  await response.body?.cancel();
});

test("createWatchedFetch() does not lose an answer to a server that leaves the connection open after it", async () => {
  const server = await startFaultServer(stallAfter("data: x\n\n", "data: [DONE]\n\n"));
  const timers = createTimers();
  const watched = createWatchedFetch({ idleTimeoutMs: 10, maxAnswerBytes: 100, schedule: timers.schedule });
  const response = await watched.fetch(server.url, POST);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe("data: x\n\ndata: [DONE]\n\n");
  timers.fire();
  expect(await reader.read()).toMatchObject({ done: true });
  expect([watched.failure(), watched.isWhole()]).toEqual([undefined, true]);
});
