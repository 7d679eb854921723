/** What is used of onnxruntime-node. Written down here, so that the types of this package do not need the optional one. */
export interface OnnxRuntime {
  readonly InferenceSession: {
    create(bytes: Uint8Array, options: SessionOptions): Promise<OnnxSession>;
  };
  readonly Tensor: new (type: "float32", data: Float32Array, dimensions: readonly number[]) => OnnxTensor;
}

/** A model, loaded. */
export interface OnnxSession {
  run(feeds: Record<string, OnnxTensor>): Promise<Readonly<Record<string, OnnxTensor>>>;
  release(): Promise<void>;
}

/** Numbers with their dimensions. */
export interface OnnxTensor {
  readonly data: unknown;
}

/** Options of a session, those that are used. */
export interface SessionOptions {
  readonly executionProviders: readonly string[];
  readonly executionMode: "sequential";
  readonly intraOpNumThreads: number;
  readonly interOpNumThreads: number;
  readonly logSeverityLevel: 0 | 1 | 2 | 3 | 4;
}

/** The native runtime, or why it is not there. */
export type LoadedRuntime =
  | { readonly ok: true; readonly runtime: OnnxRuntime }
  | { readonly ok: false; readonly reason: "not-installed" | "failed-to-load"; readonly message: string };

/** A variable, so that compilers and bundlers do not look for the package, nor for the browser's types that its own types need. */
const PACKAGE: string = "onnxruntime-node";

/**
 * Loads onnxruntime-node, an optional peer dependency: the one place that does. Never throws: the package may not be installed, or
 * have no binary for this machine.
 */
export async function loadOnnxRuntime(): Promise<LoadedRuntime> {
  try {
    return { ok: true, runtime: (await import(PACKAGE)) as OnnxRuntime };
  } catch (error) {
    const message = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    // The second where a bundler has made a `require()` of the import.
    const isMissing = code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND";
    if (isMissing && message.includes("'onnxruntime-node'")) {
      return { ok: false, reason: "not-installed", message: "onnxruntime-node is not installed" };
    }
    return { ok: false, reason: "failed-to-load", message: `onnxruntime-node does not load: ${message}` };
  }
}
