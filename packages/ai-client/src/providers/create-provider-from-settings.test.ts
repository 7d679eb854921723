import { expect, test } from "vitest";
import { answer, startFaultServer } from "../../test/servers/fault-server.ts";
import { READ_INPUT, temporaryProgram } from "../../test/temporary-program.ts";
import type { Provider, ProviderAnswer } from "../provider.ts";
import { createProviderFromSettings } from "./create-provider-from-settings.ts";
import type { ProviderSettings } from "./provider-settings.ts";
import type { Environment } from "./read-ai-environment.ts";

function create(settings: ProviderSettings, environment: Environment = {}): Provider {
  const result = createProviderFromSettings(settings, environment);
  if (!result.ok) throw new Error(`${result.message} (${result.hint})`);
  return result.provider;
}

function generate(provider: Provider, prompt = "p"): Promise<ProviderAnswer> {
  return provider.generate({ prompt }, { signal: new AbortController().signal });
}

test.each([
  [
    { provider: "openai-compatible", baseUrl: "http://localhost:11434/v1", model: "m" },
    { name: "openai-compatible", baseUrl: "http://localhost:11434/v1", defaultModel: "m" },
  ],
  [
    { provider: "anthropic", model: "m" },
    { name: "anthropic", baseUrl: "https://api.anthropic.com/v1", defaultModel: "m" },
  ],
  [
    { provider: "google", model: "m" },
    { name: "google", baseUrl: "https://generativelanguage.googleapis.com/v1beta", defaultModel: "m" },
  ],
  [{ provider: "none" }, { name: "none" }],
] as const)("createProviderFromSettings() makes the provider of %j", (settings, identity) => {
  expect(create(settings)).toMatchObject(identity);
});

test("createProviderFromSettings() lets the environment go before the settings", async () => {
  const server = await startFaultServer(answer("fine"));
  const settings = {
    provider: "openai-compatible",
    baseUrl: "http://127.0.0.1:9/v1",
    model: "of the settings",
  } as const;
  const provider = create(settings, { AI_MODEL: "of the environment", AI_BASE_URL: server.url, AI_API_KEY: "k-123\n" });
  expect(await generate(provider)).toMatchObject({ text: "fine" });
  expect(server.calls[0]).toMatchObject({
    body: { model: "of the environment" },
    headers: { authorization: "Bearer k-123" },
  });
});

test("createProviderFromSettings() takes the key from the variable that the settings name, and from no other", async () => {
  const server = await startFaultServer(answer("fine"));
  const settings = {
    provider: "openai-compatible",
    baseUrl: server.url,
    model: "m",
    apiKeyVariable: "MY_KEY",
  } as const;
  await generate(create(settings, { MY_KEY: "mine", AI_API_KEY: "other" }));
  expect(server.calls[0]?.headers["authorization"]).toBe("Bearer mine");
  expect(await generate(create(settings, { AI_API_KEY: "other" }))).toMatchObject({
    reason: "no-provider",
    message: "The API key is missing; set the environment variable MY_KEY",
  });
  expect(server.calls).toHaveLength(1);
});

test("createProviderFromSettings() sends a vendor's key to nobody else", async () => {
  const server = await startFaultServer(answer("fine"));
  const environment = { OPENAI_API_KEY: "openai", ANTHROPIC_API_KEY: "anthropic", GEMINI_API_KEY: "gemini" };
  await generate(create({ provider: "openai-compatible", baseUrl: server.url, model: "m" }, environment));
  expect(server.calls).toHaveLength(1);
  expect(server.calls[0]?.headers).not.toHaveProperty("authorization");
  for (const provider of ["anthropic", "google"] as const) {
    const answered = await generate(create({ provider, baseUrl: server.url, model: "m" }, environment));
    expect(answered).toMatchObject({ reason: "no-provider" });
  }
  expect(server.calls).toHaveLength(1);
});

test.each([
  [{ provider: "openai-compatible", baseUrl: "https://api.openai.com/v1" }, "OPENAI_API_KEY"],
  [{ provider: "openai-compatible", baseUrl: "https://openrouter.ai/api/v1" }, "OPENROUTER_API_KEY"],
  [{ provider: "openai-compatible", baseUrl: "https://x.openai.azure.com/openai/v1" }, "AZURE_OPENAI_API_KEY"],
  [{ provider: "anthropic" }, "ANTHROPIC_API_KEY"],
  [{ provider: "google" }, "GOOGLE_GENERATIVE_AI_API_KEY"],
] as const)(
  "createProviderFromSettings() names the usual variable where the key of %j is missing",
  async (settings, variable) => {
    const provider = create({ ...settings, model: "m" });
    expect(await generate(provider)).toMatchObject({
      reason: "no-provider",
      message: `The API key is missing; set the environment variable ${variable}`,
      retryable: false,
    });
    // The identity is the same with a key, so that a cache finds its answers.
    const { name, baseUrl, defaultModel } = create({ ...settings, model: "m" }, { [variable]: "k-123" });
    expect(provider).toMatchObject({ name, baseUrl, defaultModel });
  },
);

test("createProviderFromSettings() takes a base URL that is missing for something to be set, like a model", async () => {
  const nowhere = create({ provider: "openai-compatible", model: "m" });
  expect(nowhere).toMatchObject({ name: "openai-compatible", defaultModel: "m" });
  expect(await generate(nowhere)).toMatchObject({
    reason: "no-provider",
    message: expect.stringMatching(/`baseUrl` or AI_BASE_URL/) as string,
  });
  const noModel = create({ provider: "openai-compatible", baseUrl: "http://127.0.0.1:1/v1" });
  expect(await generate(noModel)).toMatchObject({
    reason: "no-provider",
    message: expect.stringMatching(/`model` or AI_MODEL/) as string,
  });
});

test("createProviderFromSettings() runs a program with the model and the variables it may have", async () => {
  const { command, args } = temporaryProgram(
    `${READ_INPUT} console.log([process.argv[2], process.env.TOOL_KEY, process.env.OTHER, input].join(" "));`,
  );
  const settings = {
    provider: "exec",
    command: [command, ...args, "{model}"],
    envelope: "text",
    passVariables: ["TOOL_KEY", "UNSET"],
    model: "small",
  } as const;
  const environment = { TOOL_KEY: "k", OTHER: "o" };
  expect(await generate(create(settings, environment), "hello")).toMatchObject({ text: "small k  hello\n" });
  const large = create(settings, { ...environment, AI_MODEL: "large" });
  expect(await generate(large, "hello")).toMatchObject({ text: "large k  hello\n" });
  expect([large.name, large.defaultModel]).toEqual(["exec", "large"]);
});

test("createProviderFromSettings() tells programs apart for caches, without their folders", () => {
  const identify = (...command: string[]): string | undefined => create({ provider: "exec", command }).baseUrl;
  expect(identify("/usr/bin/tool", "-a")).toBe(identify("/opt/tool", "-a"));
  expect(identify("tool", "-a")).not.toBe(identify("tool", "-b"));
  expect(identify("tool", "-a")).not.toBe(
    create({ provider: "exec", command: ["tool", "-a"], envelope: "text" }).baseUrl,
  );
});

test.each([
  ["an unknown provider", { provider: "gpt" }, "must be one of"],
  ["a base URL that is none", { provider: "openai-compatible", baseUrl: "localhost:1" }, "http or https address"],
  ["no command", { provider: "exec" }, "has no command"],
  ["an empty command", { provider: "exec", command: [] }, "begins with a program"],
  ["a model that the command does not take", { provider: "exec", command: ["x"], model: "m" }, "does not take it"],
  ["an unknown envelope", { provider: "exec", command: ["x"], envelope: "xml" }, "`envelope` must be one of"],
  ["an unknown setting", { provider: "none", colour: "red" }, "There is no provider setting `colour`"],
  ["a setting without effect", { provider: "exec", command: ["x"], baseUrl: "http://x" }, "has no effect for exec"],
  ["a setting of another type", { provider: "anthropic", streaming: "yes" }, "must be true or false"],
  ["a limit out of range", { provider: "anthropic", idleTimeoutMs: 0 }, "must be a positive integer"],
  [
    "a variable that is none",
    { provider: "anthropic", apiKeyVariable: "my key" },
    "the name of an environment variable",
  ],
  ["a key", { provider: "anthropic", apiKey: "hidden-value" }, "keys come from the environment only"],
  ["a token", { provider: "anthropic", authToken: "hidden-value" }, "keys come from the environment only"],
  [
    "a key for a variable",
    { provider: "anthropic", apiKeyVariable: "sk-hidden-value" },
    "keys come from the environment only",
  ],
  [
    "a key in a header",
    { provider: "anthropic", headers: { "x-api-key": "hidden-value" } },
    "keys come from the environment only",
  ],
  [
    "a key in a command",
    { provider: "exec", command: ["x", "--key=sk-hidden-value"] },
    "keys come from the environment only",
  ],
])("createProviderFromSettings() refuses %s and says what to do", (_, settings, message) => {
  const result = createProviderFromSettings(settings as ProviderSettings, {});
  expect(result).toEqual({
    ok: false,
    message: expect.stringContaining(message) as string,
    hint: expect.stringMatching(/.{10}/) as string,
  });
  expect(JSON.stringify(result)).not.toContain("hidden-value");
});

test("createProviderFromSettings() refuses nonsense in the environment", () => {
  expect(createProviderFromSettings({ provider: "none" }, { AI_MAX_TOKENS: "abc" })).toMatchObject({
    ok: false,
    message: expect.stringContaining("AI_MAX_TOKENS") as string,
  });
});
