import type { Candidate, Model, Query } from "./candidate.ts";
import { type Choice, chooseDefault, chooseRule, loss, LossTable } from "./choose-rule.ts";
import { PredictorError } from "./errors.ts";
import { Group, type Member } from "./group.ts";
import { createRatioQuantile, type RatioQuantile } from "./quantiles.ts";
import { fromLog, toLog } from "./log-ratio.ts";
import type { Sample } from "./sample.ts";

/** Share of outcomes that `p90` should cover. */
export const UPPER_LEVEL = 0.9;

/**
 * What an earlier outcome of a step counts, for the choice of its rule, once there is one more: half after about 14. A candidate gets better as
 * it learns, and steps change. Tuned on first halves of the benchmark's histories; over all steps nothing fades.
 */
const STEP_FADING = 0.95;

/** A prediction for a new step that is further off than ten times is wrong; how wrong does not matter for choosing. */
const WORST_OF_NEWCOMER = Math.log(10);

/** A prediction with where it came from. */
export interface Forecast {
  readonly p50Seconds: number;
  readonly p90Seconds: number;
  /** What each candidate says, in their order; empty for a step never seen. */
  readonly byCandidate: readonly number[];
  /** What each candidate's bound rests on: its own upper duration where it gives one, else what it says. */
  readonly uppers: readonly number[];
  /** What the bound that is served rests on. */
  readonly upperSeconds: number;
  /** For a step never seen: what its group says, then each candidate (the group's word where it has none). */
  readonly newcomer?: readonly number[] | undefined;
  readonly from:
    | { readonly type: "nothing" }
    | { readonly type: "group"; readonly kind: string | undefined; readonly steps: number }
    /** A candidate that knows steps by their sizes, where it has been better for new steps than the group. */
    | { readonly type: "newcomer"; readonly candidate: number }
    | {
        readonly type: "default" | "gain";
        readonly choice: Choice;
        readonly scored: number;
        readonly drawnToGroup: boolean;
      };
}

/** The choice and the bounds as they stand, for predictions without the losses they come from. Ratios are natural logarithms. */
export interface Standing {
  readonly byDefault: number;
  /** What a bound is of its prediction where the step is not among `steps`. */
  readonly ratio: number;
  /** Who answers for steps never seen; `undefined` for their group. */
  readonly newcomer: { readonly candidate: number; readonly ratio: number } | undefined;
  readonly steps: readonly {
    readonly step: string;
    readonly choice: Choice;
    readonly scored: number;
    readonly ratio: number;
  }[];
}

interface StepState {
  runs: number;
  lastRun: number;
  member: Member;
  kind: string | undefined;
  kindMember: Member | undefined;
  readonly losses: LossTable;
  /** The choice, and the run after which it was made. */
  choice: Choice | undefined;
  chosenAfter: number;
}

/**
 * Candidates, their scores and the choice among them, moved forward run by run. The back-test and the predictor are both this, so what
 * is measured is what serves.
 */
export class Forecaster {
  readonly candidates: readonly Candidate[];
  readonly #models: readonly Model[];
  readonly #quantiles: readonly RatioQuantile[];
  readonly #served: RatioQuantile = createRatioQuantile(UPPER_LEVEL);
  readonly #steps = new Map<string, StepState>();
  readonly #everything = new Group();
  readonly #kinds = new Map<string, Group>();
  readonly #losses: LossTable;
  readonly #newcomerLosses: LossTable;
  readonly #newcomers: readonly RatioQuantile[];
  readonly #minRuns: number;
  #runs = 0;
  #default = 0;

  constructor(candidates: readonly Candidate[], minRuns: number) {
    const names = new Set<string>();
    for (const { name } of candidates) {
      if (names.has(name)) {
        throw new PredictorError("ML_PREDICTOR_DUPLICATE_CANDIDATE", `Two candidates are named "${name}"`, {
          candidate: name,
        });
      }
      names.add(name);
    }
    if (candidates.length === 0) throw new RangeError("Cannot predict: `candidates` must hold at least one, got none");
    this.candidates = candidates;
    this.#models = candidates.map((candidate) => candidate.create());
    this.#quantiles = candidates.map(() => createRatioQuantile(UPPER_LEVEL));
    this.#losses = new LossTable(candidates.length);
    this.#newcomerLosses = new LossTable(candidates.length + 1);
    this.#newcomers = candidates.map(() => createRatioQuantile(UPPER_LEVEL));
    this.#minRuns = minRuns;
  }

  get runs(): number {
    return this.#runs;
  }

  /** Whether the back-test chooses already. */
  get enoughRuns(): boolean {
    return this.#runs >= this.#minRuns;
  }

  /** Place of the candidate that serves where a step has no reason to differ. */
  get byDefault(): number {
    return this.#default;
  }

  runsOf(step: string): number {
    return this.#steps.get(step)?.runs ?? 0;
  }

  /** For each candidate, how many steps it serves. */
  stepsByCandidate(): readonly number[] {
    const counts = this.candidates.map(() => 0);
    for (const state of this.#steps.values()) counts[this.#choose(state).candidate]! += 1;
    return counts;
  }

  /** Where things stand after the last run. O(steps · candidates²). */
  standing(): Standing {
    const place = this.#chooseNewcomer();
    return {
      byDefault: this.#default,
      ratio: this.#served.ratioOf(""),
      newcomer: place === 0 ? undefined : { candidate: place - 1, ratio: this.#newcomers[place - 1]!.ratioOf("") },
      steps: [...this.#steps].map(([step, state]) => ({
        step,
        choice: this.#choose(state),
        scored: state.losses.count,
        ratio: this.#served.ratioOf(step),
      })),
    };
  }

  forecast(query: Query): Forecast {
    const state = this.#steps.get(query.step);
    if (state === undefined) return this.#forecastNewcomer(query);
    const { byCandidate, uppers } = this.#ask(query);
    const choice = this.#choose(state);
    const ofKind = state.kind === undefined ? undefined : this.#kinds.get(state.kind);
    const own = byCandidate[choice.candidate]!;
    // A model that gives a range weighs few runs by itself, and knows more of the step than its group does.
    const drawn = (): number =>
      ofKind !== undefined && state.kindMember !== undefined
        ? ofKind.shrink(own, state.kindMember)
        : this.#everything.shrink(own, state.member);
    const p50Seconds = this.#models[choice.candidate]!.predictRange === undefined ? drawn() : own;
    // A bound moves with the prediction that it belongs to.
    const upper = uppers[choice.candidate]!;
    const upperSeconds = p50Seconds === own ? upper : fromLog(toLog(upper) + toLog(p50Seconds) - toLog(own));
    return {
      p50Seconds,
      p90Seconds: this.#served.bound(query.step, upperSeconds, p50Seconds),
      byCandidate,
      uppers,
      upperSeconds,
      from: {
        type: choice.candidate === this.#default ? "default" : "gain",
        choice,
        scored: state.losses.count,
        drawnToGroup: p50Seconds !== own,
      },
    };
  }

  /** The bound of one candidate on its own, for the back-test. */
  boundOf(candidate: number, step: string, forecast: Forecast): number {
    return this.#quantiles[candidate]!.bound(step, forecast.uppers[candidate]!, forecast.byCandidate[candidate]);
  }

  /** Learn a finished run. `forecasts` are those made for its rows before, in the same order. */
  learnRun(rows: readonly Sample[], forecasts: readonly Forecast[]): void {
    this.#runs += 1;
    for (const [place, row] of rows.entries()) {
      this.#score(row, forecasts[place]!);
      this.#remember(row);
      for (const model of this.#models) model.learn(row);
    }
    for (const model of this.#models) model.endRun?.();
    for (const quantile of [...this.#quantiles, this.#served]) quantile.endRun();
    // A handful of runs cannot tell rules apart: the first candidate stays.
    if (this.enoughRuns) this.#default = chooseDefault(this.#losses, this.candidates.length);
  }

  #ask(query: Query): { readonly byCandidate: readonly number[]; readonly uppers: readonly number[] } {
    const byCandidate: number[] = [];
    const uppers: number[] = [];
    for (const model of this.#models) {
      const range = model.predictRange?.(query);
      const seconds = usable(model.predictRange === undefined ? model.predict(query) : range?.p50Seconds);
      const said = seconds ?? byCandidate[0] ?? 0;
      byCandidate.push(said);
      uppers.push(Math.max(said, (seconds === undefined ? undefined : usable(range?.p90Seconds)) ?? said));
    }
    return { byCandidate, uppers };
  }

  #choose(state: StepState): Choice {
    // Nothing is learned between two runs, so a choice holds until the next one.
    if (state.choice === undefined || state.chosenAfter !== this.#runs) {
      state.choice = this.enoughRuns
        ? chooseRule(state.losses, this.candidates.length, this.#default)
        : { candidate: this.#default, gain: 0, standardError: 0 };
      state.chosenAfter = this.#runs;
    }
    return state.choice;
  }

  #forecastNewcomer(query: Query): Forecast {
    const ofKind = query.kind === undefined ? undefined : this.#kinds.get(query.kind);
    const group = ofKind ?? this.#everything;
    const median = group.quantile(0.5);
    const none = { byCandidate: [], uppers: [] };
    if (median === undefined) {
      return { ...none, p50Seconds: 0, p90Seconds: 0, upperSeconds: 0, from: { type: "nothing" } };
    }
    const said = [median, ...this.#models.map((model) => usable(model.predict(query)) ?? median)];
    const place = this.#chooseNewcomer();
    const p50Seconds = said[place]!;
    const upper = Math.max(median, group.quantile(UPPER_LEVEL) ?? 0);
    const upperSeconds = place === 0 ? upper : p50Seconds;
    return {
      ...none,
      p50Seconds,
      p90Seconds: place === 0 ? upper : this.#newcomers[place - 1]!.bound("", p50Seconds),
      upperSeconds,
      newcomer: said,
      from:
        place === 0
          ? { type: "group", kind: ofKind === undefined ? undefined : query.kind, steps: group.steps }
          : { type: "newcomer", candidate: place - 1 },
    };
  }

  /** 0 for the group, else the candidate after it. Losses are those of new steps of all kinds; the group stays unless a gain exceeds its standard error. */
  #chooseNewcomer(): number {
    return chooseRule(this.#newcomerLosses, this.candidates.length + 1, 0).candidate;
  }

  #score(row: Sample, forecast: Forecast): void {
    if (forecast.newcomer !== undefined) {
      const said = forecast.newcomer;
      // How far off, not whether within a fifth: what is known of a new step is seldom that exact.
      this.#newcomerLosses.add(
        said.map((seconds) => Math.min(WORST_OF_NEWCOMER, Math.abs(toLog(seconds) - toLog(row.seconds)))),
      );
      for (const [place, seconds] of said.slice(1).entries()) this.#newcomers[place]!.add("", seconds, row.seconds);
    }
    if (forecast.byCandidate.length === 0) return;
    const { losses: ofStep } = this.#steps.get(row.step)!;
    const losses = forecast.byCandidate.map((seconds) => loss(seconds, row.seconds));
    this.#losses.add(losses);
    ofStep.fade(STEP_FADING);
    ofStep.add(losses);
    this.#served.add(row.step, forecast.upperSeconds, row.seconds, forecast.p50Seconds);
    for (let candidate = 0; candidate < losses.length; candidate += 1) {
      const { byCandidate, uppers } = forecast;
      this.#quantiles[candidate]!.add(row.step, uppers[candidate]!, row.seconds, byCandidate[candidate]);
    }
  }

  #remember(row: Sample): void {
    const before = this.#steps.get(row.step);
    const kind = before?.kind ?? row.kind;
    const state: StepState = before ?? {
      runs: 0,
      lastRun: 0,
      member: { count: 0, lastLog: 0, meanLog: 0 },
      kind,
      kindMember: undefined,
      losses: new LossTable(this.candidates.length),
      choice: undefined,
      chosenAfter: 0,
    };
    state.member = this.#everything.add(row.seconds, before?.member);
    state.kind = kind;
    if (kind !== undefined) {
      let group = this.#kinds.get(kind);
      if (group === undefined) this.#kinds.set(kind, (group = new Group()));
      state.kindMember = group.add(row.seconds, state.kindMember);
    }
    if (state.lastRun !== this.#runs) state.runs += 1;
    state.lastRun = this.#runs;
    this.#steps.set(row.step, state);
  }
}

/** An answer that can be one. */
function usable(seconds: number | undefined): number | undefined {
  return seconds !== undefined && Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}
