export { comparePairs } from "./comparing/compare-pairs.ts";
export { createGate } from "./comparing/create-gate.ts";
export { findChangePoints } from "./history/find-change-points.ts";
export { findDegradation, FEW_SERIES, MANY_SERIES } from "./history/find-degradation.ts";
export { findTrend } from "./history/find-trend.ts";
export { groupSeries } from "./history/group-series.ts";
export { parseHistory } from "./history/parse-history.ts";
