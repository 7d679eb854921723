import { describe, expect, test } from "vitest";
import { findProviderKey } from "./find-provider-key.ts";

describe("findProviderKey()", () => {
  test.each([
    [{ provider: "anthropic" }, {}, "ANTHROPIC_API_KEY", false, true],
    [{ provider: "anthropic" }, { ANTHROPIC_API_KEY: "secret" }, "ANTHROPIC_API_KEY", true, true],
    [{ provider: "google" }, { GEMINI_API_KEY: "secret" }, "GEMINI_API_KEY", true, true],
    [{ provider: "anthropic" }, { AI_API_KEY: "  ", ANTHROPIC_API_KEY: "" }, "ANTHROPIC_API_KEY", false, true],
    [
      { provider: "anthropic", baseUrl: "https://gateway.example/v1" },
      { ANTHROPIC_API_KEY: "s" },
      "AI_API_KEY",
      false,
      true,
    ],
    [{ provider: "openai-compatible", baseUrl: "http://localhost:1/v1" }, {}, "AI_API_KEY", false, false],
    [{ provider: "openai-compatible", baseUrl: "https://api.openai.com/v1" }, {}, "OPENAI_API_KEY", false, true],
    [
      { provider: "openai-compatible", baseUrl: "https://api.openai.com/v1" },
      { AI_BASE_URL: "http://localhost:1/v1", OPENAI_API_KEY: "secret" },
      "AI_API_KEY",
      false,
      false,
    ],
    [
      { provider: "openai-compatible", baseUrl: "http://localhost:1/v1", apiKeyVariable: "MINE" },
      { AI_API_KEY: "secret" },
      "MINE",
      false,
      true,
    ],
  ] as const)("of %j with %j: %s, set %s, needed %s", (settings, environment, variable, isSet, isNeeded) => {
    const key = findProviderKey(settings, environment);
    expect(key).toEqual({ variable, isSet, isNeeded });
    expect(JSON.stringify(key)).not.toContain("secret");
  });
});
