import { join } from "node:path";
import { expect, test } from "vitest";
import { createGate } from "../../test/scripted-server.ts";
import { temporaryDirectory } from "../../test/temporary-directory.ts";
import type { ModelAnswer } from "../entries/cache-entry.ts";
import { openAiCache } from "../open-ai-cache.ts";
import { streamThroughCache, type StreamedAnswer, type StreamThroughCacheOptions } from "./stream-through-cache.ts";

type Options = StreamThroughCacheOptions<string, string>;

function ask(options: Partial<Options> & Pick<Options, "open">): Promise<StreamedAnswer<string, string>> {
  const cache = openAiCache({ directory: join(temporaryDirectory(), "cache") });
  return streamThroughCache({
    cache,
    parts: { provider: "p", model: "m", prompt: "hi" },
    mode: "on",
    label: undefined,
    signal: undefined,
    isValid: () => true,
    createCollector: () => {
      let text = "";
      return {
        add: (chunk): string => {
          text += chunk;
          return chunk.toUpperCase();
        },
        finish: (): ModelAnswer => ({ finishReason: "stop", text }),
      };
    },
    ...options,
  });
}

function streamOf(...chunks: readonly string[]): ReadableStream<string> {
  return new ReadableStream({
    start(controller): void {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

async function readAll(answer: StreamedAnswer<string, string>): Promise<string> {
  let text = "";
  if (answer.type === "live") for await (const chunk of answer.stream ?? []) text += chunk;
  return text;
}

test("streamThroughCache() ends the caller's stream when the answer has been stored, not before", async () => {
  const cache = openAiCache({ directory: join(temporaryDirectory(), "cache") });
  const open = async (): ReturnType<Options["open"]> => ({ head: "head", stream: streamOf("a", "b") });
  const first = await ask({ cache, open });
  expect(first).toMatchObject({ type: "live", head: "head" });
  expect(await readAll(first)).toBe("AB");
  expect(cache.stats().storedCount).toBe(1);
  expect(await ask({ cache, open })).toMatchObject({
    type: "served",
    result: { source: "memory", answer: { text: "ab" } },
  });
});

test("streamThroughCache() ends a stream as the provider ended it, though nothing could be collected from it", async () => {
  const answer = await ask({
    open: async () => ({ head: "head", stream: streamOf("a") }),
    createCollector: () => ({
      add: (chunk) => chunk,
      finish: (): never => {
        throw new Error("cut");
      },
    }),
  });
  expect(await readAll(answer)).toBe("a");
});

test("streamThroughCache() fails the caller's stream with what the provider's failed with", async () => {
  const gate = createGate();
  const stream = new ReadableStream<string>({
    async start(controller): Promise<void> {
      controller.enqueue("a");
      await gate.opened;
      controller.error(new Error("reset"));
    },
  });
  const answer = await ask({ open: async () => ({ head: "head", stream }) });
  const rest = readAll(answer);
  gate.open();
  await expect(rest).rejects.toThrow("reset");
});

test("streamThroughCache() rejects when the provider does not begin to answer", async () => {
  const open = (): never => {
    throw new Error("refused");
  };
  await expect(ask({ open })).rejects.toThrow("refused");
});

test("streamThroughCache() cancels the provider's stream when a chunk cannot be taken, and when its only caller leaves", async () => {
  const cancelled: unknown[] = [];
  const endless = (): ReadableStream<string> =>
    new ReadableStream({
      pull: (controller) => controller.enqueue("a"),
      cancel: (reason) => void cancelled.push(reason),
    });
  const tooMuch = new Error("too much");
  const refusing = await ask({
    open: async () => ({ head: "head", stream: endless() }),
    createCollector: () => ({
      add: (): never => {
        throw tooMuch;
      },
      finish: () => ({ finishReason: "stop", text: "a" }),
    }),
  });
  await expect(readAll(refusing)).rejects.toThrow("too much");

  const gone = createGate();
  const slow = new ReadableStream<string>({
    cancel: (reason): void => {
      cancelled.push(reason);
      gone.open();
    },
  });
  const left = await ask({ open: async () => ({ head: "head", stream: slow }) });
  if (left.type === "live") await left.stream?.cancel("enough");
  await gone.opened;
  expect(cancelled).toEqual([tooMuch, "enough"]);
});

test("streamThroughCache() holds on to the caller's signal only while it waits", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const opened: AbortSignal[] = [];
  const open = async (given: AbortSignal): ReturnType<Options["open"]> => {
    opened.push(given);
    return { head: "head", stream: streamOf("a") };
  };
  expect(await readAll(await ask({ signal, open }))).toBe("A");
  controller.abort(new Error("gone"));
  expect(opened[0]?.aborted).toBe(false);
  await expect(ask({ signal, open })).rejects.toThrow("gone");
  expect(opened).toHaveLength(1);
});
