import { expect, test } from "vitest";
import { wordSettings } from "./word-settings.ts";

test("options of providers are called as the configuration calls them, and nothing else is touched", () => {
  expect(wordSettings("No base URL is chosen; set `baseUrl` or AI_BASE_URL")).toBe(
    "No base URL is chosen; set `ai.base_url` or AI_BASE_URL",
  );
  expect(wordSettings("`model`, `apiKeyVariable`")).toBe("`ai.model`, `ai.api_key_env`");
  expect(wordSettings("model, `ai.model`, `toString`, `a b`, baseUrl")).toBe(
    "model, `ai.model`, `toString`, `a b`, baseUrl",
  );
});
