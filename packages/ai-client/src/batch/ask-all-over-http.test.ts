import { expect, test } from "vitest";
import { readQuestions } from "../../test/packed-model.ts";
import {
  answer,
  type ReceivedCall,
  type Reply,
  respondJson,
  startFaultServer,
} from "../../test/servers/fault-server.ts";
import { createBudget } from "../budget/create-budget.ts";
import { createAiClient } from "../create-ai-client.ts";
import { createOpenAiCompatibleProvider } from "../providers/create-openai-compatible-provider.ts";

const SCHEMA = {
  $ref: "#/$defs/count",
  $defs: { count: { type: "object", properties: { count: { type: "integer" } }, required: ["count"] } },
};

function promptOf({ body }: ReceivedCall): string {
  return (body["messages"] as { readonly content: string }[]).at(-1)?.content ?? "";
}

/** Answers every question with the length of its text; leaves out those that say so when they are packed. */
const countLetters: Reply = (response, call) => {
  const questions = readQuestions(promptOf(call));
  const items = [...questions]
    .filter(([, text]) => text !== "left out")
    .map(([id, text]) => ({ id, answer: { count: text.length } }));
  const text = JSON.stringify(questions.size > 0 ? { items } : { count: promptOf(call).length });
  answer(text)(response, call);
};

test("askAll() packs questions for a real server, with one schema for all, and asks for the rest alone", async () => {
  const busy = respondJson(429, { error: { message: "slow down" } });
  const server = await startFaultServer(busy, countLetters);
  const provider = createOpenAiCompatibleProvider({ baseUrl: server.url, model: "m-1" });
  const budget = createBudget({ maxCalls: 3 });
  const client = createAiClient({ provider, budget, retry: { random: () => 0 } });
  const prompts = ["a", "left out", "abc"];
  const asked = prompts.map((prompt) => ({ prompt, system: "Count.", outputSchema: SCHEMA }));
  const results = await client.askAll<{ count: number }>(asked, { batchSize: 5 });
  expect(results.map((result) => result.status === "answered" && result.value.count)).toEqual([1, 8, 3]);
  expect(server.calls.map((call) => readQuestions(promptOf(call)).size)).toEqual([3, 3, 0]);
  expect(server.calls[1]?.body).toMatchObject({
    messages: [{ role: "system", content: "Count." }, { role: "user" }],
    response_format: {
      json_schema: { schema: { required: ["items"], $defs: { answer: { $ref: "#/$defs/answer/$defs/count" } } } },
    },
  });
  expect(results.map(({ callCount, retryCount }) => [callCount, retryCount])).toEqual([
    [2, 1],
    [1, 0],
    [0, 0],
  ]);
  // The server counts 12 and 3 tokens for each answer.
  const sum = results.reduce((total, { usage }) => total + (usage?.inputTokens ?? Number.NaN), 0);
  expect(sum).toBe(24);
  expect(budget.used()).toMatchObject({ callCount: 3, inputTokens: 24, outputTokens: 6 });
});
