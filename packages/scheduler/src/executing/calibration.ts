/** So many tasks that ended as predicted are taken to have ended before any has: few surprises change little. */
const PRIOR_TASKS = 12;

/**
 * Corrects predicted durations by what has ended: on a machine that is slower than when the predictions were made everything takes longer, and
 * predictions that scatter widely are drawn towards their mean, for what was predicted to be extreme rarely is.
 *
 * A straight line through the logarithms of predicted and actual durations by least squares, with a prior of slope 1 through the origin (ridge
 * regression; Hoerl and Kennard 1970). Constant time for each task.
 */
export class Calibration {
  readonly #meanLog: number;
  readonly #priorSquares: number;
  #count = PRIOR_TASKS;
  #sumX = 0;
  #sumY = 0;
  #sumXX = 0;
  #sumXY = 0;

  /** @param predictedMs Of all tasks; those of no duration say nothing. */
  constructor(predictedMs: Iterable<number>) {
    let count = 0;
    let sum = 0;
    let squares = 0;
    for (const predicted of predictedMs) {
      if (!(predicted > 0)) continue;
      const log = Math.log(predicted);
      count += 1;
      sum += log;
      squares += log * log;
    }
    this.#meanLog = count === 0 ? 0 : sum / count;
    const variance = count === 0 ? 0 : Math.max(0, squares / count - this.#meanLog * this.#meanLog);
    this.#priorSquares = PRIOR_TASKS * variance;
  }

  /** A task has ended. */
  observe(predictedMs: number, actualMs: number): void {
    if (!(predictedMs > 0 && actualMs > 0)) return;
    const x = Math.log(predictedMs) - this.#meanLog;
    const y = Math.log(actualMs) - this.#meanLog;
    this.#count += 1;
    this.#sumX += x;
    this.#sumY += y;
    this.#sumXX += x * x;
    this.#sumXY += x * y;
  }

  /** Gives the function that corrects a prediction by what has been observed so far. */
  correction(): (predictedMs: number) => number {
    const observed = this.#count - PRIOR_TASKS;
    if (observed === 0) return (predictedMs) => predictedMs;
    const meanX = this.#sumX / this.#count;
    const meanY = this.#sumY / this.#count;
    const squaresX = this.#sumXX - 2 * meanX * this.#sumX + observed * meanX * meanX;
    const squaresXY = this.#sumXY - meanX * this.#sumY - meanY * this.#sumX + observed * meanX * meanY;
    const weight = squaresX + this.#priorSquares;
    // Where all predictions are equal they say nothing about each other.
    const slope = weight > Number.EPSILON ? Math.max(0, (squaresXY + this.#priorSquares) / weight) : 1;
    const offset = (this.#sumY - slope * this.#sumX) / this.#count + this.#meanLog * (1 - slope);
    return (predictedMs) => (predictedMs > 0 ? Math.exp(offset + slope * Math.log(predictedMs)) : predictedMs);
  }
}
