import { createHash } from "node:crypto";
import type { AlertEvidence, AlertKind } from "../alert.ts";
import type { AlertMessage } from "../message/compose-message.ts";
import { plainText } from "../message/plain-text.ts";
import { statusOf } from "../message/status-of.ts";

/** One alert for programs. Durations in milliseconds. */
export interface WebhookAlert {
  /** The same in all notices of one rule about one step of one workflow, 32 hexadecimal digits: what to de-duplicate by. */
  readonly key: string;
  readonly status: "firing" | "resolved" | "test";
  readonly kind: AlertKind;
  readonly rule: string;
  /** `null` when it is about the whole run. */
  readonly step: string | null;
  readonly summary: string;
  /** When and in which run it began. */
  readonly since: string;
  readonly since_run: string;
  readonly evidence: AlertEvidence;
}

/** The body of a post to a webhook of one's own, with the members that Standard Webhooks recommends. */
export interface WebhookPayload {
  /** `ai-workflow.test` for a message that only tries the channel. */
  readonly type: "ai-workflow.alerts" | "ai-workflow.test";
  readonly timestamp: string;
  readonly data: {
    readonly workflow: string;
    readonly run: string;
    readonly title: string;
    readonly details: Readonly<Record<string, string>>;
    readonly report_url: string | null;
    readonly alerts: readonly WebhookAlert[];
    readonly omitted_count: number;
  };
}

/** The message for programs. Texts from outside are single lines, but not escaped: whoever shows them must do that. */
export function toWebhookPayload(message: AlertMessage): WebhookPayload {
  const { title, workflow, runId, atMs, details, reportUrl, lines, omittedCount } = message;
  return {
    type: message.isTest === true ? "ai-workflow.test" : "ai-workflow.alerts",
    timestamp: new Date(atMs).toISOString(),
    data: {
      workflow,
      run: runId,
      title,
      details: Object.fromEntries(details.map(({ label, value }) => [label, value])),
      report_url: reportUrl ?? null,
      alerts: lines.map(({ alert, subject, text }) => ({
        key: createHash("sha256")
          .update(JSON.stringify([workflow, alert.key]))
          .digest("hex")
          .slice(0, 32),
        status: statusOf(message, alert),
        kind: alert.kind,
        rule: plainText(alert.rule, 100),
        step: alert.step === undefined ? null : subject,
        summary: `${subject} ${text}`,
        since: new Date(alert.sinceMs).toISOString(),
        since_run: plainText(alert.sinceRun, 120),
        evidence: alert.evidence,
      })),
      omitted_count: omittedCount,
    },
  };
}
