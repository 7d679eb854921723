export type { Alert, AlertEvidence, AlertKind, DegradationEvidence, SlowRunEvidence } from "./alert.ts";
export { toDiscordPayload } from "./channels/to-discord-payload.ts";
export type { DiscordPayload } from "./channels/to-discord-payload.ts";
export { toEmail } from "./channels/to-email.ts";
export type { Email } from "./channels/to-email.ts";
export { toJobSummary } from "./channels/to-job-summary.ts";
export { toSlackPayload } from "./channels/to-slack-payload.ts";
export type { SlackPayload } from "./channels/to-slack-payload.ts";
export { toTeamsPayload } from "./channels/to-teams-payload.ts";
export type { TeamsPayload } from "./channels/to-teams-payload.ts";
export { toWebhookPayload } from "./channels/to-webhook-payload.ts";
export type { WebhookAlert, WebhookPayload } from "./channels/to-webhook-payload.ts";
export type {
  AlertChannel,
  ChatChannel,
  EmailChannel,
  JobSummaryChannel,
  WebhookChannel,
} from "./delivery/alert-channel.ts";
export { appendJobSummary, MAX_JOB_SUMMARY_BYTES } from "./delivery/append-job-summary.ts";
export type { Attempt, Delay } from "./delivery/attempt.ts";
export { deliverAlerts } from "./delivery/deliver-alerts.ts";
export type { DeliverOptions } from "./delivery/deliver-alerts.ts";
export type { DeliveryFailure, DeliveryOutcome } from "./delivery/delivery-outcome.ts";
export { signWebhook } from "./delivery/sign-webhook.ts";
export { evaluateAlerts, FORGET_AFTER_MS } from "./evaluate-alerts.ts";
export type { AlertEvaluation, AlertFacts, Measurement, SuppressedAlert } from "./evaluate-alerts.ts";
export { exitCodeFor } from "./exit-code-for.ts";
export { forgetUndelivered } from "./forget-undelivered.ts";
export { composeMessage, MAX_LINES } from "./message/compose-message.ts";
export type { AlertMessage, MessageContext, MessageLine } from "./message/compose-message.ts";
export { DEFAULT_COOLDOWN_MS, DEFAULT_THRESHOLD_SHARE, DEFAULT_WINDOW_COUNT } from "./rules/alert-rule.ts";
export type {
  AlertRule,
  AlertScope,
  DegradationQuestion,
  DegradationRule,
  DegradationTest,
  DegradationVerdict,
  SlowRunRule,
} from "./rules/alert-rule.ts";
export { ALERT_STATE_VERSION, EMPTY_ALERT_STATE } from "./state/alert-state.ts";
export type { AlertMemory, AlertState } from "./state/alert-state.ts";
export { parseAlertState } from "./state/parse-alert-state.ts";
export type { ParsedAlertState } from "./state/parse-alert-state.ts";
export { readAlertState } from "./state/read-alert-state.ts";
export type { ReadAlertState } from "./state/read-alert-state.ts";
export { writeAlertState } from "./state/write-alert-state.ts";
export type { WrittenAlertState } from "./state/write-alert-state.ts";
