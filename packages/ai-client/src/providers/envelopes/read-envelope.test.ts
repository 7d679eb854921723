import * as fc from "fast-check";
import { expect, test } from "vitest";
import { temporaryProgram } from "../../../test/temporary-program.ts";
import type { ProviderAnswer } from "../../provider.ts";
import { createExecProvider } from "../create-exec-provider.ts";
import { EXEC_ENVELOPES, isExecEnvelope, readEnvelope, type ExecEnvelope } from "./read-envelope.ts";

/** Runs a real program that prints `output` and ends with `exitCode`. */
async function ask(envelope: ExecEnvelope, output: string, exitCode = 0): Promise<ProviderAnswer> {
  const { command, args } = temporaryProgram(
    `process.stdout.write(${JSON.stringify(output)}); process.exitCode = ${exitCode};`,
  );
  const provider = createExecProvider({ command, args, envelope });
  return provider.generate({ prompt: "Why?" }, { signal: new AbortController().signal });
}

const lines = (...objects: readonly unknown[]): string => objects.map((object) => JSON.stringify(object)).join("\n");

const CLAUDE = {
  type: "result",
  subtype: "success",
  is_error: false,
  duration_ms: 4086,
  duration_api_ms: 3900,
  num_turns: 1,
  result: "fine",
  stop_reason: "end_turn",
  session_id: "s",
  total_cost_usd: 0.024,
  usage: { input_tokens: 3, cache_creation_input_tokens: 100, cache_read_input_tokens: 1000, output_tokens: 6 },
};
const RATE_LIMIT = {
  ...CLAUDE,
  is_error: true,
  result: "API Error: Rate limit reached",
  stop_reason: "stop_sequence",
  duration_api_ms: 0,
  usage: { input_tokens: 0, output_tokens: 0 },
};
const GEMINI = {
  response: "fine",
  stats: {
    models: {
      "gemini-flash-lite": { tokens: { prompt: 10, candidates: 1, total: 11, cached: 0, thoughts: 0, tool: 0 } },
      "gemini-pro": { tokens: { prompt: 100, candidates: 20, total: 150, cached: 60, thoughts: 30, tool: 0 } },
    },
  },
  error: null,
};
const CODEX = [
  { type: "thread.started", thread_id: "t" },
  { type: "turn.started" },
  { type: "error", message: "Reconnecting... 1/5" },
  { type: "item.completed", item: { id: "0", type: "reasoning", text: "hm" } },
  { type: "item.completed", item: { id: "1", type: "agent_message", text: "I look at it." } },
  { type: "item.completed", item: { id: "2", type: "agent_message", text: "fine" } },
];
const CODEX_END = { type: "turn.completed", usage: { input_tokens: 100, cached_input_tokens: 60, output_tokens: 5 } };
const COPILOT = [
  { type: "session.tools_updated", data: { model: "m" } },
  { type: "assistant.message_delta", data: { deltaContent: "fi" }, ephemeral: true },
  { type: "assistant.message", data: { content: "I look.", toolRequests: [{ toolCallId: "1", name: "view" }] } },
  { type: "tool.execution_complete", data: { toolCallId: "1", success: true } },
  { type: "assistant.message", data: { content: "fine", toolRequests: [] } },
];
const COPILOT_END = { type: "result", sessionId: "s", exitCode: 0, usage: { premiumRequests: 1 } };

test.each([
  ["claude", JSON.stringify(CLAUDE), { inputTokens: 1103, outputTokens: 6, cachedInputTokens: 1000 }],
  ["claude", JSON.stringify([{ type: "system", subtype: "init" }, CLAUDE]), { inputTokens: 1103 }],
  ["gemini", JSON.stringify(GEMINI, null, 2), { inputTokens: 110, outputTokens: 51, cachedInputTokens: 60 }],
  ["gemini", `Loaded cached credentials.\n${JSON.stringify(GEMINI, null, 2)}\n`, { inputTokens: 110 }],
  ["codex", lines(...CODEX, CODEX_END), { inputTokens: 100, outputTokens: 5, cachedInputTokens: 60 }],
] as const)("readEnvelope() reads the answer and what it took from %s", async (envelope, output, usage) => {
  expect(await ask(envelope, output)).toMatchObject({ status: "answered", finishReason: "stop", text: "fine", usage });
});

test("readEnvelope() reads the cost that claude tells", async () => {
  expect(await ask("claude", JSON.stringify(CLAUDE))).toMatchObject({ costUsd: 0.024 });
});

test("readEnvelope() reads the answer of copilot, who does not count tokens", async () => {
  const answer = await ask("copilot", `${lines(...COPILOT, COPILOT_END)}\nTotal usage est: 1 Premium request\n`);
  expect(answer).toEqual({ status: "answered", finishReason: "stop", text: "fine" });
});

test("readEnvelope() takes text as it is", async () => {
  expect(await ask("text", "fine\n")).toEqual({ status: "answered", finishReason: "stop", text: "fine\n" });
  expect(await ask("text", " \n")).toMatchObject({ reason: "malformed", message: "The answer is empty" });
  expect(await ask("text", "half", 1)).toMatchObject({ reason: "unreachable" });
});

test("readEnvelope() reads structured output of claude", () => {
  const output = JSON.stringify({ ...CLAUDE, result: "", structured_output: { a: 1 } });
  expect(readEnvelope("claude", output)).toMatchObject({ text: '{"a":1}' });
});

test.each([
  ["max_tokens", "length"],
  ["refusal", "content-filter"],
  ["tool_use", "other"],
  ["something new", "other"],
  [null, "stop"],
])("readEnvelope() takes claude's stop reason %s for %s", (reason, expected) => {
  const output = JSON.stringify({ ...CLAUDE, stop_reason: reason });
  expect(readEnvelope("claude", output)).toMatchObject({ finishReason: expected });
});

test.each([
  ["claude, a rate limit called success", "claude", JSON.stringify(RATE_LIMIT), "rate-limited", true],
  [
    "claude, an API error called an answer",
    "claude",
    JSON.stringify({ ...RATE_LIMIT, is_error: false, result: "API Error: 500 Internal server error" }),
    "unreachable",
    true,
  ],
  [
    "claude, a bad key",
    "claude",
    JSON.stringify({ ...RATE_LIMIT, result: "Invalid API key · Please run /login" }),
    "refused",
    false,
  ],
  [
    "claude, too many turns",
    "claude",
    JSON.stringify({ ...CLAUDE, subtype: "error_max_turns", result: undefined }),
    "refused",
    false,
  ],
  ["claude, no word of success", "claude", JSON.stringify({ ...CLAUDE, is_error: undefined }), "malformed", false],
  ["claude, an empty answer", "claude", JSON.stringify({ ...CLAUDE, result: "" }), "malformed", true],
  ["claude, no result", "claude", JSON.stringify([{ type: "system" }]), "malformed", false],
  ["claude, plain text", "claude", "API Error: Rate limit reached", "malformed", false],
  ["claude, half a document", "claude", JSON.stringify(CLAUDE).slice(0, 100), "malformed", false],
  [
    "gemini, an error",
    "gemini",
    JSON.stringify({ error: { type: "ApiError", message: "You exceeded your current quota", code: 429 } }),
    "rate-limited",
    true,
  ],
  ["gemini, no response", "gemini", JSON.stringify({ stats: {} }), "malformed", false],
  ["gemini, an empty response", "gemini", JSON.stringify({ ...GEMINI, response: "" }), "malformed", true],
  ["codex, a turn without an end", "codex", lines(...CODEX), "unreachable", true],
  [
    "codex, a failed turn",
    "codex",
    lines(...CODEX, { type: "turn.failed", error: { message: "You've hit your usage limit." } }),
    "rate-limited",
    true,
  ],
  ["codex, an error and no more", "codex", lines({ type: "error", message: "not logged in" }), "refused", false],
  ["codex, a turn without a message", "codex", lines({ type: "turn.started" }, CODEX_END), "malformed", false],
  ["codex, a cut line", "codex", `${lines(...CODEX)}\n{"type":"turn.comp`, "unreachable", true],
  ["copilot, no result", "copilot", lines(...COPILOT), "unreachable", true],
  ["copilot, a failed result", "copilot", lines(...COPILOT, { ...COPILOT_END, exitCode: 1 }), "unreachable", true],
  [
    "copilot, an error after the message",
    "copilot",
    lines(...COPILOT, { type: "session.error", data: { message: "Rate limit exceeded" } }, COPILOT_END),
    "rate-limited",
    true,
  ],
  ["copilot, a footer and no answer", "copilot", lines(COPILOT_END), "malformed", false],
  ["copilot, a tool in place of an answer", "copilot", lines(...COPILOT.slice(0, 3), COPILOT_END), "malformed", false],
  ["copilot, nothing", "copilot", "", "unreachable", true],
] as const)("readEnvelope() finds no answer: %s", async (_, envelope, output, reason, retryable) => {
  expect(await ask(envelope, output)).toMatchObject({ status: "failed", reason, retryable });
});

test.each(EXEC_ENVELOPES.filter((envelope) => envelope !== "text"))(
  "readEnvelope() never takes what is no document of %s for an answer",
  (envelope) => {
    const document = fc.oneof(
      fc.jsonValue(),
      fc.array(fc.record({ type: fc.constantFrom("result", "error"), data: fc.jsonValue() })),
    );
    fc.assert(
      fc.property(document, (value) => {
        let answer: ProviderAnswer | undefined;
        try {
          answer = readEnvelope(envelope, JSON.stringify(value));
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError);
        }
        expect(answer?.status).not.toBe("answered");
      }),
    );
  },
);

test("isExecEnvelope() knows the forms and nothing that objects bring along", () => {
  expect(EXEC_ENVELOPES.every(isExecEnvelope)).toBe(true);
  expect(["toString", "json", 1, undefined].some(isExecEnvelope)).toBe(false);
});
