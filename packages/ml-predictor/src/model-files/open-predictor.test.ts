import * as fc from "fast-check";
import { expect, test } from "vitest";
import { anyHistory, createRandom, sample, series } from "../../test/histories.ts";
import { createPredictor } from "../create-predictor.ts";
import { createModelCandidate } from "../model/create-model-candidate.ts";
import { machineRules, simpleRules } from "../rules.ts";
import type { Sample } from "../sample.ts";
import { needsTraining } from "./needs-training.ts";
import { openPredictor } from "./open-predictor.ts";
import type { ReadFiles } from "./read-predictor-files.ts";
import { trainPredictor } from "./train-predictor.ts";

async function filesOf(samples: readonly Sample[]): Promise<Extract<ReadFiles, { readonly found: true }>> {
  const training = await trainPredictor(samples, { nowMs: 0 });
  if (!training.trained) throw new Error(training.reason);
  return { found: true, document: training.json, onnx: training.onnx };
}

/** Steps whose time follows their input and machine. */
function bySize(seed: number, runs: number): Sample[] {
  const random = createRandom(seed);
  return Array.from({ length: runs }, (_, run) =>
    Array.from({ length: 6 }, (_unused, place) => {
      const bytes = 1e4 * 10 ** (3 * random());
      const machine = run % 2 === 0 ? "small" : "large";
      const seconds = (bytes / 1e5) * (place + 1) * (machine === "small" ? 2 : 1) * (1 + 0.05 * random());
      return sample({ run, step: `step-${place}`, kind: `kind-${place % 2}`, machine, seconds, features: { bytes } });
    }),
  ).flat();
}

/** Odd histories one after the other, long enough to train on nearly always. */
const longHistory = fc.array(anyHistory, { minLength: 12, maxLength: 25 }).map((parts) => parts.flat());

const history = bySize(1, 60);
const trained = await filesOf(history);
const queries = Array.from({ length: 8 }, (_, place) => ({
  step: `step-${place}`,
  kind: "kind-1",
  machine: "small",
  features: { bytes: 5000 * 7 ** place },
}));

test("a prediction from files is that of the self-training predictor at the moment of training", async () => {
  const direct = createPredictor(history, { candidates: [...simpleRules, ...machineRules, createModelCandidate()] });
  const opened = await openPredictor({ files: trained, samples: history });
  expect(opened.trained).toBe(true);
  expect(trained.document.candidates[trained.document.byDefault]?.name).toBe("model");
  for (const query of queries) {
    const [expected, given] = [direct.predict(query), opened.predict(query)];
    expect({ source: given.source, runs: given.runs }).toEqual({ source: expected.source, runs: expected.runs });
    expect(given.p50Ms / expected.p50Ms).toBeCloseTo(1, 5);
    expect(given.p90Ms / expected.p90Ms).toBeCloseTo(1, 5);
  }
});

test("the native runtime gives what TypeScript gives", async () => {
  const opened = await openPredictor({ files: trained, samples: history, runtime: "native" });
  expect(opened.runtime).toBe("native");
  const native = await opened.predictAll(queries);
  for (const [place, query] of queries.entries()) {
    const prediction = opened.predict(query);
    expect(native[place]?.p50Ms).toBeCloseTo(prediction.p50Ms, 3);
    expect(native[place]?.source).toBe(prediction.source);
  }
  await opened.release();
});

test("property: whatever the history, files give what the self-training predictor gives, and finite answers", async () => {
  await fc.assert(
    fc.asyncProperty(longHistory, async (samples) => {
      const training = await trainPredictor(samples, { nowMs: 0 });
      fc.pre(training.trained);
      const files: ReadFiles = { found: true, document: training.json, onnx: training.onnx };
      const opened = await openPredictor({ files, samples });
      const namesMachines = samples.some(({ machine }) => machine !== undefined);
      const candidates = [...simpleRules, ...(namesMachines ? machineRules : []), createModelCandidate()];
      const direct = createPredictor(samples, { candidates });
      for (const step of ["a", "b", "__proto__", "never"]) {
        const [expected, given] = [direct.predict({ step }), opened.predict({ step })];
        expect(given.source).toBe(expected.source);
        expect(given.runs).toBe(expected.runs);
        expect(Math.abs(given.p50Ms - expected.p50Ms)).toBeLessThanOrEqual(1e-4 * expected.p50Ms + 1e-3);
        expect(Math.abs(given.p90Ms - expected.p90Ms)).toBeLessThanOrEqual(1e-4 * expected.p90Ms + 1e-3);
        expect(Number.isFinite(given.p90Ms)).toBe(true);
      }
    }),
    { numRuns: 40 },
  );
});

test("rows after the training are learned", async () => {
  const steady = series(Array.from({ length: 20 }, () => 10));
  const files = await filesOf(steady);
  const later = [...steady, ...Array.from({ length: 10 }, (_, run) => sample({ run: 20 + run, seconds: 100 }))];
  const opened = await openPredictor({ files, samples: later });
  expect(opened.predict({ step: "build" }).p50Ms).toBeCloseTo(100_000, 0);
  expect(opened.predict({ step: "build" }).runs).toBe(30);
});

test("without files, with few runs, or with files that do not fit, simple rules serve and the status says why", async () => {
  const missing: ReadFiles = { found: false, reason: "missing", message: "no predictor was trained yet" };
  const empty = await openPredictor({ files: missing, samples: [] });
  expect(empty.predict({ step: "a" })).toMatchObject({ p50Ms: 60_000, runs: 0 });
  expect(empty.status.join("\n")).toContain("10 more runs");
  const few = await openPredictor({ files: trained, samples: history.slice(0, 6 * 5) });
  expect(few.trained).toBe(false);
  expect(few.status[0]).toContain("5 runs of the 10 needed");
  const otherColumns = history.map(({ features: _features, ...row }) => ({ ...row, features: { files: 3 } }));
  const other = await openPredictor({ files: trained, samples: otherColumns });
  expect(other.trained).toBe(false);
  expect(other.status[0]).toContain("columns");
  const foreign = { ...trained.document, byDefault: 0, candidates: [{ name: "oracle", total: null }], steps: [] };
  const unknown = await openPredictor({
    files: { found: true, document: { ...foreign, newcomer: null } },
    samples: history,
  });
  expect(unknown.status[0]).toContain('"oracle"');
  const swapped = await openPredictor({ files: { ...trained, onnx: new Uint8Array(50) }, samples: history });
  expect(swapped.status[0]).toContain("do not belong");
  for (const opened of [few, other, unknown, swapped]) {
    expect(opened.predict({ step: "step-0" }).p50Ms).toBeGreaterThan(0);
  }
});

test("a step that ran last long before the latest rows is still known while nothing is trained", async () => {
  const rows = [sample({ run: 0, step: "rare", seconds: 77 })];
  for (let run = 1; run < 150; run += 1) {
    for (let place = 0; place < 20; place += 1) rows.push(sample({ run, step: `s${place}`, seconds: 1 }));
  }
  const opened = await openPredictor({ files: { found: false, reason: "missing", message: "none" }, samples: rows });
  expect(opened.predict({ step: "rare" }).runs).toBe(1);
  expect(opened.predict({ step: "rare" }).source).not.toContain("never seen");
  expect(opened.predict({ step: "s1" }).runs).toBe(149);
});

test("one step only, equal durations and a clock that goes backwards train and serve", async () => {
  const rows = series(Array.from({ length: 30 }, () => 4)).map((row, place) => ({ ...row, time: 1e9 - place }));
  const opened = await openPredictor({ files: await filesOf(rows), samples: rows });
  expect(opened.predict({ step: "build", time: 5 })).toMatchObject({ p50Ms: 4000, runs: 30 });
  expect(opened.predict({ step: "build" }).p90Ms).toBeLessThan(4200);
});

test("training is needed at ten runs, after a fifth more rows, on drift and for other features, and not otherwise", async () => {
  const rows = series(Array.from({ length: 60 }, (_, run) => 10 + (run % 2) * 0.1));
  const { document } = await filesOf(rows);
  const more = (durations: readonly number[]): Sample[] => [
    ...rows,
    ...durations.map((seconds, run) => sample({ run: 60 + run, seconds })),
  ];
  expect(needsTraining(undefined, rows.slice(0, 9)).needed).toBe(false);
  expect(needsTraining(undefined, rows.slice(0, 10)).needed).toBe(true);
  expect(needsTraining(document, rows).needed).toBe(false);
  expect(needsTraining(document, more(Array.from({ length: 11 }, () => 10))).needed).toBe(false);
  expect(needsTraining(document, more(Array.from({ length: 12 }, () => 10)))).toMatchObject({ needed: true });
  expect(needsTraining(document, more([20, 40, 20, 60, 30])).because).toContain("further off");
  expect(needsTraining({ ...document, featureVersion: 99 }, rows).because).toContain("features");
  const drifted = await openPredictor({ files: { found: true, document: document }, samples: rows });
  expect(drifted.status.join("\n")).not.toContain("recommended");
});

test("below ten runs nothing is trained, and the reason says how many there are", async () => {
  expect(await trainPredictor(series([1, 2, 3]), { nowMs: 0 })).toEqual({
    trained: false,
    reason: "3 runs of the 10 needed",
  });
  await expect(trainPredictor([], { nowMs: Number.NaN })).rejects.toThrow(RangeError);
});
