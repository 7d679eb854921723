import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ensembleAndRows, flatten, metadataFor } from "../../test/ensemble-arbitrary.ts";
import { createEvaluator } from "./create-evaluator.ts";
import { encodeOnnx } from "./encode-onnx.ts";
import { loadOnnxRuntime } from "./load-onnxruntime.ts";
import { openModel, type OpenModel, type OpenModelOptions } from "./open-model.ts";

async function open(bytes: Uint8Array, options: OpenModelOptions): Promise<OpenModel> {
  const opened = await openModel(bytes, options);
  if (!opened.ok) throw new Error(opened.message);
  return opened.model;
}

const branch = {
  feature: 0,
  threshold: 0.5,
  missingLeft: true,
  left: { target: 0, value: 1 },
  right: { target: 0, value: 2 },
};
const small = flatten(2, 1, [10], [branch]);

describe.each(["native", "typescript"] as const)("openModel() with the runtime %s", (runtime) => {
  test("says what evaluates the model and why", async () => {
    const model = await open(await encodeOnnx(small, metadataFor(2)), { runtime });
    expect(model).toMatchObject({
      runtime,
      runtimeReason: "it was asked for",
      metadata: metadataFor(2),
      ensemble: small,
    });
    await model.release();
  });

  test("sends a row left at the threshold, right above it, and a missing value where the node says", async () => {
    const model = await open(await encodeOnnx(small, metadataFor(2)), { runtime });
    expect([...(await model.predict(Float32Array.of(0.5, 0, 0.6, 0, NaN, 0)))]).toEqual([11, 12, 11]);
    expect(await model.predict(new Float32Array(0))).toEqual(new Float32Array(0));
    await model.release();
  });

  test("predicts what the evaluator does, bit for bit, for any ensemble", async () => {
    await fc.assert(
      fc.asyncProperty(ensembleAndRows, async ({ ensemble, rows }) => {
        const model = await open(await encodeOnnx(ensemble, metadataFor(ensemble.featureCount)), { runtime });
        expect(await model.predict(rows)).toEqual(createEvaluator(ensemble).predict(rows));
        await model.release();
      }),
      { numRuns: 300 },
    );
  });

  test("refuses rows that are not whole, and predictions after the release, which may come twice", async () => {
    const model = await open(await encodeOnnx(small, metadataFor(2)), { runtime });
    await expect(model.predict(new Float32Array(3))).rejects.toThrow(RangeError);
    const underWay = model.predict(new Float32Array(2));
    await Promise.all([model.release(), model.release()]);
    expect([...(await underWay)]).toEqual([11]);
    await expect(model.predict(new Float32Array(2))).rejects.toThrow("Cannot predict: the model was released");
  });

  test("refuses a file that is none", async () => {
    expect(await openModel(Uint8Array.of(1, 2, 3), { runtime })).toMatchObject({ ok: false, reason: "corrupt" });
  });
});

test("stock onnxruntime runs the file as it is and gives what the evaluator gives", async () => {
  const loaded = await loadOnnxRuntime();
  if (!loaded.ok) throw new Error(loaded.message);
  const { InferenceSession, Tensor } = loaded.runtime;
  await fc.assert(
    fc.asyncProperty(ensembleAndRows, async ({ ensemble, rows }) => {
      fc.pre(rows.length > 0);
      const { featureCount } = ensemble;
      const session = await InferenceSession.create(await encodeOnnx(ensemble, metadataFor(featureCount)), {
        executionProviders: ["cpu"],
        executionMode: "sequential",
        intraOpNumThreads: 2,
        interOpNumThreads: 1,
        logSeverityLevel: 4,
      });
      const dimensions = [rows.length / featureCount, featureCount];
      const { predictions } = await session.run({ features: new Tensor("float32", rows, dimensions) });
      const expected = createEvaluator(ensemble).predict(rows);
      // Two threads add up groups of trees, so the last digits may differ.
      const given = predictions?.data as Float32Array;
      for (const [index, value] of given.entries()) expect(value).toBeCloseTo(expected[index] ?? NaN, 2);
      await session.release();
    }),
    { numRuns: 100 },
  );
});

test("where the native runtime is missing, `auto` evaluates in TypeScript and says so, `native` refuses", async () => {
  const bytes = await encodeOnnx(small, metadataFor(2));
  const missing = { ok: false, reason: "not-installed", message: "onnxruntime-node is not installed" } as const;
  const loadRuntime = (): Promise<typeof missing> => Promise.resolve(missing);
  const model = await open(bytes, { loadRuntime });
  expect(model).toMatchObject({ runtime: "typescript", runtimeReason: "onnxruntime-node is not installed" });
  expect([...(await model.predict(Float32Array.of(9, 9)))]).toEqual([12]);
  expect(await openModel(bytes, { runtime: "native", loadRuntime })).toEqual({
    ok: false,
    reason: "native-unavailable",
    message: "onnxruntime-node is not installed",
  });
});

test("where the native session fails later on, `auto` goes on in TypeScript and says so, `native` throws", async () => {
  const bytes = await encodeOnnx(small, metadataFor(2));
  const loaded = await loadOnnxRuntime();
  if (!loaded.ok) throw new Error(loaded.message);
  const { runtime } = loaded;
  let fails = false;
  // The real session, of which single calls fail.
  const loadRuntime: OpenModelOptions["loadRuntime"] = () =>
    Promise.resolve({
      ok: true,
      runtime: {
        Tensor: runtime.Tensor,
        InferenceSession: {
          create: async (file, options) => {
            const session = await runtime.InferenceSession.create(file, options);
            return {
              run: (feeds) => (fails ? Promise.reject(new Error("out of memory")) : session.run(feeds)),
              release: () => session.release(),
            };
          },
        },
      },
    });
  const [automatic, native] = [
    await open(bytes, { loadRuntime }),
    await open(bytes, { runtime: "native", loadRuntime }),
  ];
  expect(automatic.runtime).toBe("native");
  fails = true;
  expect([...(await automatic.predict(Float32Array.of(9, 9)))]).toEqual([12]);
  expect(automatic).toMatchObject({ runtime: "typescript", runtimeReason: "onnxruntime-node failed: out of memory" });
  await expect(native.predict(Float32Array.of(9, 9))).rejects.toThrow("out of memory");
  await Promise.all([automatic.release(), native.release()]);
});

test("refuses a runtime that there is not", async () => {
  const options = { runtime: "gpu" } as unknown as OpenModelOptions;
  await expect(openModel(new Uint8Array(1), options)).rejects.toThrow(TypeError);
});
