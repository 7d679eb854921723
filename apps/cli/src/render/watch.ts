import type { RunRecord, WatchEvent } from "@ai-workflow/engine";
import { countOf } from "./count-of.ts";
import { formatDuration } from "./duration.ts";
import { renderError } from "./error.ts";
import { printable } from "./printable.ts";
import type { Style } from "./style.ts";

/** Paths that are named in a line; the others are counted. */
const NAMED_PATHS = 3;

/** What to raise where Linux has no more watches: https://man7.org/linux/man-pages/man7/inotify.7.html. */
const REMEDIES: Readonly<Partial<Record<string, string>>> = {
  ENOSPC: "sudo sysctl fs.inotify.max_user_watches=524288",
  EMFILE: "sudo sysctl fs.inotify.max_user_instances=1024, or a higher `ulimit -n`",
};

/** How the run before the present moment ended. */
export interface LastRun {
  readonly status: RunRecord["status"];
  readonly at: Date;
}

/** What else counts for what is said of an event. */
export interface WatchView {
  readonly isQuiet: boolean;
  /** `undefined` where there was none, such as for a configuration that is wrong. */
  readonly last: LastRun | undefined;
  /** What keys do; `undefined` where none are heard. */
  readonly keys: string | undefined;
}

/** One event of a watch as lines of progress, or `undefined` where it is not worth any. */
export function renderWatch(event: WatchEvent, style: Style, { isQuiet, last, keys }: WatchView): string | undefined {
  switch (event.type) {
    case "run-refused":
      return `${renderError(event.error).text}${style.dim("waiting for that to be mended")}\n`;
    case "unsettled":
      return `${style.yellow(`note: ${namePaths(event.paths)} changed in run after run, so that no further one follows; a step seems to write it: name it in \`outputs\` or \`writes\` of that step, or let git ignore it`)}\n`;
    case "polling": {
      const remedy = REMEDIES[event.code];
      const how = remedy === undefined ? "" : `; to be told at once: ${remedy}`;
      return `${style.yellow(`note: the system watches no more folders (${event.code}), so that the files are looked at every ${formatDuration(event.pollMs)} or less often${how}`)}\n`;
    }
    case "watching": {
      const how =
        event.pollMs === undefined ? countOf(event.folders, "folder") : `every ${formatDuration(event.pollMs)}`;
      return isQuiet
        ? undefined
        : `${style.dim(`watching ${printable(event.directory)} (${how}); ${keys ?? "Ctrl-C ends"}`)}\n`;
    }
    case "run-due": {
      if (isQuiet) return undefined;
      const why = event.paths.length === 0 ? "" : `: ${namePaths(event.paths)} changed`;
      return `${style.bold(`── run ${event.run}${why}`)}\n`;
    }
    case "run-stale": {
      if (isQuiet) return undefined;
      if (event.paths.length === 0) return `${style.yellow("ending this run for another one")}\n`;
      return `${style.yellow(`${namePaths(event.paths)} changed: ending this run, it is out of date`)}\n`;
    }
    case "resting": {
      if (isQuiet) return undefined;
      const result = last === undefined ? "" : `${renderLast(last, style)}; `;
      return `${result}${style.dim(`waiting for a change${keys === undefined ? "" : ` (${keys})`}`)}\n`;
    }
  }
}

/** With the time of day: whoever looks after a while wants to know whether that is what was just written. */
function renderLast({ status, at }: LastRun, style: Style): string {
  const paint = status === "passed" ? style.green : status === "partial" ? style.yellow : style.red;
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
  return `${paint(status)} at ${time}`;
}

function namePaths(paths: readonly string[]): string {
  const named = paths.slice(0, NAMED_PATHS).map(printable).join(", ");
  const more = paths.length - NAMED_PATHS;
  return more > 0 ? `${named} and ${more} more` : named;
}
