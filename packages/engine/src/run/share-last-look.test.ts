import { expect, test } from "vitest";
import { shareLastLook } from "./share-last-look.ts";

test("each look while steps run is one of its own; those after the end share one that was begun after the end", async () => {
  let looks = 0;
  const shared = shareLastLook(async () => ++looks);
  expect([await shared.list(), await shared.list()]).toEqual([1, 2]);
  const late = shared.list();
  shared.last();
  expect(await Promise.all([shared.list(), shared.list(), late])).toEqual([4, 4, 3]);
  expect(await shared.list()).toBe(4);
});
