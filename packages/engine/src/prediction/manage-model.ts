import path from "node:path";
import type { BackTest, ParsedSamples, ReadFiles } from "@ai-workflow/ml-predictor";
import { parseHistoryLine, readHistoryLines } from "@ai-workflow/profiler";
import { STATE_FOLDER_NAME } from "../state/state-folder-name.ts";
import type { LoadedWorkflow } from "../config/read-config.ts";
import { EngineError } from "../errors.ts";
import { readRunHistory } from "../records/read-run-history.ts";
import { readMachine } from "../machine/machine.ts";
import { HISTORY_FILE } from "../state/state-directory.ts";
import { toSamples } from "./history-samples.ts";
import { MODEL_FOLDER } from "./predict-steps.ts";

/** Which history, and where the model is. */
export interface ModelOptions {
  readonly loaded: LoadedWorkflow;
  /** Absolute path of a file with lines of a history, or rows as ml-predictor takes them. @defaultValue the history of the target */
  readonly data?: string | undefined;
  /**
   * Absolute path of the model, which ends in `.onnx`, with its description beside it; or of a folder with `model.onnx` and `model.json`.
   * @defaultValue `.workflow/ml` of the target
   */
  readonly output?: string | undefined;
}

/** Options of {@link trainModel}. */
export interface TrainModelOptions extends ModelOptions {
  /** Where the compiled worker is. @defaultValue the one of the ml-predictor package */
  readonly worker?: URL | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A back-test of the history, and what is to be said of its rows. */
export interface HistoryEvaluation extends BackTest {
  readonly remarks: readonly string[];
}

/** What came of training, in words. */
export interface TrainingOutcome {
  readonly trained: boolean;
  readonly lines: readonly string[];
}

/**
 * What predictions of a target rest on: a line for each statement.
 *
 * @throws {EngineError} ENGINE_DATA_UNREADABLE – `data`, or the history, cannot be read
 */
export async function describeModel(options: ModelOptions): Promise<readonly string[]> {
  const [{ describePredictor, readPredictorFiles }, { recommend }] = await Promise.all([
    import("@ai-workflow/ml-predictor"),
    import("./recommend.ts"),
  ]);
  const { loaded } = options;
  const { samples } = await readSamples(options);
  const { directory, name } = placeOf(options);
  const files = await readPredictorFiles(directory, { name });
  const lines = [...describePredictor(files, samples), ...describeRuntime(files)];
  const { cpuCount, memoryBytes } = readMachine(process.env);
  const entries = readRunHistory(loaded.directory);
  return [...lines, ...recommend(entries, { workflow: loaded.workflow, cpuCount, memoryMb: memoryBytes / 2 ** 20 })];
}

/** Rows that nothing is learned from, where there are any. */
function describeSetAside(setAside: ParsedSamples["setAside"]): readonly string[] {
  const reasons = Object.entries(setAside).map(([reason, rows]) => `${rows} ${reason}`);
  return reasons.length === 0 ? [] : [`rows set aside: ${reasons.join(", ")}`];
}

/** What evaluates the trees in a run, where there are any. */
function describeRuntime(files: ReadFiles): readonly string[] {
  if (!files.found || files.onnx === undefined) return [];
  return [
    "evaluated: in TypeScript, which has answered for the steps of a run before onnxruntime-node is loaded; its answers are the same",
  ];
}

/**
 * Trains a model on the history, off the main thread, and writes it beside its description.
 *
 * @throws {EngineError} ENGINE_DATA_UNREADABLE – `data`, or the history, cannot be read; ENGINE_OUTPUT_UNWRITABLE – the model cannot be
 * written where it is to go
 */
export async function trainModel(options: TrainModelOptions): Promise<TrainingOutcome> {
  const { trainInWorker, writePredictorFiles } = await import("@ai-workflow/ml-predictor");
  const { samples, setAside } = await readSamples(options);
  const result = await trainInWorker(samples, {
    setAside,
    nowMs: Date.now(),
    workerUrl: options.worker,
    signal: options.signal,
  });
  if (result.outcome === "failed") throw result.error;
  if (result.outcome !== "trained") {
    const why = result.outcome === "untrained" ? result.reason : "cancelled";
    return { trained: false, lines: [`not trained: ${why}`, ...describeSetAside(setAside)] };
  }
  const { directory, name } = placeOf(options);
  const written = await writePredictorFiles(directory, result.files, { name });
  if (!written.written) {
    throw new EngineError("ENGINE_OUTPUT_UNWRITABLE", `cannot write the model to ${directory}: ${written.message}`, {
      hint: "Give a file that ends in .onnx, or a folder, where you may write",
    });
  }
  return { trained: true, lines: await describeModel(options) };
}

/**
 * How good each rule and the model would have been on the history, every run predicted from earlier ones only.
 *
 * @throws {EngineError} ENGINE_DATA_UNREADABLE – `data`, or the history, cannot be read
 */
export async function evaluateHistory(options: ModelOptions): Promise<HistoryEvaluation> {
  const { backTest, createModelCandidate, machineRules, simpleRules } = await import("@ai-workflow/ml-predictor");
  const { samples, setAside } = await readSamples(options);
  const result = backTest(samples, { candidates: [...simpleRules, ...machineRules, createModelCandidate()] });
  return { ...result, remarks: describeSetAside(setAside) };
}

/** The folder with both files, and what they are called before their endings where that is not the usual name. */
function placeOf({ output, loaded }: ModelOptions): { readonly directory: string; readonly name?: string } {
  if (output === undefined) return { directory: path.join(loaded.directory, STATE_FOLDER_NAME, MODEL_FOLDER) };
  const { dir, name, ext } = path.parse(output);
  return ext === ".onnx" ? { directory: dir, name } : { directory: output };
}

/** Rows of a file that holds lines of a history, rows, or both; what it cannot use the predictor sets aside and counts. */
async function readSamples({ data, loaded }: ModelOptions): Promise<ParsedSamples> {
  const { parseSamples } = await import("@ai-workflow/ml-predictor");
  if (data === undefined) return parseSamples(toSamples(readRunHistory(loaded.directory)));
  const rows: unknown[] = [];
  try {
    for (const line of readHistoryLines(data)) {
      const parsed = parseHistoryLine(line);
      if (parsed.kind === "entry") rows.push(...toSamples([parsed.entry]));
      else rows.push(line);
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new EngineError("ENGINE_DATA_UNREADABLE", `cannot read ${data} (${code})`, {
      hint: `Give a file with one JSON object a line, such as ${path.join(STATE_FOLDER_NAME, HISTORY_FILE)}`,
      cause: error,
    });
  }
  return parseSamples(rows);
}
