import path from "node:path";
import { describeModel, evaluateHistory, trainModel, type ModelOptions } from "@ai-workflow/engine";
import { EXIT } from "../exit-code.ts";
import { countOf } from "../render/count-of.ts";
import { renderBackTest } from "../render/ml.ts";
import { renderJson, type PrintedJson } from "../render/json.ts";
import { readTarget } from "../target/read-target.ts";

/** Options of the commands of `ml` as commander hands them over. */
interface MlFlags {
  readonly target?: string | undefined;
  readonly data?: string;
  readonly output?: string;
  readonly json?: boolean | undefined;
}

/** `ai-workflow ml status`, and `run --show-ml-status`. */
export async function mlStatusCommand(given: object): Promise<void> {
  const flags = given as MlFlags;
  const lines = await describeModel(await locate(flags));
  print(flags, { lines }, `${lines.join("\n")}\n`);
}

/** `ai-workflow ml train`: exits with 3 when there is too little to train on. */
export async function mlTrainCommand(given: object): Promise<void> {
  const flags = given as MlFlags;
  const { trained, lines } = await trainModel({
    ...(await locate(flags)),
    worker: new URL("./predictor-worker.mjs", import.meta.url),
  });
  print(flags, { trained, lines }, `${lines.join("\n")}\n`);
  if (!trained) process.exitCode = EXIT.inconclusive;
}

/** `ai-workflow ml evaluate`: exits with 3 when there is nothing to score. */
export async function mlEvaluateCommand(given: object): Promise<void> {
  const flags = given as MlFlags;
  const { runs, scoredRuns, candidates, served, remarks } = await evaluateHistory(await locate(flags));
  const scores = [...candidates, { ...served, name: "served" }].map(({ name, total }) => ({ name, ...total }));
  const isEmpty = served.total === undefined;
  const text = isEmpty
    ? `nothing to compare in ${countOf(runs, "run")}: a step is scored from the second run in which it passed\n`
    : renderBackTest(runs, scoredRuns, scores);
  print(flags, { runs, scoredRuns, scores, remarks }, [text, ...remarks.map((line) => `${line}\n`)].join(""));
  if (isEmpty) process.exitCode = EXIT.inconclusive;
}

async function locate({ target, data, output }: MlFlags): Promise<ModelOptions> {
  return {
    loaded: await readTarget(target),
    data: data === undefined ? undefined : path.resolve(data),
    output: output === undefined ? undefined : path.resolve(output),
  };
}

function print(flags: MlFlags, value: PrintedJson, text: string): void {
  process.stdout.write(flags.json === true ? renderJson(value) : text);
}
