import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom, normal } from "../../test/histories.ts";
import { friedman1 } from "../../test/regressions.ts";
import type { Column } from "./bin-columns.ts";
import type { LossName } from "./losses.ts";
import { predictColumns, predictTrees } from "./predict-trees.ts";
import { type TrainedTrees, trainTrees, type TrainingProgress } from "./train-trees.ts";
import type { TrainingOptions } from "./training-data.ts";

const losses: readonly LossName[] = [
  { type: "squared" },
  { type: "absolute" },
  { type: "quantile", level: 0.9 },
  { type: "huber" },
];

const anyLoss = fc.constantFrom(...losses);

const anyNumber = fc.oneof(
  fc.constantFrom(0, -0, 1e-30, -1e-30, 1e30, -1e30, 1e-45, Infinity, -Infinity, Number.NaN, 1e300),
  fc.double(),
  fc.integer({ min: -3, max: 3 }),
);

const anyTarget = fc.oneof(
  fc.constantFrom(0, 1e-30, -1e-30, 1e30, -1e30, 1e37, -1e37),
  fc.double({ min: -1e37, max: 1e37, noNaN: true }),
  fc.integer({ min: -3, max: 3 }),
);

const anyOptions: fc.Arbitrary<TrainingOptions> = fc.record({
  iterations: fc.integer({ min: 1, max: 12 }),
  learningRate: fc.constantFrom(0.1, 1),
  maxLeaves: fc.integer({ min: 2, max: 9 }),
  minRowsInLeaf: fc.integer({ min: 1, max: 5 }),
  l2: fc.constantFrom(0, 1, 10),
  rowShare: fc.constantFrom(0.5, 1),
  featureShare: fc.constantFrom(0.5, 1),
  maxBins: fc.constantFrom(2, 5, 255),
  validationShare: fc.constantFrom(0, 0.4),
  refit: fc.boolean(),
});

const anyTable = fc.array(fc.tuple(anyNumber, anyNumber, anyTarget, fc.constantFrom(0, 0.5, 1, 1e6)), {
  minLength: 1,
  maxLength: 70,
});

function train(
  columns: readonly Column[],
  values: Column,
  loss: LossName,
  options: TrainingOptions = {},
  weights?: Column,
): TrainedTrees {
  return trainTrees({ columns, targets: [{ values, loss }], weights }, options);
}

/** Mean of the squared differences. */
function meanSquaredError(predicted: Column, outcomes: Column): number {
  let sum = 0;
  for (let row = 0; row < outcomes.length; row += 1) sum += (predicted.at(row)! - outcomes.at(row)!) ** 2;
  return sum / outcomes.length;
}

test("property: whatever the data, training ends with finite predictions, also for rows never seen", () => {
  fc.assert(
    fc.property(
      anyTable,
      anyLoss,
      anyOptions,
      fc.boolean(),
      anyNumber,
      anyNumber,
      (rows, loss, options, weighted, x, z) => {
        const columns = [Float64Array.from(rows, ([x]) => x), Float64Array.from(rows, ([, z]) => z)];
        const values = Float64Array.from(rows, ([, , y]) => y);
        const weights = Float64Array.from(rows, ([, , , weight]) => weight);
        fc.pre(!weighted || weights.some((weight) => weight > 0));
        const trained = train(columns, values, loss, options, weighted ? weights : undefined);
        for (const prediction of predictColumns(trained.ensemble, columns))
          expect(prediction).toSatisfy(Number.isFinite);
        expect(predictTrees(trained.ensemble, [x, z])[0]).toSatisfy(Number.isFinite);
        for (const share of trained.importance) expect(share).toSatisfy(Number.isFinite);
        expect(trained.ensemble.thresholds.every((threshold) => !Number.isNaN(threshold))).toBe(true);
      },
    ),
    { numRuns: 400 },
  );
});

test("property: rows are sent by their values where training sent them by their bins, to the last bit", () => {
  fc.assert(
    fc.property(anyTable, anyLoss, anyOptions, (rows, loss, options) => {
      const columns = [Float64Array.from(rows, ([x]) => x), Float64Array.from(rows, ([, z]) => z)];
      const values = Float32Array.from(rows, ([, , y]) => y);
      const { ensemble, targets } = train(columns, values, loss, { ...options, validationShare: 0 });
      if (loss.type === "huber") return; // Its δ is known only inside.
      const predicted = predictColumns(ensemble, columns);
      let sum = 0;
      for (let row = 0; row < rows.length; row += 1) {
        const residual = values.at(row)! - predicted.at(row)!;
        if (loss.type === "squared") sum += residual * residual * 0.5;
        else if (loss.type === "absolute") sum += Math.abs(residual);
        else sum += residual * (residual > 0 ? 0.9 : 0.9 - 1);
      }
      expect(targets.at(0)!.trainingLoss).toBe(sum / rows.length);
    }),
  );
});

test("rows that a tree was not grown from are sent as those that it was", () => {
  const random = createRandom(13);
  const x = Float64Array.from({ length: 400 }, () => (random() < 0.4 ? Number.NaN : Math.floor(random() * 3)));
  const z = Float64Array.from({ length: 400 }, () => (random() < 0.4 ? Number.NaN : 1));
  // Missing against all others decides, then single values, then missing together with some.
  const outcomes = Float32Array.from(x, (value, row) => {
    const ofZ = Number.isNaN(z[row]) ? 100 : 0;
    return ofZ + (Number.isNaN(value) || value === 0 ? 10 : value);
  });
  const { ensemble, targets } = train([x, z], outcomes, { type: "squared" }, { rowShare: 0.5, validationShare: 0 });
  expect(targets.at(0)!.trainingLoss).toBe(meanSquaredError(predictColumns(ensemble, [x, z]), outcomes) / 2);
  expect(targets.at(0)!.trainingLoss).toBeLessThan(0.01);
});

test("property: equal outcomes are predicted exactly, without a tree", () => {
  fc.assert(
    fc.property(anyTable, anyTarget, anyLoss, anyOptions, (rows, constant, loss, options) => {
      const columns = [Float64Array.from(rows, ([x]) => x), Float64Array.from(rows, ([, z]) => z)];
      const { ensemble, importance } = train(columns, new Float64Array(rows.length).fill(constant), loss, options);
      expect(ensemble.roots).toHaveLength(0);
      expect([...importance]).toEqual([0, 0]);
      expect(predictTrees(ensemble, [1, 2]).at(0)! + 0).toBe(Math.fround(constant) + 0);
    }),
  );
});

test("one row, rows that are all alike, and features that are missing throughout give the best constant", () => {
  const nowhere = new Float64Array(30).fill(Number.NaN);
  const outcomes = Float64Array.from({ length: 30 }, (_, row) => row);
  const options = { minRowsInLeaf: 1, validationShare: 0 };
  for (const columns of [[nowhere], [new Float64Array(30).fill(3)], [nowhere, new Float64Array(30)]]) {
    const { ensemble } = train(columns, outcomes, { type: "squared" }, options);
    expect(ensemble.roots).toHaveLength(0);
    expect(ensemble.baseValues[0]).toBe(14.5);
  }
  const one = train([Float64Array.of(5)], Float64Array.of(42), { type: "quantile", level: 0.9 });
  expect(predictTrees(one.ensemble, [7])[0]).toBe(42);
});

test("property: with all data and squared loss no round makes the training loss larger", () => {
  const rows = fc.array(
    fc.tuple(
      fc.integer({ min: 0, max: 9 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: -50, max: 50 }),
    ),
    {
      minLength: 2,
      maxLength: 60,
    },
  );
  fc.assert(
    fc.property(rows, fc.constantFrom(0.1, 0.5, 1), fc.constantFrom(0, 1), (rows, learningRate, l2) => {
      const columns = [Float64Array.from(rows, ([x]) => x), Float64Array.from(rows, ([, z]) => z)];
      const values = Float64Array.from(rows, ([, , y]) => y);
      const seen: number[] = [];
      trainTrees(
        { columns, targets: [{ values, loss: { type: "squared" } }] },
        { learningRate, l2, iterations: 20, minRowsInLeaf: 2, rowShare: 1, validationShare: 0 },
        ({ trainingLoss }) => void seen.push(trainingLoss),
      );
      // Predictions are float32: 50 is right to 4e-6, which moves the mean of r²/2 by that times the root of the mean of r².
      for (let round = 1; round < seen.length; round += 1) {
        const before = seen.at(round - 1)!;
        expect(seen.at(round)! - before).toBeLessThan(4e-6 * Math.sqrt(2 * before) + 1e-11);
      }
    }),
  );
});

test("a single tree without shrinkage predicts the mean of each group of rows", () => {
  const column = Float64Array.of(1, 1, 2, 2, Number.NaN, Number.NaN);
  const { ensemble } = train(
    [column],
    Float64Array.of(1, 3, 10, 12, 20, 22),
    { type: "squared" },
    {
      iterations: 1,
      learningRate: 1,
      l2: 0,
      minRowsInLeaf: 1,
      rowShare: 1,
      validationShare: 0,
      maxLeaves: 3,
    },
  );
  expect([1, 2, Number.NaN].map((x) => predictTrees(ensemble, [x])[0])).toEqual([2, 11, 21]);
  // Values never seen go with their neighbours, not with missing ones.
  expect([-1e30, 1e30].map((x) => predictTrees(ensemble, [x])[0])).toEqual([2, 11]);
});

test("missing values take the side that fits them better", () => {
  const x = Float64Array.from({ length: 300 }, (_, row) => [0, 1, Number.NaN].at(row % 3)!);
  for (const [alike, side] of [
    [0, 0],
    [1, 1],
  ] as const) {
    const outcomes = x.map((value) => (Number.isNaN(value) ? alike : value) * 8);
    const { ensemble } = train(
      [x],
      outcomes,
      { type: "squared" },
      { iterations: 100, maxLeaves: 2, validationShare: 0 },
    );
    expect(ensemble.missingLeft[0]).toBe(1 - side);
    expect(predictTrees(ensemble, [Number.NaN])[0]).toBeCloseTo(8 * alike, 1);
  }
});

test("where no row missed a feature, missing values follow the larger side", () => {
  const x = Float64Array.from({ length: 100 }, (_, row) => (row % 4 === 0 ? 0 : 1));
  const options = { iterations: 1, validationShare: 0, rowShare: 1 };
  expect(train([x], x, { type: "squared" }, options).ensemble.missingLeft[0]).toBe(0);
  const mirrored = x.map((value) => 1 - value);
  expect(train([mirrored], x, { type: "squared" }, options).ensemble.missingLeft[0]).toBe(1);
});

test("property: the same seed gives the same trees, byte for byte, and another seed gives others", () => {
  const { columns, outcomes } = friedman1(300, 2);
  const options = { iterations: 5, rowShare: 0.5, featureShare: 0.5 };
  const once = train(columns, outcomes, { type: "absolute" }, { ...options, seed: 4 });
  expect(train(columns, outcomes, { type: "absolute" }, { ...options, seed: 4 })).toEqual(once);
  expect(train(columns, outcomes, { type: "absolute" }, { ...options, seed: 5 })).not.toEqual(once);
});

test("property: reordering features reorders importance, and predictions stay", () => {
  const { columns, outcomes } = friedman1(300, 8);
  const options = { iterations: 10, validationShare: 0 };
  const plain = train(columns, outcomes, { type: "squared" }, options);
  fc.assert(
    fc.property(fc.shuffledSubarray([...columns.keys()], { minLength: 10, maxLength: 10 }), (order) => {
      const shuffled = order.map((place) => columns.at(place)!);
      const trained = train(shuffled, outcomes, { type: "squared" }, options);
      for (const [place, from] of order.entries()) {
        expect(trained.importance[place]).toBeCloseTo(plain.importance.at(from)!, 12);
      }
      expect(predictColumns(trained.ensemble, shuffled)).toEqual(predictColumns(plain.ensemble, columns));
    }),
    { numRuns: 10 },
  );
});

test("the order of a feature's values decides, not their scale", () => {
  const { columns, outcomes } = friedman1(300, 8);
  const plain = train(columns, outcomes, { type: "squared" }, { iterations: 10 });
  const stretched = columns.map((column) => Float64Array.from(column, (value) => Math.exp(20 * value)));
  const trained = train(stretched, outcomes, { type: "squared" }, { iterations: 10 });
  expect(predictColumns(trained.ensemble, stretched)).toEqual(predictColumns(plain.ensemble, columns));
});

test("on Friedman's function the error is below a tenth of that of the mean, and features that matter lead", () => {
  const past = friedman1(2000, 1);
  const next = friedman1(1000, 2);
  const variance = meanSquaredError(
    new Float64Array(1000).fill(past.outcomes.reduce((sum, y) => sum + y, 0) / 2000),
    next.outcomes,
  );
  for (const loss of [losses.at(0)!, losses.at(1)!, losses.at(3)!]) {
    const { ensemble, importance } = train(past.columns, past.outcomes, loss);
    const error = meanSquaredError(predictColumns(ensemble, next.columns), next.outcomes);
    // Noise alone is 1, variance about 24.
    expect(error).toBeLessThan(variance / 10);
    expect(Math.min(...importance.slice(0, 5))).toBeGreaterThan(2 * Math.max(...importance.slice(5)));
    expect(importance.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  }
});

test("quantiles cover their share of rows never seen, also where the spread depends on a feature", () => {
  const random = createRandom(21);
  const make = (rows: number): { readonly x: Float64Array; readonly y: Float64Array } => {
    const x = Float64Array.from({ length: rows }, random);
    return { x, y: x.map((value) => 10 + value * 5 + (0.2 + value * 2) * normal(random)) };
  };
  const past = make(5000);
  const next = make(5000);
  for (const level of [0.1, 0.5, 0.9]) {
    const { ensemble } = train([past.x], past.y, { type: "quantile", level });
    const predicted = predictColumns(ensemble, [next.x]);
    const cover = (from: number, to: number): number => {
      const within = [...next.x.keys()].filter((row) => next.x.at(row)! >= from && next.x.at(row)! < to);
      return within.filter((row) => next.y.at(row)! <= predicted.at(row)!).length / within.length;
    };
    expect(Math.abs(cover(0, 1) - level)).toBeLessThan(0.025);
    // One width for all would cover 99 % of the calm rows at level 0.9, and 79 % of the wild ones.
    expect(Math.abs(cover(0, 0.2) - level)).toBeLessThan(0.08);
    expect(Math.abs(cover(0.8, 1) - level)).toBeLessThan(0.08);
  }
});

test("absolute and Huber loss are calm about outliers", () => {
  const { columns, outcomes } = friedman1(1500, 3);
  const spoilt = outcomes.map((y, row) => (row % 50 === 0 ? 10_000 : y));
  const error = (loss: LossName): number =>
    meanSquaredError(predictColumns(train(columns, spoilt, loss).ensemble, columns), outcomes);
  const squared = error({ type: "squared" });
  expect(error({ type: "absolute" })).toBeLessThan(squared / 100);
  expect(error({ type: "huber" })).toBeLessThan(squared / 100);
});

test("rows that weigh nothing teach nothing, and heavier rows more", () => {
  const { columns, outcomes } = friedman1(200, 6);
  const weights = Float64Array.from({ length: 200 }, (_, row) => (row % 2 === 0 ? 1 + (row % 3) : 0));
  for (const loss of losses) {
    const trainOn = (nonsense: (row: number) => number): TrainedTrees => {
      const spoilt = outcomes.map((y, row) => (row % 2 === 0 ? y : nonsense(row)));
      return train(columns, spoilt, loss, { minRowsInLeaf: 5, iterations: 20 }, weights);
    };
    const trained = trainOn(() => 1e6);
    expect(trained.ensemble.roots.length).toBeGreaterThan(0);
    expect(trained).toEqual(trainOn((row) => row / 8));
  }
  const constant = train(
    [Float64Array.of(1, 1)],
    Float64Array.of(0, 10),
    { type: "squared" },
    {},
    Float64Array.of(1, 4),
  );
  expect(constant.ensemble.baseValues[0]).toBe(8);
});

test("the rounds that are best for the last rows are kept, and their loss is told", () => {
  const random = createRandom(5);
  const x = Float64Array.from({ length: 500 }, random);
  const noise = x.map(() => normal(random));
  const seen: TrainingProgress[] = [];
  const { targets, ensemble } = trainTrees(
    { columns: [x], targets: [{ values: noise, loss: { type: "squared" } }] },
    { patience: 7 },
    (progress) => void seen.push(progress),
  );
  const searched = seen.filter(({ phase }) => phase === "search");
  const fitted = seen.filter(({ phase }) => phase === "fit");
  const { iterations, validationLoss } = targets.at(0)!;
  // There is nothing to learn, so the search ends as soon as patience does.
  expect(searched).toHaveLength(iterations + 7);
  expect(fitted).toHaveLength(iterations);
  expect(ensemble.roots).toHaveLength(iterations);
  for (const progress of searched) expect(progress.validationLoss!).toBeGreaterThanOrEqual(validationLoss!);
});

test("without `refit` the rounds after the best one are dropped", () => {
  const { columns, outcomes } = friedman1(300, 4);
  const { ensemble, targets } = train(columns, outcomes, { type: "squared" }, { refit: false, learningRate: 0.5 });
  expect(targets.at(0)!.iterations).toBeLessThan(150);
  expect(ensemble.roots).toHaveLength(targets.at(0)!.iterations);
});

test("with `featureShare` a tree looks at that many features, and other trees at others", () => {
  const { columns, outcomes } = friedman1(300, 4);
  const options = { featureShare: 0.2, iterations: 30, validationShare: 0 };
  const { ensemble } = train(columns, outcomes, { type: "squared" }, options);
  const used = new Set<number>();
  for (const [place, root] of ensemble.roots.entries()) {
    const nodes = ensemble.features.slice(root, ensemble.roots[place + 1]);
    const ofTree = new Set(nodes.filter((feature) => feature >= 0));
    expect(ofTree.size).toBeLessThanOrEqual(2);
    for (const feature of ofTree) used.add(feature);
  }
  expect(used.size).toBe(10);
});

test("the rows held back are the last ones", () => {
  const half = Float64Array.from({ length: 400 }, (_, row) => row % 2);
  // In the last fifth the feature stops to matter in the way it did.
  const outcomes = half.map((value, row) => (row < 320 ? value : 1 - value));
  const stopped = train([half], outcomes, { type: "squared" });
  expect(stopped.ensemble.roots).toHaveLength(0);
  const shuffled = half.map((value, row) => (row % 5 < 4 ? value : 1 - value));
  expect(train([half], shuffled, { type: "squared" }).ensemble.roots.length).toBeGreaterThan(0);
});

test("with `refit` the newest rows are learned, without it they are not", () => {
  const { columns, outcomes } = friedman1(500, 9);
  const held = outcomes.map((y, row) => (row < 400 ? y : y + 3));
  const mean = ({ ensemble }: TrainedTrees): number =>
    predictColumns(ensemble, columns).reduce((sum, value) => sum + value, 0) / 500;
  const old = mean(train(columns, held, { type: "squared" }, { refit: false }));
  const renewed = mean(train(columns, held, { type: "squared" }, { refit: true }));
  expect(renewed - old).toBeGreaterThan(0.3);
});

test("limits are kept: leaves, rows in a leaf, rounds", () => {
  const { columns, outcomes } = friedman1(400, 1);
  const options = { maxLeaves: 6, minRowsInLeaf: 30, iterations: 9, validationShare: 0, rowShare: 1, learningRate: 1 };
  const { ensemble, targets } = train(columns, outcomes, { type: "squared" }, options);
  expect(ensemble.roots).toHaveLength(9);
  expect(targets.at(0)!.iterations).toBe(9);
  for (const [place, root] of ensemble.roots.entries()) {
    const end = ensemble.roots[place + 1] ?? ensemble.features.length;
    const leaves = ensemble.features.slice(root, end).filter((feature) => feature < 0);
    expect(leaves.length).toBeLessThanOrEqual(6);
    const alone = { ...ensemble, baseValues: Float32Array.of(0), roots: Int32Array.of(root) };
    const rowsByValue = new Map<number, number>();
    for (const value of predictColumns(alone, columns)) rowsByValue.set(value, (rowsByValue.get(value) ?? 0) + 1);
    for (const rows of rowsByValue.values()) expect(rows).toBeGreaterThanOrEqual(30);
  }
});

test("what `onProgress` throws ends the training", () => {
  const { columns, outcomes } = friedman1(100, 1);
  let calls = 0;
  const stop = (): void => {
    calls += 1;
    if (calls === 3) throw new Error("enough");
  };
  expect(() => trainTrees({ columns, targets: [{ values: outcomes, loss: { type: "squared" } }] }, {}, stop)).toThrow(
    "enough",
  );
  expect(calls).toBe(3);
});

test("data and options out of range are refused with the reason", () => {
  const column = Float64Array.of(1, 2);
  const squared: LossName = { type: "squared" };
  const refuse = (
    columns: readonly Column[],
    values: Column,
    loss: LossName,
    options: TrainingOptions,
    weights?: Column,
  ) => expect(() => train(columns, values, loss, options, weights)).toThrow(RangeError);
  refuse([], column, squared, {});
  refuse([Float64Array.of(1)], column, squared, {});
  refuse([new Float64Array(0)], new Float64Array(0), squared, {});
  for (const bad of [Number.NaN, Infinity, 1e38]) refuse([column], Float64Array.of(1, bad), squared, {});
  for (const bad of [0, 1, Number.NaN]) refuse([column], column, { type: "quantile", level: bad }, {});
  for (const bad of [[1], [1, -1], [0, 0], [1, Number.NaN], [1, Infinity]]) {
    refuse([column], column, squared, {}, Float64Array.from(bad));
  }
  const options: readonly TrainingOptions[] = [
    { iterations: 0 },
    { learningRate: 0 },
    { learningRate: 1.1 },
    { maxLeaves: 1 },
    { minRowsInLeaf: 0 },
    { minGain: -1 },
    { l2: Number.NaN },
    { rowShare: 0 },
    { featureShare: 2 },
    { maxBins: 256 },
    { seed: 0.5 },
    { validationShare: 1 },
    { patience: 0 },
  ];
  for (const bad of options) refuse([column], column, squared, bad);
  expect(() => trainTrees({ columns: [column], targets: [] })).toThrow(RangeError);
  expect(() =>
    trainTrees({
      columns: [column],
      targets: [
        { values: column, loss: squared },
        { values: Float64Array.of(1), loss: squared },
      ],
    }),
  ).toThrow("target 1 must have 2 rows");
});
