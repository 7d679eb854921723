import type { RunEvent } from "@ai-workflow/engine";
import { renderAlerts } from "./alert.ts";
import { atMost } from "./at-most.ts";
import { formatDuration } from "./duration.ts";
import { printable, printableMessage } from "./printable.ts";
import { sincePassed } from "./since-passed.ts";
import type { Style } from "./style.ts";

/** One event as a line of progress, or `undefined` where it is not worth one. */
export function renderProgress(event: RunEvent, style: Style, verbose: boolean): string | undefined {
  switch (event.type) {
    case "waiting": {
      const { owner } = event;
      const who =
        owner === undefined ? "another run" : `run ${owner.runId} (process ${owner.pid} on ${printable(owner.host)})`;
      return style.yellow(`waiting for ${who} of the same target (--no-wait does not)`);
    }
    case "decided": {
      const head = renderCounts(event);
      if (!verbose) return head;
      const reasons = event.decisions.map(
        ({ stepId, action, reason, explanation, differs }) =>
          `  ${action} ${stepId}: ${printable(explanation)} [${reason}]${sincePassed(reason, differs)}`,
      );
      return [head, ...reasons].join("\n");
    }
    case "step-started":
      return style.dim(
        `start ${event.stepId}${event.attempt > 1 ? ` (attempt ${event.attempt})` : ""}${event.ahead ? " ahead of its stage" : ""}`,
      );
    case "step-finished": {
      const { step } = event;
      // What did not run is in the summary.
      if (step.outcome === "replayed" || step.outcome === "skipped") return undefined;
      const because = step.message === undefined ? "" : `: ${printableMessage(step.message)}`;
      const text = `${step.outcome} ${step.id} ${formatDuration(step.durationMs)}${because}`;
      if (step.outcome === "passed") return style.green(text);
      return step.outcome === "failed" || step.outcome === "timed-out" ? style.red(text) : style.yellow(text);
    }
    case "eta": {
      const late = event.overdue.length === 0 ? "" : `; longer than usual: ${event.overdue.join(", ")}`;
      return style.dim(`about ${formatDuration(event.expectedMs)} left${atMost(event.upperMs)}${late}`);
    }
    case "gate":
      return event.open ? undefined : style.yellow(printable(event.reason));
    case "notice":
      return style.yellow(`note: ${printable(event.notice.message)}`);
    case "alerts": {
      const lines = renderAlerts(event.report, style);
      return lines.length === 0 ? undefined : lines.join("\n");
    }
    case "finished":
      return undefined;
  }
}

/** How many steps run, are replayed and are skipped; what there is none of is not mentioned. */
function renderCounts({ decisions, maxParallel }: Extract<RunEvent, { readonly type: "decided" }>): string {
  const count = (action: string): number => decisions.filter((decision) => decision.action === action).length;
  const running = count("run");
  const others = (["replay", "skip"] as const).filter((action) => count(action) > 0);
  const rest = others.map((action) => `${count(action)} to ${action}`);
  if (running > 0) return [`${running} to run (${maxParallel} at a time)`, ...rest].join(", ");
  return rest.length === 0 ? "nothing to run" : `nothing to run, ${rest.join(", ")}`;
}
