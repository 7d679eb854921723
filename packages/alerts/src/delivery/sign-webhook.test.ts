import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { signWebhook } from "./sign-webhook.ts";

const content = { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", atMs: 1_614_265_330_999, body: '{"test": 2432232314}' };
// secretlint-disable-next-line -- the published example
const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

describe("signWebhook()", () => {
  test("signs as the published example of Standard Webhooks does", () => {
    expect(signWebhook(content, secret)).toEqual({
      "webhook-id": content.id,
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    });
  });

  test("signs with each secret while secrets are changed", () => {
    const other = Buffer.alloc(32, 7);
    const mac = createHmac("sha256", other).update(`${content.id}.1614265330.${content.body}`).digest("base64");
    expect(signWebhook(content, ` ${secret}  whsec_${other.toString("base64")} `)?.["webhook-signature"]).toBe(
      `v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1,${mac}`,
    );
  });

  test.each([
    "",
    "whsec_",
    "whsec_short",
    "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    `${secret} x`,
    `whsec_${"A".repeat(100)}`,
    "whsec_!fKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  ])("takes no %j for a secret", (text) => {
    expect(signWebhook(content, text)).toBeUndefined();
  });
});
