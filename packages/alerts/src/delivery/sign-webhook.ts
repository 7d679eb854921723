import { createHmac } from "node:crypto";

/** The key of a secret `whsec_<Base64 of 24 to 64 bytes>`; `undefined` when it is none. */
function keyOf(secret: string): Buffer | undefined {
  const match = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret);
  if (match?.[1] === undefined) return undefined;
  const key = Buffer.from(match[1], "base64");
  return key.length >= 24 && key.length <= 64 ? key : undefined;
}

/**
 * The headers that say who sent a body and when: `webhook-id`, the same for each try; `webhook-timestamp` in seconds since 1970;
 * `webhook-signature`, one for each of the secrets, which are separated by spaces. `undefined` when a secret is not of the form
 * `whsec_<Base64 of 24 to 64 bytes>`.
 *
 * Source: the Standard Webhooks specification 1.0.
 */
export function signWebhook(
  content: { readonly id: string; readonly atMs: number; readonly body: string },
  secrets: string,
): Readonly<Record<"webhook-id" | "webhook-timestamp" | "webhook-signature", string>> | undefined {
  const timestamp = String(Math.floor(content.atMs / 1000));
  const signatures: string[] = [];
  for (const secret of secrets.trim().split(/\s+/)) {
    const key = keyOf(secret);
    if (key === undefined) return undefined;
    const mac = createHmac("sha256", key).update(`${content.id}.${timestamp}.${content.body}`).digest("base64");
    signatures.push(`v1,${mac}`);
  }
  return { "webhook-id": content.id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}
