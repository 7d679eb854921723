import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { findChangePoints, findDegradation, FEW_SERIES, MANY_SERIES } from "@ai-workflow/regression";
import { median, shuffle } from "../measure/statistics.mjs";

const RECENT = 5;
const PREVIOUS = 30;
/** Runs a series must have: a window of 35, and enough after it. */
const FEWEST = 50;
/** Runs to either side that a level is taken from. */
const REACH = 5;

export const RULES = { FEW_SERIES, MANY_SERIES };

/** Residuals of logarithms, one list for each step, about two kinds of level. @param {string | undefined} folder */
export function readResiduals(folder) {
  if (folder === undefined || !existsSync(path.join(folder, "onegov.jsonl.gz"))) return undefined;
  const steps = new Map();
  for (const line of gunzipSync(readFileSync(path.join(folder, "onegov.jsonl.gz")))
    .toString()
    .trim()
    .split("\n")) {
    const { step, seconds } = JSON.parse(line);
    if (!(seconds > 0)) continue;
    if (!steps.has(step)) steps.set(step, []);
    steps.get(step).push(Math.log(seconds));
  }
  const long = [...steps.values()].filter((logs) => logs.length >= FEWEST);
  return {
    "about the median of 11 runs": long.map((logs) =>
      logs.map((log, run) => log - median(logs.slice(Math.max(0, run - REACH), run + REACH + 1))),
    ),
    "about the median of all runs": long.map((logs) => logs.map((log) => log - median(logs))),
  };
}

/** Stand-in for the data: steps with log-normal scatter of 5 to 25 % and a share of outliers. */
export function makeResiduals(steps, runs, random) {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return {
    generated: Array.from({ length: steps }, () => {
      const deviation = 0.05 + 0.2 * random();
      return Array.from(
        { length: runs },
        () => deviation * normal() + (random() < 0.03 ? Math.log(1.3 + random()) : 0),
      );
    }),
  };
}

/**
 * Series without a change (the residuals of each step in random order), watched run by run as in use; and the same with +50 % from a
 * random run on, watched for the five runs from there.
 * @param {readonly (readonly number[])[]} residuals
 * @param {import("@ai-workflow/regression").DegradationRule} rule
 */
export function tryDegradation(residuals, rule, sets, random) {
  const degraded = (series, end) =>
    findDegradation(series.slice(end - RECENT - PREVIOUS, end), { rule }).status === "degraded";
  let alerts = 0;
  let judged = 0;
  let runs = 0;
  let runsWithAlert = 0;
  let shifts = 0;
  let found = 0;
  for (let set = 0; set < sets; set += 1) {
    const alerting = new Set();
    let longest = 0;
    for (const step of residuals) {
      const series = shuffle(step, random).map(Math.exp);
      longest = Math.max(longest, series.length);
      let open = false;
      for (let end = RECENT + PREVIOUS; end <= series.length; end += 1) {
        const now = degraded(series, end);
        judged += 1;
        // An alert is raised once, and again only after it has been resolved.
        if (now && !open) {
          alerts += 1;
          alerting.add(end);
        }
        open = now;
      }
      const from = PREVIOUS + RECENT + Math.floor(random() * (series.length - PREVIOUS - 2 * RECENT));
      const shifted = series.map((seconds, run) => (run < from ? seconds : 1.5 * seconds));
      shifts += 1;
      for (let end = from + 1; end <= from + 5; end += 1) {
        if (degraded(shifted, end)) {
          found += 1;
          break;
        }
      }
    }
    runs += longest - RECENT - PREVIOUS + 1;
    runsWithAlert += alerting.size;
  }
  return {
    alertsPer100: (100 * alerts) / judged,
    runsWithAlertPer100: (100 * runsWithAlert) / runs,
    foundShare: found / shifts,
    judged,
    shifts,
  };
}

/** Series without a change in which one is found, and how far from +50 % in the middle the nearest change is found. */
export function tryChangePoints(residuals, random) {
  let wrong = 0;
  let near = 0;
  let exactly = 0;
  for (const step of residuals) {
    const series = shuffle(step, random).map(Math.exp);
    if (findChangePoints(series).length > 0) wrong += 1;
    const from = series.length >> 1;
    const points = findChangePoints(series.map((seconds, run) => (run < from ? seconds : 1.5 * seconds)));
    const off = Math.min(...points.map(({ index }) => Math.abs(index - from)));
    if (off <= 2) near += 1;
    if (off === 0) exactly += 1;
  }
  const share = (count) => count / residuals.length;
  return { series: residuals.length, wrong: share(wrong), near: share(near), exactly: share(exactly) };
}
