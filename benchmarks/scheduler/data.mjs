import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";

/**
 * A graph, its limits and the length to compare with.
 * @typedef {object} Problem
 * @property {string} set Which set of problems it belongs to.
 * @property {string} name
 * @property {readonly { id: string, needs: readonly string[], durationMs: number, demand?: Record<string, number> }[]} tasks
 * @property {{ maxParallel?: number, capacity?: Record<string, number> }} limits
 * @property {number} best Length of the best schedule known.
 * @property {boolean} isOptimal Whether that is proved to be the shortest.
 */

/** 60 graphs of the Standard Task Graph Set on 2, 4, 8 and 16 processors; undefined without the file. @returns {Problem[] | undefined} */
export function readTaskGraphs(directory) {
  return readLines(path.join(directory, "stg50.json.gz"))?.flatMap(({ name, tasks, optimum, bestKnown = {} }) =>
    Object.entries({ ...bestKnown, ...optimum }).map(([processors, best]) => ({
      set: `STG, ${processors} processors`,
      name: `${name} on ${processors}`,
      tasks: tasks.map(({ id, duration, needs }) => ({ id, needs, durationMs: duration })),
      limits: { maxParallel: Number(processors) },
      best,
      isOptimal: processors in optimum,
    })),
  );
}

/** 36 graphs of 30, 60 and 120 tasks with four resources; undefined without the file. @returns {Problem[] | undefined} */
export function readResourceGraphs(directory) {
  return readLines(path.join(directory, "rcpsp.jsonl.gz"))?.map(({ name, tasks, capacity, best, optimal }) => ({
    set: `RCPSP, ${tasks.length} tasks`,
    name,
    tasks: tasks.map(({ id, duration, needs, demand }) => ({ id, needs, durationMs: duration, demand })),
    limits: { capacity },
    best,
    isOptimal: optimal,
  }));
}

/** One JSON value a line. */
function readLines(file) {
  if (!existsSync(file)) return undefined;
  const text = gunzipSync(readFileSync(file)).toString("utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}
