import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { redactSecrets } from "./redact-secrets.ts";

describe("redactSecrets()", () => {
  test("covers a secret as it is, in Base64 and in URLs, and nothing else", () => {
    expect(redactSecrets("no correct horse: Y29ycmVjdCBob3JzZQ== correct%20horse", ["correct horse"])).toBe(
      "no [redacted]: [redacted]== [redacted]",
    );
    expect(redactSecrets("whsec_abcdefgh abcdefgh", ["whsec_abcdefgh"])).toBe("[redacted] [redacted]");
    expect(redactSecrets("pin 12", ["12", ""])).toBe("pin [redacted]");
  });

  test("covers the parts of a secret address, but not its host", () => {
    const url = "https://hooks.slack.com/services/T00000000/B1/XXXXXXXXXXXX?sig=abcdef%2Fghi";
    expect(redactSecrets(`POST ${url}`, [url])).toBe("POST [redacted]");
    expect(redactSecrets("no team T00000000, token XXXXXXXXXXXX, sig abcdef/ghi at hooks.slack.com", [url])).toBe(
      "no team [redacted], token [redacted], sig [redacted] at hooks.slack.com",
    );
  });

  test("leaves no secret of some length behind", () => {
    const secrets = fc.array(fc.string({ minLength: 6, maxLength: 20 }).filter((text) => !"[redacted]".includes(text)));
    fc.assert(
      fc.property(secrets, fc.string(), (list, between) => {
        const redacted = redactSecrets(list.map((secret) => between + secret).join(""), list);
        for (const secret of list) expect(redacted.replaceAll("[redacted]", "\n\n\n\n\n\n")).not.toContain(secret);
      }),
    );
  });
});
