import type { AlertReport, DeliveryOutcome, ToldAlert } from "@ai-workflow/engine";
import { printable } from "./printable.ts";
import type { Style } from "./style.ts";

/** What of a run somebody should hear and who heard it, a line each; empty where there is nothing to say. */
export function renderAlerts(report: AlertReport, style: Style): readonly string[] {
  const told = (word: string, { text }: ToldAlert): string => `${word}: ${printable(text)}`;
  const lines = [
    ...report.fired.map((one) => style.red(told("alert", one))),
    ...report.suppressed.map((one) => style.yellow(`${told("alert", one)} (${renderSuppression(one)})`)),
    ...report.resolved.map((one) => style.green(told("resolved", one))),
    ...report.open.map(({ rule, step, sinceRun }) =>
      style.dim(
        `still open: ${printable(step ?? "the run")} (${printable(rule)}) since run ${printable(sinceRun)}; this run cannot be compared`,
      ),
    ),
    ...renderDeliveries(report.deliveries, style),
    ...report.problems.map((problem) => style.yellow(`note: alerts: ${printable(problem)}`)),
  ];
  if (report.fails) lines.push(style.red("the run fails for its alerts (`fail: true`)"));
  return lines;
}

/** Whether a report holds something that is to be told even where only trouble is. */
export function isTrouble({ fired, deliveries, problems, fails }: AlertReport): boolean {
  return fails || fired.length > 0 || problems.length > 0 || deliveries.some(({ status }) => status !== "delivered");
}

/** What became of a message in each channel: a line each, and in a dry run what would be sent. */
export function renderDeliveries(deliveries: readonly DeliveryOutcome[], style: Style): readonly string[] {
  return deliveries.flatMap((outcome) => {
    const channel = printable(outcome.channel);
    switch (outcome.status) {
      case "delivered": {
        const refused = outcome.refusedRecipientCount ?? 0;
        const not = refused === 0 ? "" : `, and ${refused} of its recipients refused`;
        return [style.dim(`told: ${channel}${not}`)];
      }
      case "failed":
        return [style.yellow(`not told: ${channel}: ${printable(outcome.message)} [${outcome.failure}]`)];
      case "not-configured":
        return [style.yellow(`not told: ${channel}: ${renderMissing(outcome.missingVariables)}`)];
      case "dry-run": {
        const missing = outcome.missingVariables.length === 0 ? "" : ` (${renderMissing(outcome.missingVariables)})`;
        const payload = outcome.payload.trimEnd().split("\n");
        return [`would be sent: ${channel}${missing}`, ...payload.map((line) => `| ${printable(line)}`)];
      }
    }
  });
}

function renderMissing(variables: readonly string[]): string {
  return `${variables.join(" and ")} ${variables.length === 1 ? "is" : "are"} not set`;
}

function renderSuppression({ reason, untilMs }: AlertReport["suppressed"][number]): string {
  if (reason === "already-open") return "told before";
  return untilMs === undefined ? "cooling down" : `cooling down until ${new Date(untilMs).toISOString()}`;
}
