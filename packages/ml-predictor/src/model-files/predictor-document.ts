import type { Scores } from "../back-test.ts";
import { FEATURE_VERSION, LEVELS } from "../features/columns.ts";

/** Version of `model.json`, and the only one that is read. */
export const DOCUMENT_VERSION = 1;

/** What `model.json` says of one candidate. */
export interface CandidateDocument {
  readonly name: string;
  /** Used for every step, over the scored rows; `null` where none could be scored. */
  readonly total: Scores | null;
}

/** What `model.json` says of one step. */
export interface StepDocument {
  readonly step: string;
  /** Place of the candidate that serves it. */
  readonly candidate: number;
  /** How much lower its mean loss is here than the default's, and the standard error of that; both 0 for the default. */
  readonly gain: number;
  readonly standardError: number;
  /** Predictions that the choice rests on. */
  readonly scored: number;
  /** Natural logarithm of what `p90` is of the prediction. */
  readonly ratio: number;
  /** How good the served predictions were; `null` where none was scored. */
  readonly scores: Scores | null;
}

/** The trained predictor but for its trees: the contents of `model.json`. Read by machines and people. */
export interface PredictorDocument {
  readonly version: typeof DOCUMENT_VERSION;
  /** When it was trained, ISO 8601. */
  readonly trainedAt: string;
  /** Runs and rows of the history then. */
  readonly runs: number;
  readonly rows: number;
  /** The last of these runs. */
  readonly lastRun: number | string;
  readonly featureVersion: number;
  /** The trees of `model.onnx`; `null` where there were too few rows for any. */
  readonly model: {
    /** SHA-256 of `model.onnx`, in hexadecimal. */
    readonly sha256: string;
    readonly columns: readonly string[];
    /** The estimate to which the trees add. */
    readonly level: (typeof LEVELS)[number];
    /** Rows that the trees were trained on. */
    readonly rows: number;
    /** Trees for the median; 0 where the estimate alone was as good. */
    readonly trees: number;
    /** For each column its share of what the trees gained. */
    readonly importance: readonly number[];
  } | null;
  /** Who took part in the back-test. */
  readonly candidates: readonly CandidateDocument[];
  /** Place of the candidate that serves where a step has no reason to differ. */
  readonly byDefault: number;
  /** Natural logarithm of what `p90` is of the prediction for steps not listed. */
  readonly ratio: number;
  /** Who answers for steps never seen; `null` for the median of their group. */
  readonly newcomer: { readonly candidate: number; readonly ratio: number } | null;
  /** The steps, at most {@link MOST_STEPS}: those with most predictions. Others are served by the default. */
  readonly steps: readonly StepDocument[];
  /** What was served, over the scored rows. */
  readonly served: Scores | null;
  /** What `served` means. */
  readonly accuracyDefinition: string;
  /** Mean losses (see `loss`) over the scored rows: of what was served, and of the last value. What drift is held against. */
  readonly losses: { readonly served: number; readonly lastValue: number };
  /** The status at that time. */
  readonly lines: readonly string[];
}

/** More steps than these are not listed. */
export const MOST_STEPS = 2000;

/** Whether a value out of a file is a document of this version: every field of its type, every place within its list. */
export function isPredictorDocument(value: unknown): value is PredictorDocument {
  if (!isObject(value) || value["version"] !== DOCUMENT_VERSION) return false;
  const { candidates, model, newcomer, steps, losses, lastRun, trainedAt, lines } = value;
  if (!Array.isArray(candidates) || candidates.length === 0) return false;
  const isPlace = (place: unknown): boolean => isCount(place) && place < candidates.length;
  const isBound = (ratio: unknown): boolean => isNumber(ratio) && Math.abs(ratio) <= 100;
  return (
    typeof trainedAt === "string" &&
    !Number.isNaN(Date.parse(trainedAt)) &&
    isCount(value["runs"]) &&
    isCount(value["rows"]) &&
    (typeof lastRun === "string" || isNumber(lastRun)) &&
    Number.isSafeInteger(value["featureVersion"]) &&
    (model === null || isModel(model)) &&
    candidates.every((one) => isObject(one) && typeof one["name"] === "string" && isScores(one["total"])) &&
    new Set(candidates.map(({ name }: { readonly name: string }) => name)).size === candidates.length &&
    isPlace(value["byDefault"]) &&
    isBound(value["ratio"]) &&
    (newcomer === null || (isObject(newcomer) && isPlace(newcomer["candidate"]) && isBound(newcomer["ratio"]))) &&
    Array.isArray(steps) &&
    steps.length <= MOST_STEPS &&
    steps.every(
      (one) =>
        isObject(one) &&
        typeof one["step"] === "string" &&
        isPlace(one["candidate"]) &&
        isNumber(one["gain"]) &&
        isNumber(one["standardError"]) &&
        isCount(one["scored"]) &&
        isBound(one["ratio"]) &&
        isScores(one["scores"]),
    ) &&
    isScores(value["served"]) &&
    typeof value["accuracyDefinition"] === "string" &&
    isObject(losses) &&
    isNumber(losses["served"]) &&
    isNumber(losses["lastValue"]) &&
    areTexts(lines)
  );
}

/** Whether the features of a document are those of this version. */
export function hasCurrentFeatures({ featureVersion }: PredictorDocument): boolean {
  return featureVersion === FEATURE_VERSION;
}

function isModel(model: unknown): boolean {
  if (!isObject(model)) return false;
  const { sha256, columns, level, importance } = model;
  return (
    typeof sha256 === "string" &&
    /^[0-9a-f]{64}$/.test(sha256) &&
    areTexts(columns) &&
    LEVELS.some((name) => name === level) &&
    isCount(model["rows"]) &&
    isCount(model["trees"]) &&
    Array.isArray(importance) &&
    importance.length === columns.length &&
    importance.every(isNumber)
  );
}

function isScores(scores: unknown): boolean {
  if (scores === null) return true;
  if (!isObject(scores) || !isCount(scores["rows"])) return false;
  return ["maeSeconds", "medianApe", "within20", "p90Coverage"].every((name) => isNumber(scores[name]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}
