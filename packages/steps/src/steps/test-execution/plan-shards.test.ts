import fc from "fast-check";
import { expect, test } from "vitest";
import { estimateCosts, parseShard, planShards } from "./plan-shards.ts";

test("parseShard() reads i/n", () => expect(parseShard("2/3")).toEqual({ index: 2, count: 3 }));

test.each(["", "0/3", "4/3", "1/0", "1", "a/b", "1/2/3", "-1/3", "1.5/3", "1/1001"])(
  "parseShard() refuses %j",
  (text) => expect(() => parseShard(text)).toThrow("`i/n`"),
);

const items = fc.uniqueArray(
  fc.record({
    file: fc.string(),
    cost: fc.oneof(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constantFrom(Number.NaN, -1)),
  }),
  { selector: ({ file }) => file },
);

test("planShards() puts every file into one shard, whatever their order", () => {
  fc.assert(
    fc.property(items, fc.integer({ min: 1, max: 9 }), (list, count) => {
      const shards = planShards(list, count);
      expect(shards).toHaveLength(count);
      expect(shards.flat().toSorted()).toEqual(list.map(({ file }) => file).toSorted());
      expect(planShards(list.toReversed(), count)).toEqual(shards);
    }),
  );
});

test("planShards() keeps to the bound of list scheduling", () => {
  const costs = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(costs, fc.integer({ min: 1, max: 6 }), (list, count) => {
      const byFile = new Map(list.map((cost, index) => [`f${index}`, cost]));
      const shards = planShards(
        [...byFile].map(([file, cost]) => ({ file, cost })),
        count,
      );
      const loads = shards.map((files) => files.reduce((sum, file) => sum + (byFile.get(file) ?? 0), 0));
      const total = list.reduce((sum, cost) => sum + cost, 0);
      expect(Math.max(...loads)).toBeLessThanOrEqual(total / count + Math.max(...list));
    }),
  );
});

test("planShards() gives files without a cost to the shard that has fewest", () => {
  const list = ["a", "b", "c", "d"].map((file) => ({ file, cost: 0 }));
  expect(planShards(list, 2).map(({ length }) => length)).toEqual([2, 2]);
});

test("estimateCosts() takes what is known, and sizes at the same pace for the others", () => {
  const sizes: Readonly<Record<string, number>> = { a: 100, b: 300, c: 50 };
  const sizeOf = (file: string): number => sizes[file] ?? 0;
  expect(
    estimateCosts(["a", "b", "c"], {
      durationsMs: new Map([
        ["a", 1000],
        ["b", 1000],
      ]),
      sizeOf,
    }),
  ).toEqual([
    { file: "a", cost: 1000 },
    { file: "b", cost: 1000 },
    { file: "c", cost: 250 },
  ]);
  expect(estimateCosts(["a"], { durationsMs: new Map(), sizeOf })).toEqual([{ file: "a", cost: 100 }]);
});
