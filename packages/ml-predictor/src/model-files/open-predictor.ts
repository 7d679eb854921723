import { DEFAULT_MIN_RUNS } from "../back-test.ts";
import type { Candidate, Model, Query } from "../candidate.ts";
import { loss } from "../choose-rule.ts";
import { createPredictor, describeSource, type Prediction } from "../create-predictor.ts";
import type { Forecast } from "../forecaster.ts";
import { LEVELS } from "../features/columns.ts";
import { createFeatureBuilder, type Description } from "../features/create-feature-builder.ts";
import { Group, type Member } from "../group.ts";
import { fromLog, toLog } from "../log-ratio.ts";
import { createModelCandidate } from "../model/create-model-candidate.ts";
import { createEvaluator, type Evaluator } from "../onnx/create-evaluator.ts";
import { type OpenModel, openModel, type RuntimeName } from "../onnx/open-model.ts";
import { boundBy } from "../quantiles.ts";
import { machineRules, simpleRules } from "../rules.ts";
import { groupByRun, parseSamples, type Sample } from "../sample.ts";
import { describePredictor } from "./describe-predictor.ts";
import { firstRunSince, needsTraining, type RecentLosses, type TrainingNeed } from "./needs-training.ts";
import type { PredictorDocument } from "./predictor-document.ts";
import type { ReadFiles } from "./read-predictor-files.ts";
import { sha256Of } from "./train-predictor.ts";

/** Options of {@link openPredictor}. */
export interface OpenPredictorOptions {
  /** What `readPredictorFiles` gave. */
  readonly files: ReadFiles;
  /** The history by now: what was trained on, and what came after. */
  readonly samples: readonly Sample[];
  /**
   * What evaluates the trees. `auto` is TypeScript: for the steps of a run it has answered before onnxruntime is loaded. `native` is
   * onnxruntime-node, which `predictAll` asks; where it cannot be loaded, TypeScript serves and the status says so.
   * @defaultValue "auto"
   */
  readonly runtime?: "auto" | RuntimeName | undefined;
  /**
   * Answer, in milliseconds, while there is no history at all.
   * @defaultValue 60000
   */
  readonly fallbackMs?: number | undefined;
  /**
   * Candidates of the caller's own that took part in the training.
   * @defaultValue none: the rules of this package and the model
   */
  readonly candidates?: readonly Candidate[] | undefined;
}

/** Predicts the steps of a run with what was trained before. */
export interface ServingPredictor {
  /** How long a step will take, on the main thread, with the trees in TypeScript. @throws TypeError when `step` is not a non-empty string. */
  predict(query: Query): Prediction;
  /** The same for many steps at once, with the trees in the runtime that was asked for. Same order. */
  predictAll(queries: readonly Query[]): Promise<readonly Prediction[]>;
  /** What evaluates the trees in `predictAll`; `none` where no trees are needed. */
  readonly runtime: RuntimeName | "none";
  /** Whether what serves was trained; otherwise simple rules serve. */
  readonly trained: boolean;
  /** How what would have been served did since the training; `undefined` where nothing was trained. */
  readonly recent: RecentLosses | undefined;
  /** Whether it is time to train. */
  readonly training: TrainingNeed;
  /** The status as text, a statement a line. */
  readonly status: readonly string[];
  /** Frees what the runtime holds. */
  release(): Promise<void>;
}

/** Rows from which simple rules predict while nothing is trained: the latest. */
const RECENT_ROWS = 1000;
/** So many of the last runs are scored, for drift. */
const DRIFT_RUNS = 5;
const FALLBACK_MS = 60_000;

/**
 * Make what was trained ready for a run: history is given to the candidates that serve and to no other; nothing is back-tested and nothing
 * trained. Without usable files simple rules serve, from the latest rows. Never fails for what files or history hold.
 */
export async function openPredictor(options: OpenPredictorOptions): Promise<ServingPredictor> {
  const { files, runtime = "auto", fallbackMs = FALLBACK_MS } = options;
  const { samples } = parseSamples(options.samples);
  if (!files.found) return openUntrained(samples, files.message, fallbackMs);
  const { document } = files;
  const runs = groupByRun(samples);
  if (runs.length < DEFAULT_MIN_RUNS) {
    return openUntrained(samples, `there are ${runs.length} runs of the ${DEFAULT_MIN_RUNS} needed`, fallbackMs);
  }
  const known = new Map(
    [...simpleRules, ...machineRules, ...(options.candidates ?? [])].map((rule) => [rule.name, rule]),
  );
  const modelName = createModelCandidate().name;
  const serving = new Set([0, document.byDefault, ...document.steps.map(({ candidate }) => candidate)]);
  if (document.newcomer !== null) serving.add(document.newcomer.candidate);
  let opened: OpenModel | undefined;
  const models: (Model | undefined)[] = [];
  let trees: TreeAnswers | undefined;
  for (const [place, { name }] of document.candidates.entries()) {
    models.push(undefined);
    if (!serving.has(place)) continue;
    const own = known.get(name);
    if (own !== undefined) {
      models[place] = own.create();
      continue;
    }
    if (name !== modelName)
      return openUntrained(samples, `a rule named ${JSON.stringify(name)} is not known here`, fallbackMs);
    if (document.model === null) trees = new TreeAnswers(undefined, document);
    else {
      if (files.onnx === undefined || sha256Of(files.onnx) !== document.model.sha256) {
        return openUntrained(samples, "the trees do not belong to the document", fallbackMs);
      }
      let result = await openModel(files.onnx, { runtime: runtime === "auto" ? "typescript" : runtime });
      if (!result.ok && result.reason === "native-unavailable")
        result = await openModel(files.onnx, { runtime: "typescript" });
      if (!result.ok) return openUntrained(samples, result.message, fallbackMs);
      const { ensemble } = result.model;
      if (ensemble.targetCount !== 2 || ensemble.featureCount !== document.model.columns.length) {
        await result.model.release();
        return openUntrained(samples, "the trees do not belong to the document", fallbackMs);
      }
      opened = result.model;
      trees = new TreeAnswers(createEvaluator(ensemble), document);
    }
    models[place] = trees;
  }
  const server = new Server(document, models, fallbackMs);
  const from = Math.max(firstRunSince(document, runs), runs.length - DRIFT_RUNS);
  let [lossSum, lossCount] = [0, 0];
  for (const [place, rows] of runs.entries()) {
    if (place >= from) {
      for (const row of rows) {
        if (!server.hasSeen(row.step)) continue;
        lossSum += loss(server.forecast(row).p50Seconds, row.seconds);
        lossCount += 1;
      }
    }
    server.learnRun(rows);
  }
  if (trees !== undefined && !trees.fits) {
    await opened?.release();
    return openUntrained(samples, "the history no longer gives the columns that it was trained on", fallbackMs);
  }
  const recent: RecentLosses = { runs: runs.length - from, served: lossCount === 0 ? 0 : lossSum / lossCount };
  const training = needsTraining(document, samples, recent);
  const reason =
    runtime === "native" && opened?.runtime === "typescript"
      ? ["trees: evaluated in TypeScript, onnxruntime-node cannot be loaded"]
      : [];
  return {
    predict: (query) => server.predict(query),
    async predictAll(queries) {
      if (opened === undefined || opened.runtime === "typescript") return queries.map((query) => server.predict(query));
      await trees!.prepare(queries, opened);
      try {
        return queries.map((query) => server.predict(query));
      } finally {
        trees!.forget();
      }
    },
    get runtime() {
      return opened?.runtime ?? "none";
    },
    trained: true,
    recent,
    training,
    status: [...describePredictor(files, samples, { training }), ...reason],
    async release() {
      await opened?.release();
    },
  };
}

/** The candidate model, without what it needs to train itself. */
class TreeAnswers implements Model {
  readonly #builder = createFeatureBuilder();
  readonly #evaluator: Evaluator | undefined;
  readonly #columns: readonly string[];
  readonly #level: number;
  #run: Sample[] = [];
  #prepared: ReadonlyMap<Query, readonly [median: number, upper: number]> | undefined;

  constructor(evaluator: Evaluator | undefined, { model }: PredictorDocument) {
    this.#evaluator = evaluator;
    this.#columns = model?.columns ?? [];
    this.#level = model === null ? 0 : LEVELS.indexOf(model.level);
  }

  /** Whether the history gives the columns that the trees were trained on. */
  get fits(): boolean {
    return this.#columns.every((name, place) => this.#builder.columns[place] === name);
  }

  predict(query: Query): number | undefined {
    return this.predictRange(query)?.p50Seconds;
  }

  predictRange(query: Query): { readonly p50Seconds: number; readonly p90Seconds: number } | undefined {
    const described = this.#builder.describe(query);
    if (described === undefined) {
      const expected = this.#builder.expectNewcomer(query);
      return expected === undefined ? undefined : { p50Seconds: fromLog(expected), p90Seconds: fromLog(expected) };
    }
    const added = this.#prepared?.get(query) ?? this.#evaluate(described);
    if (added === undefined) return undefined;
    const level = described.levels[this.#level]!;
    const median = level + added[0];
    return { p50Seconds: fromLog(median), p90Seconds: fromLog(Math.max(median, level + added[1])) };
  }

  learn(sample: Sample): void {
    this.#run.push(sample);
  }

  endRun(): void {
    this.#builder.learnRun(this.#run);
    this.#run = [];
  }

  /** Ask the runtime for all of them at once, for the `predict` calls that follow. */
  async prepare(queries: readonly Query[], model: OpenModel): Promise<void> {
    const asked: Query[] = [];
    const rows: number[] = [];
    for (const query of queries) {
      const described = this.#builder.describe(query);
      if (described === undefined) continue;
      asked.push(query);
      for (const value of described.values.subarray(0, this.#columns.length)) rows.push(value);
    }
    const out = await model.predict(Float32Array.from(rows));
    this.#prepared = new Map(asked.map((query, place) => [query, [out[2 * place]!, out[2 * place + 1]!] as const]));
  }

  forget(): void {
    this.#prepared = undefined;
  }

  #evaluate({ values }: Description): readonly [median: number, upper: number] | undefined {
    if (this.#evaluator === undefined || !this.fits) return undefined;
    const out = this.#evaluator.predict(values.slice(0, this.#columns.length));
    return [out[0]!, out[1]!];
  }
}

interface Seen {
  runs: number;
  lastRun: number;
  member: Member;
  readonly kind: string | undefined;
  kindMember: Member | undefined;
}

/** What the forecaster is, with the choice and the bounds of a document. */
class Server {
  readonly #document: PredictorDocument;
  readonly #models: readonly (Model | undefined)[];
  readonly #candidates: readonly Candidate[];
  readonly #fallbackMs: number;
  readonly #choices: ReadonlyMap<string, PredictorDocument["steps"][number]>;
  readonly #seen = new Map<string, Seen>();
  readonly #everything = new Group();
  readonly #kinds = new Map<string, Group>();
  #runs = 0;

  constructor(document: PredictorDocument, models: readonly (Model | undefined)[], fallbackMs: number) {
    this.#document = document;
    this.#models = models;
    this.#fallbackMs = fallbackMs;
    this.#choices = new Map(document.steps.map((one) => [one.step, one]));
    this.#candidates = document.candidates.map(({ name }, place) => ({ name, create: () => models[place]! }));
  }

  hasSeen(step: string): boolean {
    return this.#seen.has(step);
  }

  predict(query: Query): Prediction {
    if (typeof query.step !== "string" || query.step === "") {
      throw new TypeError(`Cannot predict: \`step\` must be a non-empty string, got ${JSON.stringify(query.step)}`);
    }
    const forecast = this.forecast(query);
    const isNothing = forecast.from.type === "nothing";
    return {
      p50Ms: isNothing ? this.#fallbackMs : forecast.p50Seconds * 1000,
      p90Ms: isNothing ? this.#fallbackMs : forecast.p90Seconds * 1000,
      source: describeSource(forecast, {
        candidates: this.#candidates,
        byDefault: this.#document.byDefault,
        enoughRuns: true,
        runs: this.#runs,
      }),
      runs: this.#seen.get(query.step)?.runs ?? 0,
    };
  }

  forecast(query: Query): Pick<Forecast, "p50Seconds" | "p90Seconds" | "from"> {
    const seen = this.#seen.get(query.step);
    if (seen === undefined) return this.#forecastNewcomer(query);
    const { byDefault, ratio } = this.#document;
    const chosen = this.#choices.get(query.step) ?? {
      candidate: byDefault,
      gain: 0,
      standardError: 0,
      scored: 0,
      ratio,
    };
    const said = this.#ask(chosen.candidate, query);
    const ofKind = seen.kind === undefined ? undefined : this.#kinds.get(seen.kind);
    const drawn = (): number =>
      ofKind !== undefined && seen.kindMember !== undefined
        ? ofKind.shrink(said.p50Seconds, seen.kindMember)
        : this.#everything.shrink(said.p50Seconds, seen.member);
    const own = said.p50Seconds;
    const p50Seconds = this.#models[chosen.candidate]!.predictRange === undefined ? drawn() : own;
    const upper =
      p50Seconds === own ? said.p90Seconds : fromLog(toLog(said.p90Seconds) + toLog(p50Seconds) - toLog(own));
    return {
      p50Seconds,
      p90Seconds: boundBy(chosen.ratio, upper, p50Seconds),
      from: {
        type: chosen.candidate === byDefault ? "default" : "gain",
        choice: chosen,
        scored: chosen.scored,
        drawnToGroup: p50Seconds !== own,
      },
    };
  }

  learnRun(rows: readonly Sample[]): void {
    this.#runs += 1;
    for (const row of rows) {
      this.#remember(row);
      for (const model of this.#models) model?.learn(row);
    }
    for (const model of this.#models) model?.endRun?.();
  }

  #ask(candidate: number, query: Query): { readonly p50Seconds: number; readonly p90Seconds: number } {
    const model = this.#models[candidate]!;
    const range = model.predictRange?.(query);
    const own = usable(model.predictRange === undefined ? model.predict(query) : range?.p50Seconds);
    const p50Seconds = own ?? (candidate === 0 ? 0 : this.#ask(0, query).p50Seconds);
    const upper = own === undefined ? undefined : usable(range?.p90Seconds);
    return { p50Seconds, p90Seconds: Math.max(p50Seconds, upper ?? p50Seconds) };
  }

  #forecastNewcomer(query: Query): Pick<Forecast, "p50Seconds" | "p90Seconds" | "from"> {
    const ofKind = query.kind === undefined ? undefined : this.#kinds.get(query.kind);
    const group = ofKind ?? this.#everything;
    const median = group.quantile(0.5);
    if (median === undefined) return { p50Seconds: 0, p90Seconds: 0, from: { type: "nothing" } };
    const { newcomer } = this.#document;
    if (newcomer === null) {
      return {
        p50Seconds: median,
        p90Seconds: Math.max(median, group.quantile(0.9) ?? 0),
        from: { type: "group", kind: ofKind === undefined ? undefined : query.kind, steps: group.steps },
      };
    }
    const p50Seconds = usable(this.#models[newcomer.candidate]!.predict(query)) ?? median;
    return {
      p50Seconds,
      p90Seconds: boundBy(newcomer.ratio, p50Seconds, p50Seconds),
      from: { type: "newcomer", candidate: newcomer.candidate },
    };
  }

  #remember(row: Sample): void {
    const before = this.#seen.get(row.step);
    const kind = before?.kind ?? row.kind;
    const member = this.#everything.add(row.seconds, before?.member);
    let kindMember = before?.kindMember;
    if (kind !== undefined) {
      let group = this.#kinds.get(kind);
      if (group === undefined) this.#kinds.set(kind, (group = new Group()));
      kindMember = group.add(row.seconds, kindMember);
    }
    const isNewRun = before?.lastRun !== this.#runs;
    const runs = (before?.runs ?? 0) + (isNewRun ? 1 : 0);
    this.#seen.set(row.step, { runs, lastRun: this.#runs, member, kind, kindMember });
  }
}

/** Simple rules, from the latest rows and from the last row of every step that is not among them. */
function openUntrained(samples: readonly Sample[], reason: string, fallbackMs: number): ServingPredictor {
  const runs = groupByRun(samples);
  const counts = new Map<string, number>();
  for (const rows of runs)
    for (const step of new Set(rows.map((row) => row.step))) counts.set(step, (counts.get(step) ?? 0) + 1);
  const kept: Sample[] = [];
  const seen = new Set<string>();
  for (const rows of [...runs].reverse()) {
    const isRecent = kept.length < RECENT_ROWS;
    for (const row of [...rows].reverse()) if (isRecent || !seen.has(row.step)) kept.push(row);
    for (const { step } of rows) seen.add(step);
  }
  const predictor = createPredictor(kept.reverse(), { fallbackMs });
  const training = needsTraining(undefined, samples);
  const predict = (query: Query): Prediction => {
    const prediction = predictor.predict(query);
    return { ...prediction, runs: counts.get(query.step) ?? 0 };
  };
  return {
    predict,
    predictAll: (queries) => Promise.resolve(queries.map(predict)),
    runtime: "none",
    trained: false,
    recent: undefined,
    training,
    status: describePredictor({ found: false, message: reason }, samples, { training }),
    release: () => Promise.resolve(),
  };
}

function usable(seconds: number | undefined): number | undefined {
  return seconds !== undefined && Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}
