import { expect, test } from "vitest";
import { EventFeed } from "./event-feed.ts";

test("EventFeed keeps what a reader has not asked for yet, and answers those that ask early in order", async () => {
  const feed = new EventFeed<number>();
  feed.publish(0);
  const reader = feed.read();
  feed.publish(1);
  feed.publish(2);
  expect([await reader.next(), await reader.next()].map((result) => result.value)).toEqual([1, 2]);
  const early = [reader.next(), reader.next(), reader.next()];
  feed.publish(3);
  feed.publish(4);
  feed.close();
  expect(await Promise.all(early)).toEqual([
    { done: false, value: 3 },
    { done: false, value: 4 },
    { done: true, value: undefined },
  ]);
  expect(await feed.read().next()).toEqual({ done: true, value: undefined });
});

test("EventFeed forgets a reader that returned, so that nothing is kept for it", async () => {
  const feed = new EventFeed<number>();
  const gone = feed.read();
  const staying = feed.read();
  feed.publish(1);
  await gone.return?.();
  expect(await gone.next()).toEqual({ done: true, value: undefined });
  expect(feed.hasReaders).toBe(true);
  await staying.return?.();
  expect(feed.hasReaders).toBe(false);
});

test("EventFeed loses nothing for a reader that lags behind by thousands", async () => {
  const feed = new EventFeed<number>();
  const reader = feed.read();
  const read: (number | undefined)[] = [];
  for (let i = 0; i < 10_000; i++) {
    feed.publish(i);
    if (i % 3 !== 0) read.push((await reader.next()).value);
  }
  feed.close();
  for (let next = await reader.next(); next.done !== true; next = await reader.next()) read.push(next.value);
  expect(read).toEqual(Array.from({ length: 10_000 }, (_, i) => i));
});
