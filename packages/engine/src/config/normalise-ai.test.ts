import { expect, test } from "vitest";
import { parseConfig } from "./parse-config.ts";

function workflowOf(text: string) {
  const parsed = parseConfig(text, "f.yaml", "name");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.workflow;
}

test("every key of `ai` is a setting", () => {
  const { ai, steps } = workflowOf(`
ai:
  provider: exec
  model: m
  command: [ask, "{model}"]
  envelope: text
  max_tokens: 100
  max_input_tokens: 200
  batch_size: 3
  timeout: 4s
  parameters: { temperature: 0 }
  prompts: my-prompts
  exclude: ["*.secret"]
  allow_forks: true
  prices: prices.yaml
  budget: { max_calls: 1, max_input_tokens: 2, max_output_tokens: 3, max_cost_usd: 4, max_minutes: 5 }
optimizations: { ai_cache: { enabled: false, ttl_hours: 2, max_size_mb: 3 } }
steps:
  review: { ai: { prompt: code_review, files: all, fail_on: high, min_confidence: 0.25, max_findings: 7, variables: { a: b } } }
`);
  expect(ai).toEqual({
    provider: "exec",
    model: "m",
    baseUrl: undefined,
    apiKeyVariable: undefined,
    command: ["ask", "{model}"],
    envelope: "text",
    maxOutputTokens: 100,
    maxInputTokens: 200,
    batchSize: 3,
    timeoutMs: 4_000,
    parameters: { temperature: 0 },
    prompts: "my-prompts",
    exclude: ["*.secret"],
    allowForks: true,
    prices: "prices.yaml",
    budget: { maxCalls: 1, maxInputTokens: 2, maxOutputTokens: 3, maxCostUsd: 4, maxMinutes: 5 },
    cache: { enabled: false, ttlMs: 7_200_000, maxBytes: 3 * 2 ** 20 },
  });
  expect(steps.get("review")?.action).toEqual({
    kind: "ai",
    prompt: "code_review",
    persona: undefined,
    files: "all",
    failOn: "high",
    minConfidence: 0.25,
    maxFindings: 7,
    variables: { a: "b" },
  });
});
