export { comparePairs } from "./comparing/compare-pairs.ts";
export { createGate } from "./comparing/create-gate.ts";
