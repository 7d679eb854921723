import { expect, test } from "vitest";
import { mixedMessage } from "../../test/examples.ts";
import { toDiscordPayload } from "../channels/to-discord-payload.ts";
import { toEmail } from "../channels/to-email.ts";
import { toJobSummary } from "../channels/to-job-summary.ts";
import { toSlackPayload } from "../channels/to-slack-payload.ts";
import { toTeamsPayload } from "../channels/to-teams-payload.ts";
import { toWebhookPayload } from "../channels/to-webhook-payload.ts";
import type { AlertMessage } from "./compose-message.ts";
import { statusOf } from "./status-of.ts";

const tried: AlertMessage = { ...mixedMessage, title: "A try", isTest: true };

test("statusOf() is that of the alert, or a test where the message is one", () => {
  const alerts = mixedMessage.lines.map(({ alert }) => alert);
  expect(alerts.map((alert) => statusOf(mixedMessage, alert))).toEqual(["firing", "resolved"]);
  expect(alerts.map((alert) => statusOf({ isTest: false }, alert))).toEqual(["firing", "resolved"]);
  expect(alerts.map((alert) => statusOf(tried, alert))).toEqual(["test", "test"]);
});

test.each([
  ["Discord", toDiscordPayload],
  ["mail", toEmail],
  ["job summary", toJobSummary],
  ["Slack", toSlackPayload],
  ["Teams", toTeamsPayload],
  ["webhook", toWebhookPayload],
] as const)("a message that is a test says so in the form of %s, and nothing else", (_, form) => {
  const [said, real] = [tried, mixedMessage].map((message) => JSON.stringify(form(message)));
  expect(said).not.toMatch(/firing|resolved|alert:|red_circle|green_circle|🔴|🟢|Attention|Good/i);
  expect(said).toMatch(/\btest\b/i);
  expect(real).not.toMatch(/\btest\b/i);
});

test("programs tell a test by its type and by each alert", () => {
  expect(toWebhookPayload(tried)).toMatchObject({
    type: "ai-workflow.test",
    data: { alerts: [{ status: "test" }, { status: "test" }] },
  });
  expect(toDiscordPayload(tried).embeds[0]?.color).toBe(0x09_69_da);
});
