import { LogHistogram } from "./log-histogram.ts";
import { fromLog, toLog } from "./log-ratio.ts";

/** From this many runs on a step speaks for itself. */
export const FEW_RUNS = 5;
/** A group of fewer steps says nothing about another one. */
const SMALLEST_GROUP = 3;

/** Median absolute difference of two normal values to their standard deviation: 1 / (√2 · 0.6745). */
const JUMP_TO_DEVIATION = 1.0484;

/** What a group knows of one of its steps. */
export interface Member {
  count: number;
  lastLog: number;
  meanLog: number;
}

/**
 * A set of steps (those of a kind, or all): where their durations lie, how much steps differ from each other, and how much a step
 * differs from itself. Every step counts once for the level, however often it ran. Updates are O(log n).
 */
export class Group {
  readonly #levels = new LogHistogram();
  #steps = 0;
  #sumMean = 0;
  #sumSquaredMean = 0;
  #sumInverseCount = 0;
  readonly #jumps = new LogHistogram();

  /** How many steps it has. */
  get steps(): number {
    return this.#steps;
  }

  /** The duration in seconds below which `level` of the steps lie (each by its last duration); `undefined` when empty. */
  quantile(level: number): number | undefined {
    const log = this.#levels.atRank((this.#levels.count + (level === 0.5 ? 0 : 1)) * level);
    return log === undefined ? undefined : fromLog(log);
  }

  /** A step took `seconds`. `before` is what was known of it, `undefined` at first sight; gives what is known now. */
  add(seconds: number, before: Member | undefined): Member {
    const log = toLog(seconds);
    const count = (before?.count ?? 0) + 1;
    const meanLog = before === undefined ? log : before.meanLog + (log - before.meanLog) / count;
    if (before === undefined) this.#steps += 1;
    else {
      this.#levels.remove(before.lastLog);
      this.#sumMean -= before.meanLog;
      this.#sumSquaredMean -= before.meanLog ** 2;
      this.#sumInverseCount -= 1 / before.count;
      this.#jumps.add(Math.abs(log - before.lastLog));
    }
    this.#levels.add(log);
    this.#sumMean += meanLog;
    this.#sumSquaredMean += meanLog ** 2;
    this.#sumInverseCount += 1 / count;
    return { count, lastLog: log, meanLog };
  }

  /**
   * Draw the prediction for a step with few runs towards the group's median, by as much as chance explains: the weight of its own
   * figure is b/(b + w/n), b being the variance between steps and w the variance within a step (from the median difference of
   * successive durations, which neither a change of level nor a few wild runs inflate), both on the logarithmic scale. Where steps are unlike
   * each other this changes next to nothing; where they are alike, a first odd duration is not believed. How unlike they are
   * is asked of the other steps, so that an odd one is no witness for itself.
   *
   * Source: B. Efron, C. Morris, "Data analysis using Stein's estimator and its generalizations", JASA 70 (1975); for successive
   * differences J. von Neumann et al., "The mean square successive difference", Ann. Math. Stat. 12 (1941).
   */
  shrink(predictedSeconds: number, self: Member): number {
    const others = this.#steps - 1;
    if (self.count >= FEW_RUNS || others < SMALLEST_GROUP || this.#jumps.count < SMALLEST_GROUP)
      return predictedSeconds;
    const typicalJump = this.#jumps.atRank(this.#jumps.count / 2) ?? 0;
    const within = (typicalJump * JUMP_TO_DEVIATION) ** 2;
    const noise = within / self.count;
    if (noise <= 0) return predictedSeconds;
    const mean = (this.#sumMean - self.meanLog) / others;
    const ofMeans = (this.#sumSquaredMean - self.meanLog ** 2 - others * mean ** 2) / (others - 1);
    const fromNoise = (within * (this.#sumInverseCount - 1 / self.count)) / others;
    const between = Math.max(0, ofMeans - fromNoise);
    const own = between / (between + noise);
    const median = this.#levels.atRank(this.#levels.count / 2) ?? 0;
    return fromLog(own * toLog(predictedSeconds) + (1 - own) * median);
  }
}
