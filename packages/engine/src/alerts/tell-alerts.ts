import {
  composeMessage,
  deliverAlerts,
  EMPTY_ALERT_STATE,
  exitCodeFor,
  forgetUndelivered,
  readAlertState,
  writeAlertState,
  type Alert,
  type DeliverOptions,
  type AlertEvaluation,
  type MessageContext,
} from "@ai-workflow/alerts";
import type { AlertSettings } from "../config/workflow.ts";
import type { AlertHistory } from "./alert-history.ts";
import type { AlertReport, OpenAlert, ToldAlert } from "./alert-report.ts";
import { evaluateRun } from "./evaluate-run.ts";

/** What {@link tellAlerts} works with. */
export interface TellAlertsOptions {
  readonly settings: AlertSettings;
  readonly history: AlertHistory;
  /** Name of the project. */
  readonly workflow: string;
  /** Absolute path of the file with what is known of earlier alerts; `undefined` where nothing can be kept. */
  readonly stateFile: string | undefined;
  readonly delivery: DeliverOptions;
}

/** Evaluates the rules on a run, tells the channels what is new, and keeps what the next run must know. */
export async function tellAlerts(options: TellAlertsOptions): Promise<AlertReport> {
  const { settings, history, workflow, stateFile, delivery } = options;
  const problems: string[] = [];
  const { state, problem } = stateFile === undefined ? readNothing() : readAlertState(stateFile);
  const isNewer = problem === "newer-version";
  if (isNewer) problems.push(`${stateFile} was written by a newer version: nobody is told, and it stays as it is`);
  else if (problem !== undefined && problem !== "missing")
    problems.push(`${stateFile} is ${problem}: what is still so is told once more`);

  const evaluation = evaluateRun(history, settings.rules, state);
  const message = composeMessage(evaluation, toContext(options));
  const isTold = message !== undefined && !isNewer;
  const deliveries = isTold ? await deliverAlerts(message, settings.channels, delivery) : [];
  if (stateFile !== undefined && !isNewer && delivery.dryRun !== true) {
    const nobody = deliveries.length > 0 && deliveries.every(({ status }) => status !== "delivered");
    const next = nobody ? forgetUndelivered(evaluation, state) : evaluation.nextState;
    // Nearly every run leaves it as it was.
    if (JSON.stringify(next) !== JSON.stringify(state)) {
      const written = writeAlertState(stateFile, next);
      if (!written.ok) problems.push(`${written.message}: the next run may tell the same again`);
    }
  }
  const active = exitCodeFor(evaluation) === 1;
  const inWords = (alert: Alert): ToldAlert => ({ alert, text: describe(alert, workflow) });
  return {
    fired: evaluation.fire.map(inWords),
    resolved: evaluation.resolved.map(inWords),
    suppressed: evaluation.suppressed.map(({ alert, reason, untilMs }) => ({ ...inWords(alert), reason, untilMs })),
    open: findOpen(evaluation),
    deliveries,
    problems,
    active,
    fails: active && settings.fail,
  };
}

/** What stays open in the state and is neither told, kept back nor over now. */
function findOpen({ fire, suppressed, resolved, nextState }: AlertEvaluation): readonly OpenAlert[] {
  const spoken = new Set([...fire, ...resolved, ...suppressed.map(({ alert }) => alert)].map(({ key }) => key));
  return Object.entries(nextState.alerts).flatMap(([key, { phase, rule, step, sinceRun }]) =>
    phase === "open" && !spoken.has(key) ? [{ rule, step, sinceRun }] : [],
  );
}

function readNothing(): ReturnType<typeof readAlertState> {
  return { state: EMPTY_ALERT_STATE };
}

function describe(alert: Alert, workflow: string): string {
  const [line] = composeMessage({ fire: [alert], resolved: [] }, { workflow, runId: "", atMs: 0 })?.lines ?? [];
  if (line === undefined) return alert.rule;
  const notes = line.notes.length === 0 ? "" : ` (${line.notes.join(", ")})`;
  return `${line.subject} ${line.text}${notes}`;
}

function toContext({ history, workflow, delivery }: TellAlertsOptions): MessageContext {
  const { entry } = history;
  const { env } = delivery;
  const endMs = Date.parse(entry.end_time);
  return {
    workflow,
    runId: entry.run_id,
    atMs: Number.isFinite(endMs) ? endMs : 0,
    machine: entry.machine,
    commit: entry.commit ?? undefined,
    branch: env["GITHUB_HEAD_REF"] || env["GITHUB_REF_NAME"] || env["CI_COMMIT_REF_NAME"],
    reportUrl: findReportUrl(env),
  };
}

/** Where GitHub Actions or GitLab CI shows the run. */
function findReportUrl(env: DeliverOptions["env"]): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run, CI_JOB_URL: job } = env;
  return server && repository && run ? `${server}/${repository}/actions/runs/${run}` : job;
}
