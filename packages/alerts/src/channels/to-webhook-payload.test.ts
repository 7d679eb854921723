import { describe, expect, test } from "vitest";
import {
  context,
  degraded,
  hostileMessages,
  messageAbout,
  largestMessages,
  mixedMessage,
} from "../../test/examples.ts";
import { composeMessage, type AlertMessage } from "../message/compose-message.ts";
import { toWebhookPayload } from "./to-webhook-payload.ts";

describe("toWebhookPayload()", () => {
  test("is type, time and data, each alert with its key and evidence", () => {
    const payload = toWebhookPayload(mixedMessage);
    expect(payload).toMatchObject({
      type: "ai-workflow.alerts",
      timestamp: "2026-11-25T12:00:00.000Z",
      data: {
        workflow: "shop",
        run: "run-7",
        details: { run: "run-7", commit: "0a1b2c3", branch: "main", machine: "linux-x64-8" },
        report_url: "https://ci.example/shop/7?tab=a&x=1",
        omitted_count: 0,
      },
    });
    expect(payload.data.alerts[0]).toEqual({
      key: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      status: "firing",
      kind: "degradation",
      rule: "degradation",
      step: "lint",
      summary: "lint has become slower: 10.2 s before, 14.9 s (+46 %) over the last 5 runs",
      since: "2026-11-25T11:00:00.000Z",
      since_run: "run-6",
      evidence: degraded.evidence,
    });
    expect(payload.data.alerts[1]).toMatchObject({ status: "resolved", step: null });
  });

  test("keys are the same for firing and resolved, and others for other workflows and steps", () => {
    const keyOf = (about: AlertMessage): string | undefined => toWebhookPayload(about).data.alerts[0]?.key;
    const over = composeMessage({ fire: [], resolved: [{ ...degraded, status: "resolved" }] }, context) as AlertMessage;
    expect(keyOf(over)).toBe(keyOf(messageAbout(["lint"])));
    expect(keyOf(messageAbout(["test"]))).not.toBe(keyOf(over));
    expect(keyOf(messageAbout(["lint"], { workflow: "other" }))).not.toBe(keyOf(over));
  });

  test.each([...hostileMessages, ...largestMessages])("is bounded with %j", (_name, about) => {
    expect(Buffer.byteLength(JSON.stringify(toWebhookPayload(about)))).toBeLessThan(32 * 1024);
  });
});
