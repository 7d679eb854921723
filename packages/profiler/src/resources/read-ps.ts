import { execFile } from "node:child_process";
import { parsePs, PS_ARGUMENTS } from "./parse-ps.ts";
import type { ProcessSample } from "./process-sample.ts";

/** Lists all processes; `undefined` when that is not possible. */
export type PsReader = () => Promise<readonly ProcessSample[] | undefined>;

/** Longest time for one listing, in milliseconds. */
const TIMEOUT_MS = 5_000;

/** Lists all processes with the program `ps`. */
export const readPs: PsReader = () =>
  new Promise((resolve) => {
    const options = { timeout: TIMEOUT_MS, maxBuffer: 64 * 2 ** 20, env: { PATH: process.env["PATH"], LC_ALL: "C" } };
    execFile("ps", PS_ARGUMENTS, options, (error, stdout) => resolve(error === null ? parsePs(stdout) : undefined));
  });
