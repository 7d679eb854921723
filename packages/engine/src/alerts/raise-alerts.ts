import path from "node:path";
import { toHistoryLine, type RunRecord } from "@ai-workflow/profiler";
import type { AlertSettings } from "../config/workflow.ts";
import type { RunContext } from "../run/run-context.ts";
import { HISTORY_FILE } from "../state/state-directory.ts";
import { findLastRun, readHistoryLines } from "./alert-history.ts";
import type { AlertReport } from "./alert-report.ts";
import { tellAlerts } from "./tell-alerts.ts";

/** Name of the file in the state folder with what is known of earlier alerts. */
export const ALERTS_FILE = "alerts.json";

/** Limit of all tries in all channels at the end of a run. */
const DELIVERY_LIMIT_MS = 15_000;

/** How long one try and all tries may take, in milliseconds. */
export interface DeliveryLimits {
  readonly timeoutMs?: number | undefined;
  readonly totalTimeoutMs?: number | undefined;
}

/**
 * Tells who is to hear of a finished run. Never rejects: what cannot be judged, told or kept is in the report. A cancelled run says
 * nothing, so nobody hears of it.
 */
export async function raiseAlerts(
  settings: AlertSettings,
  record: RunRecord,
  context: Pick<RunContext, "state" | "environment" | "options" | "emit" | "elapsedMs">,
  limits: DeliveryLimits = {},
): Promise<AlertReport | undefined> {
  if (record.status === "cancelled") return undefined;
  const report = await tryToTell(settings, record, context, limits);
  context.emit({ type: "alerts", atMs: context.elapsedMs(), report });
  return report;
}

async function tryToTell(
  settings: AlertSettings,
  record: RunRecord,
  { state, environment, options }: Pick<RunContext, "state" | "environment" | "options">,
  { timeoutMs, totalTimeoutMs = DELIVERY_LIMIT_MS }: DeliveryLimits,
): Promise<AlertReport> {
  try {
    const own = toHistoryLine(record);
    // Other runs may have ended since this one wrote its line, and it may not have been able to.
    const earlier = readHistoryLines(path.join(state.path, HISTORY_FILE));
    const place = earlier.lastIndexOf(own);
    const history = findLastRun([...(place === -1 ? earlier : earlier.slice(0, place)), own]);
    if (history === undefined) throw new Error("the run has no line in the history");
    return await tellAlerts({
      settings,
      history,
      workflow: record.workflowId,
      stateFile: state.durable ? path.join(state.path, ALERTS_FILE) : undefined,
      delivery: { env: environment, signal: options.signal, timeoutMs, totalTimeoutMs },
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      fired: [],
      resolved: [],
      suppressed: [],
      open: [],
      deliveries: [],
      problems: [`the run could not be judged: ${why}`],
      active: false,
      fails: false,
    };
  }
}
