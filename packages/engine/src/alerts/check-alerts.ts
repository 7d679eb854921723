import path from "node:path";
import type { DeliveryOutcome } from "@ai-workflow/alerts";
import { STATE_FOLDER_NAME } from "../state/state-folder-name.ts";
import type { LoadedWorkflow } from "../config/read-config.ts";
import type { AlertSettings } from "../config/workflow.ts";
import { EngineError } from "../errors.ts";
import { scopeOfUnits } from "./scope-of-units.ts";
import type { AlertReport } from "./alert-report.ts";

/** Options of {@link checkAlerts}. */
export interface CheckAlertsOptions {
  readonly loaded: LoadedWorkflow;
  /** Sends nothing, changes nothing, and gives what would be sent. @defaultValue false */
  readonly dryRun?: boolean | undefined;
  /** @defaultValue `process.env` */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Options of {@link testAlerts}. */
export interface TestAlertsOptions extends CheckAlertsOptions {
  /** Only channels of this type or name. @defaultValue all */
  readonly channel?: string | undefined;
}

/** What the rules say of the last run of the history. */
export interface AlertCheck extends AlertReport {
  readonly runId: string;
}

/**
 * Evaluates the rules once more on the last run of the history that was not cancelled, and tells what nobody was told yet.
 *
 * @throws {EngineError} ENGINE_ALERTS_MISSING – the configuration has no `alerts`
 * @throws {EngineError} ENGINE_RUN_MISSING – the history holds no run
 * @throws {EngineError} ENGINE_DATA_UNREADABLE – the history cannot be read
 */
export async function checkAlerts(options: CheckAlertsOptions): Promise<AlertCheck> {
  const { loaded, dryRun, signal, environment = process.env } = options;
  const settings = settingsOf(loaded);
  const [{ findLastRun }, { readRunHistoryLines }, { ALERTS_FILE }, { tellAlerts }] = await Promise.all([
    import("./alert-history.ts"),
    import("../records/read-run-history.ts"),
    import("./raise-alerts.ts"),
    import("./tell-alerts.ts"),
  ]);
  const state = path.join(loaded.directory, STATE_FOLDER_NAME);
  const history = findLastRun(readRunHistoryLines(loaded.directory));
  if (history === undefined) {
    throw new EngineError("ENGINE_RUN_MISSING", "the history holds no finished run", {
      hint: "Run `ai-workflow run` first",
    });
  }
  const report = await tellAlerts({
    settings: scopeOfUnits(
      settings,
      history.entry.steps.map(({ id }) => id),
    ),
    history,
    workflow: loaded.workflow.name,
    stateFile: path.join(state, ALERTS_FILE),
    delivery: { env: environment, dryRun, signal },
  });
  return { runId: history.entry.run_id, ...report };
}

/**
 * Sends a message that says it is a test to the configured channels, and gives what became of it in each.
 *
 * @throws {EngineError} ENGINE_ALERTS_MISSING – there is no such channel
 */
export async function testAlerts(options: TestAlertsOptions): Promise<readonly DeliveryOutcome[]> {
  const { loaded, dryRun, signal, channel: wanted, environment = process.env } = options;
  const { channels: all } = settingsOf(loaded);
  const channels = all.filter(({ type, name }) => wanted === undefined || wanted === type || wanted === name);
  if (channels.length === 0) {
    const known = all.map(({ type, name }) => name ?? type).join(", ");
    const which = wanted === undefined ? "no channel" : `no channel "${wanted}"`;
    throw new EngineError("ENGINE_ALERTS_MISSING", `the configuration has ${which}`, {
      hint: known === "" ? "Add one to `alerts.channels`" : `There are: ${known}`,
    });
  }
  const { deliverAlerts } = await import("@ai-workflow/alerts");
  const atMs = Date.now();
  return deliverAlerts(
    {
      title: "A test of alerts",
      workflow: loaded.workflow.name,
      runId: "test",
      atMs,
      details: [],
      // Resolved, so that it opens nothing where somebody would have to close it.
      lines: [
        {
          alert: {
            key: '["test"]',
            rule: "test",
            kind: "slow-run",
            status: "resolved",
            sinceMs: atMs,
            sinceRun: "test",
            evidence: { kind: "slow-run", durationMs: 0, thresholdMs: 1 },
          },
          subject: "This is a test:",
          text: "nothing is wrong, and nothing was",
          notes: [],
        },
      ],
      omittedCount: 0,
      isTest: true,
    },
    channels,
    { env: environment, dryRun, signal },
  );
}

function settingsOf({ workflow }: LoadedWorkflow): AlertSettings {
  if (workflow.alerts !== undefined) return workflow.alerts;
  throw new EngineError("ENGINE_ALERTS_MISSING", "the configuration has no `alerts`", {
    hint: "Say in `alerts` when somebody is to hear of a run, and where",
  });
}
