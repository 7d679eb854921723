import { oneLine } from "./one-line.ts";

/** Shorter than what one decimal of a second shows. */
export const SHOWN_MS = 50;

/** One line of `profile.log` under a step: a phase and its time in seconds with one decimal. */
export const profileLine = (name: string, ms: number): string => `  - ${oneLine(name)}: ${(ms / 1000).toFixed(1)}s`;
