import type { Query } from "../candidate.ts";
import { toLog } from "../log-ratio.ts";
import type { Sample } from "../sample.ts";
import { HISTORY_COLUMNS, LEVELS, MOST_CATEGORIES, MOST_NUMBERS } from "./columns.ts";
import type { Encoded } from "./covariates.ts";
import { Effects } from "./effects.ts";
import { categoriesOf, numbersOf } from "./feature-values.ts";
import { TargetStatistic } from "./target-statistic.ts";

/** How many of a step's last durations are remembered. */
const REMEMBERED = 20;
/** Weight of the newest duration in the moving average. */
const EWMA_WEIGHT = 0.3;
/** Effects are fitted anew once the history has grown by this share. */
const REFIT_SHARE = 0.2;
/** Fewer rows show no effects. */
const FEWEST_ROWS = 30;
/** Rows from which effects are fitted: the latest. */
const MOST_ROWS = 20_000;

/** So many outcomes in a row, all off to the same side, are a new level rather than chance. */
const SHIFT_RUNS = 4;
/** Each of them further off than so many times what is usual for the step, and than so much at all (natural logarithm). */
const SHIFT_FACTOR = 2;
const SMALLEST_SHIFT = 0.1;
/** With fewer outcomes before them it is not known what is usual. */
const USUAL_RUNS = 8;
/** From the median distance to the standard deviation of normal values. */
const USUAL_DEVIATION = 1.4826;
/** With fewer durations of known conditions than this, the others are taken as well. */
const FEWEST_WHOLE = 3;
const LINE = LEVELS.indexOf("line");

/** A step as numbers, before it runs. */
export interface Description {
  /** Values of the columns, as many as there are by now. */
  readonly values: Float32Array;
  /** Estimates that need no model, in the order of `LEVELS`: natural logarithms. */
  readonly levels: Float64Array;
}

/** Turns history into features as it goes by. What is described rests on the runs learned before and on nothing else. */
export interface FeatureBuilder {
  /** Names of the columns; new ones are added at the end. */
  readonly columns: readonly string[];
  /** A step that has run before; `undefined` for one that has not. O(columns). */
  describe(query: Query): Description | undefined;
  /** Where a step that never ran is expected, in seconds on the logarithmic scale; `undefined` while nothing is known. */
  expectNewcomer(query: Query): number | undefined;
  /** Learn all rows of a run. */
  learnRun(rows: readonly Sample[]): void;
}

interface StepHistory {
  count: number;
  ewma: number;
  lastTime: number;
  lastRun: number;
  numbers: ReadonlyMap<string, number>;
  /** The last durations and their conditions, the newest last. */
  readonly logs: number[];
  /** The same durations, those from before the step changed its level moved to the new one. */
  levelled: number[];
  /** How far the latest outcomes were from the step's line, since its last change of level. */
  residuals: number[];
  readonly samples: Sample[];
  encoded: Encoded[];
  readonly machines: Map<string, { count: number; readonly logs: number[] }>;
}

/** A builder that has seen nothing. */
export function createFeatureBuilder(): FeatureBuilder {
  const effects = new Effects();
  const steps = new Map<string, StepHistory>();
  const columns: string[] = [...HISTORY_COLUMNS];
  const numberColumns = new Map<string, number>();
  const categoryColumns = new Map<string, { readonly place: number; readonly statistic: TargetStatistic }>();
  const byStep = new TargetStatistic();
  const byKind = new TargetStatistic();
  const lastRunOn = new Map<string, number>();
  const kept: Sample[] = [];
  const keptLogs: number[] = [];
  let lastRunOffset = Number.NaN;
  let runs = 0;
  let fittedRows = 0;
  let rowsSinceFit = 0;

  function describe(query: Query): Description | undefined {
    const history = steps.get(query.step);
    if (history === undefined) return undefined;
    const { logs } = history;
    const now = effects.encode(query);
    const adjusted = bring(history, query.step, now);
    const last = logs[logs.length - 1]!;
    const median = medianOf(logs.slice(-5));
    const level = medianOf(adjusted.slice(-5));
    const adjustedLast = adjusted[adjusted.length - 1]!;
    const adjustedMedian = medianOf(adjusted);
    const line = effects.atStep(query, now) ?? adjustedMedian;
    const values = new Float32Array(columns.length).fill(Number.NaN);
    const here = query.machine === undefined ? undefined : history.machines.get(query.machine);
    const seconds = query.time === undefined ? Number.NaN : query.time - history.lastTime;
    values.set([
      level,
      Math.log1p(history.count),
      last - level,
      median - level,
      history.ewma - level,
      adjustedLast - level,
      adjustedMedian - level,
      line - level,
      meanOf(adjusted.map((log) => Math.min(1, Math.abs(log - level)))),
      adjusted.length < 2 ? Number.NaN : meanOf(adjusted.slice(-3)) - meanOf(adjusted.slice(-6, -3), adjusted[0]),
      seconds >= 0 ? Math.log1p(seconds) : Number.NaN,
      Math.log1p(runs - history.lastRun),
      Math.log1p(here?.count ?? 0),
      here === undefined ? Number.NaN : here.logs[here.logs.length - 1]! - level,
      here === undefined ? Number.NaN : medianOf(here.logs) - level,
      lastRunOffset,
      query.machine === undefined ? Number.NaN : (lastRunOn.get(query.machine) ?? Number.NaN),
      byStep.of(query.step),
      query.kind === undefined ? Number.NaN : byKind.of(query.kind),
    ]);
    for (const [name, value] of numbersOf(query)) {
      const place = numberColumns.get(name);
      if (place === undefined) continue;
      values[place] = value;
      const before = history.numbers.get(name);
      if (before !== undefined) values[place + 1] = Math.asinh(value) - Math.asinh(before);
    }
    for (const [name, category] of categoriesOf(query)) {
      const column = categoryColumns.get(name);
      if (column !== undefined) values[column.place] = column.statistic.of(category);
    }
    return {
      values,
      levels: Float64Array.of(last, median, history.ewma, adjustedLast, level, adjustedMedian, line),
    };
  }

  /** The last durations brought to today's conditions; those whose own conditions are not known as well are left out, if others remain. */
  function bring({ levelled, encoded }: StepHistory, step: string, now: Encoded): readonly number[] {
    const all = effects.bring(step, levelled, encoded, now);
    if (encoded.every(({ known }) => known >= now.known)) return all;
    const whole = all.filter((_, place) => encoded[place]!.known >= now.known);
    return whole.length >= FEWEST_WHOLE ? whole : all;
  }

  function remember(row: Sample): void {
    const log = toLog(row.seconds);
    let history = steps.get(row.step);
    if (history === undefined) {
      history = {
        count: 0,
        ewma: log,
        lastTime: row.time,
        lastRun: runs,
        numbers: new Map(),
        logs: [],
        levelled: [],
        residuals: [],
        samples: [],
        encoded: [],
        machines: new Map(),
      };
      steps.set(row.step, history);
    }
    history.count += 1;
    history.ewma += EWMA_WEIGHT * (log - history.ewma);
    history.lastTime = row.time;
    history.lastRun = runs;
    history.numbers = new Map(numbersOf(row));
    keepLast(history.logs, log, REMEMBERED);
    keepLast(history.levelled, log, REMEMBERED);
    keepLast(history.samples, row, REMEMBERED);
    keepLast(history.encoded, effects.encode(row), REMEMBERED);
    if (row.machine === undefined) return;
    let here = history.machines.get(row.machine);
    if (here === undefined) history.machines.set(row.machine, (here = { count: 0, logs: [] }));
    here.count += 1;
    keepLast(here.logs, log, 5);
  }

  /** Where a step has changed its level, what it did before is moved there: its sizes and machines still tell what they told. */
  function followShift(name: string, residual: number): void {
    const history = steps.get(name)!;
    keepLast(history.residuals, residual, REMEMBERED);
    const latest = history.residuals.slice(-SHIFT_RUNS);
    const before = history.residuals.slice(0, -SHIFT_RUNS).map(Math.abs);
    if (before.length < USUAL_RUNS || Math.abs(latest.reduce((sum, one) => sum + Math.sign(one), 0)) < SHIFT_RUNS)
      return;
    const least = Math.max(SMALLEST_SHIFT, SHIFT_FACTOR * USUAL_DEVIATION * medianOf(before));
    if (latest.some((one) => Math.abs(one) < least)) return;
    const shift = medianOf(latest);
    history.residuals = [];
    history.levelled = history.levelled.map((log, place) =>
      place < history.levelled.length - SHIFT_RUNS ? log + shift : log,
    );
    const places: number[] = [];
    for (let place = 0; place < kept.length; place += 1) if (kept[place]!.step === name) places.push(place);
    for (const place of places.slice(0, -SHIFT_RUNS)) keptLogs[place]! += shift;
    effects.relearn(
      name,
      places.map((place) => kept[place]!),
      places.map((place) => keptLogs[place]!),
    );
  }

  function addColumns(row: Sample): void {
    for (const [name] of numbersOf(row)) {
      if (numberColumns.has(name) || numberColumns.size >= MOST_NUMBERS) continue;
      numberColumns.set(name, columns.length);
      columns.push(`number:${name}`, `change:${name}`);
    }
    for (const [name] of categoriesOf(row)) {
      if (categoryColumns.has(name) || categoryColumns.size >= MOST_CATEGORIES) continue;
      categoryColumns.set(name, { place: columns.length, statistic: new TargetStatistic() });
      columns.push(`category:${name}`);
    }
  }

  return {
    columns,
    describe,
    expectNewcomer: (query) => effects.atNewcomer(query),
    learnRun(rows) {
      const level = LEVELS.indexOf("adjusted median of five");
      const residuals: number[] = [];
      const offsets = rows.map((row) => {
        const described = describe(row);
        residuals.push(described === undefined ? Number.NaN : toLog(row.seconds) - described.levels[LINE]!);
        return described === undefined ? Number.NaN : toLog(row.seconds) - described.levels[level]!;
      });
      runs += 1;
      const machines = new Map<string, number[]>();
      for (const [place, row] of rows.entries()) {
        addColumns(row);
        const offset = offsets[place]!;
        if (!Number.isNaN(offset)) {
          byStep.add(row.step, offset);
          if (row.kind !== undefined) byKind.add(row.kind, offset);
          for (const [name, category] of categoriesOf(row)) categoryColumns.get(name)?.statistic.add(category, offset);
          if (row.machine !== undefined) {
            const known = machines.get(row.machine);
            if (known === undefined) machines.set(row.machine, [offset]);
            else known.push(offset);
          }
        }
        effects.learn(row);
        remember(row);
        kept.push(row);
        keptLogs.push(toLog(row.seconds));
        if (!Number.isNaN(offset)) followShift(row.step, residuals[place]!);
      }
      const known = offsets.filter((offset) => !Number.isNaN(offset));
      if (known.length > 0) lastRunOffset = medianOf(known);
      for (const [machine, found] of machines) lastRunOn.set(machine, medianOf(found));
      rowsSinceFit += rows.length;
      for (const { step } of rows) effects.prepare(step);
      if (kept.length < FEWEST_ROWS || rowsSinceFit < REFIT_SHARE * fittedRows) return;
      if (kept.length > MOST_ROWS) {
        keptLogs.splice(0, kept.length - MOST_ROWS);
        kept.splice(0, kept.length - MOST_ROWS);
      }
      effects.fit(kept, keptLogs);
      fittedRows = kept.length;
      rowsSinceFit = 0;
      for (const history of steps.values()) history.encoded = history.samples.map((row) => effects.encode(row));
    },
  };
}

function keepLast<Item>(items: Item[], item: Item, count: number): void {
  items.push(item);
  if (items.length > count) items.shift();
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function meanOf(values: readonly number[], ofNone = 0): number {
  return values.length === 0 ? ofNone : values.reduce((sum, value) => sum + value, 0) / values.length;
}
