import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { parseSamples } from "@ai-workflow/ml-predictor";

/** Real durations of test files over years, in order of time; undefined without the file. */
export function readHistory(directory, name) {
  const file = path.join(directory, `${name}.jsonl.gz`);
  if (!existsSync(file)) return undefined;
  const lines = gunzipSync(readFileSync(file)).toString("utf8").split("\n");
  return parseSamples(lines, { assumePassed: true }).samples;
}
