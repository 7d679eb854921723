import type { TreeEnsemble } from "../trees/tree-ensemble.ts";
import { countRows, createEvaluator, type Evaluator } from "./create-evaluator.ts";
import { decodeOnnx } from "./decode-onnx.ts";
import { encodeOnnx, INPUT, OUTPUT } from "./encode-onnx.ts";
import { loadOnnxRuntime, type LoadedRuntime, type OnnxRuntime, type OnnxSession } from "./load-onnxruntime.ts";
import { type ModelFault, type ModelRefusal, refuse } from "./model-fault.ts";
import type { ModelMetadata } from "./model-metadata.ts";

/** What evaluates a model: onnxruntime-node, or TypeScript. */
export type RuntimeName = "native" | "typescript";

/** How a model is opened. */
export interface OpenModelOptions {
  /**
   * What is to evaluate it. `auto` is onnxruntime-node where it can be loaded, else TypeScript; both give the same numbers. `native`
   * refuses where it cannot be loaded.
   * @default "auto"
   */
  readonly runtime?: "auto" | RuntimeName | undefined;
  /** Loads onnxruntime-node. @default the package of that name, if it is installed */
  readonly loadRuntime?: (() => Promise<LoadedRuntime>) | undefined;
}

/** A model that is ready to predict. */
export interface OpenModel {
  /** What evaluates it. Turns from `native` to `typescript` if the native one fails later on, unless `native` was asked for. */
  readonly runtime: RuntimeName;
  /** Why it is that one; a sentence without a full stop. */
  readonly runtimeReason: string;
  readonly ensemble: TreeEnsemble;
  /** What the file says about its model; `undefined` where it was not written by this package. */
  readonly metadata: ModelMetadata | undefined;
  /**
   * Predictions for rows that stand one after the other, as many numbers each as the model has features; NaN is a missing value.
   * Gives a number for each row and target, row by row.
   * @throws {RangeError} when `rows` does not hold whole rows.
   * @throws {Error} when the model was released, or when the native runtime fails and only it was asked for.
   */
  predict(rows: Float32Array): Promise<Float32Array>;
  /** Frees what the native runtime holds, once predictions under way have ended. May be called again. */
  release(): Promise<void>;
}

/** A model that is ready, or why there is none. */
export type OpenedModel =
  | { readonly ok: true; readonly model: OpenModel }
  | ModelRefusal<ModelFault | "native-unavailable">;

const RUNTIMES: readonly unknown[] = ["auto", "native", "typescript"];

/**
 * Opens a model file. Whatever it holds, it is read and checked first, as {@link decodeOnnx} does; the native runtime is given what
 * was read, written anew unless the file holds nothing else, and so never sees bytes that were not checked. It runs on one thread.
 * @throws {TypeError} for a `runtime` that is none of the three.
 */
export async function openModel(bytes: Uint8Array, options: OpenModelOptions = {}): Promise<OpenedModel> {
  const { runtime = "auto", loadRuntime = loadOnnxRuntime } = options;
  if (!RUNTIMES.includes(runtime)) {
    throw new TypeError(`Cannot open the model: \`runtime\` must be "auto", "native" or "typescript", got ${runtime}`);
  }
  const decoded = await decodeOnnx(bytes);
  if (!decoded.ok) return decoded;
  const { ensemble, metadata } = decoded;
  const evaluator = createEvaluator(ensemble);
  const inTypeScript = (reason: string): OpenedModel => ({
    ok: true,
    model: new RunningModel({ ensemble, metadata, evaluator, native: undefined, reason, mayFallBack: true }),
  });
  if (runtime === "typescript") return inTypeScript("it was asked for");
  const started = await startNative(
    evaluator,
    decoded.asWritten ? bytes : await writeAnew(ensemble),
    ensemble,
    loadRuntime,
  );
  if (!started.ok) {
    return runtime === "native" ? refuse("native-unavailable", started.message) : inTypeScript(started.message);
  }
  const reason = runtime === "native" ? "it was asked for" : "onnxruntime-node is installed";
  const mayFallBack = runtime === "auto";
  return {
    ok: true,
    model: new RunningModel({ ensemble, metadata, evaluator, native: started.native, reason, mayFallBack }),
  };
}

/** A session and how to ask it. */
interface Native {
  readonly runtime: OnnxRuntime;
  readonly session: OnnxSession;
}

/** A file for the native runtime, which reads no metadata. */
function writeAnew(ensemble: TreeEnsemble): Promise<Uint8Array> {
  const featureNames = Array.from({ length: ensemble.featureCount }, (_, index) => String(index));
  return encodeOnnx(ensemble, { featureVersion: 0, featureNames, trainedOn: null, scores: null });
}

async function startNative(
  evaluator: Evaluator,
  bytes: Uint8Array,
  ensemble: TreeEnsemble,
  loadRuntime: () => Promise<LoadedRuntime>,
): Promise<{ ok: true; native: Native } | { ok: false; message: string }> {
  const loaded = await loadRuntime();
  if (!loaded.ok) return loaded;
  const { runtime } = loaded;
  let session: OnnxSession | undefined;
  try {
    session = await runtime.InferenceSession.create(bytes, {
      executionProviders: ["cpu"],
      executionMode: "sequential",
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      logSeverityLevel: 4,
    });
    // The first call takes several times as long as others, so it is made here; and a runtime that reads the model otherwise shows.
    const row = new Float32Array(ensemble.featureCount);
    const given = await runNative({ runtime, session }, row, 1, ensemble);
    const expected = evaluator.predict(row);
    if (!given.every((value, index) => isAlike(value, expected[index]!)))
      throw new Error("it reads the model otherwise");
    return { ok: true, native: { runtime, session } };
  } catch (error) {
    await session?.release().catch(() => undefined);
    return { ok: false, message: `onnxruntime-node refuses the model: ${messageOf(error)}` };
  }
}

/** Whether two sums are equal but for the order in which they were added up. */
function isAlike(left: number, right: number): boolean {
  return Object.is(left, right) || Math.abs(left - right) <= 1e-3 * Math.max(1, Math.abs(left), Math.abs(right));
}

async function runNative(
  { runtime, session }: Native,
  rows: Float32Array,
  count: number,
  { featureCount, targetCount }: TreeEnsemble,
): Promise<Float32Array> {
  const results = await session.run({ [INPUT]: new runtime.Tensor("float32", rows, [count, featureCount]) });
  const data = results[OUTPUT]?.data;
  if (data instanceof Float32Array && data.length === count * targetCount) return data;
  throw new Error("it gives no predictions");
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!.slice(0, 200);
}

class RunningModel implements OpenModel {
  readonly ensemble: TreeEnsemble;
  readonly metadata: ModelMetadata | undefined;
  readonly #evaluator: Evaluator;
  readonly #mayFallBack: boolean;
  readonly #underWay = new Set<Promise<unknown>>();
  #native: Native | undefined;
  #reason: string;
  #session: OnnxSession | undefined;
  #released: Promise<void> | undefined;

  constructor(parts: {
    readonly ensemble: TreeEnsemble;
    readonly metadata: ModelMetadata | undefined;
    readonly evaluator: Evaluator;
    readonly native: Native | undefined;
    readonly reason: string;
    readonly mayFallBack: boolean;
  }) {
    this.ensemble = parts.ensemble;
    this.metadata = parts.metadata;
    this.#evaluator = parts.evaluator;
    this.#native = parts.native;
    this.#session = parts.native?.session;
    this.#reason = parts.reason;
    this.#mayFallBack = parts.mayFallBack;
  }

  get runtime(): RuntimeName {
    return this.#native === undefined ? "typescript" : "native";
  }

  get runtimeReason(): string {
    return this.#reason;
  }

  async predict(rows: Float32Array): Promise<Float32Array> {
    if (this.#released !== undefined) throw new Error("Cannot predict: the model was released");
    const count = countRows(rows, this.ensemble.featureCount);
    const native = this.#native;
    if (native === undefined || count === 0) return this.#evaluator.predict(rows);
    const run = runNative(native, rows, count, this.ensemble);
    this.#underWay.add(run);
    try {
      return await run;
    } catch (error) {
      if (!this.#mayFallBack) throw error;
      this.#native = undefined;
      this.#reason = `onnxruntime-node failed: ${messageOf(error)}`;
      return this.#evaluator.predict(rows);
    } finally {
      this.#underWay.delete(run);
    }
  }

  release(): Promise<void> {
    this.#released ??= this.#release();
    return this.#released;
  }

  async #release(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    const session = this.#session;
    this.#session = undefined;
    await session?.release();
  }
}
