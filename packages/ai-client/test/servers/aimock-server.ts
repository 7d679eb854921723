import { LLMock, type ChatCompletionRequest, type FixtureResponse, type JournalEntry } from "@copilotkit/aimock";
import { afterAll, beforeAll, beforeEach } from "vitest";

/** A running stand-in for OpenAI, Anthropic and Gemini; what it does goes by the question (`case:…`). */
export interface AimockServer {
  readonly url: () => string;
  /** The requests since the test began. */
  readonly requests: () => readonly JournalEntry[];
  readonly mock: () => LLMock;
}

function textOf(request: ChatCompletionRequest, role: "system" | "user"): string {
  const texts = request.messages.flatMap((message) => {
    if (message.role !== role) return [];
    const { content } = message;
    return Array.isArray(content) ? content.map(({ text }) => text ?? "") : [content ?? ""];
  });
  return texts.join("\n");
}

/** Starts the stand-in once for the test file. */
export function useAimock(): AimockServer {
  let mock: LLMock | undefined;
  const running = (): LLMock => {
    if (mock === undefined) throw new Error("The server has not started yet");
    return mock;
  };
  beforeAll(async () => {
    mock = new LLMock({ port: 0, logLevel: "silent" });
    mock.onMessage("case:answer", {
      content: "fine",
      usage: {
        prompt_tokens: 120,
        completion_tokens: 45,
        input_tokens: 120,
        output_tokens: 45,
        promptTokenCount: 120,
        candidatesTokenCount: 45,
      },
    });
    mock.onMessage("case:length", { content: "half", finishReason: "length" });
    mock.onMessage("case:filter", { content: "half", finishReason: "content_filter" });
    mock.onMessage("case:refusal", { content: "half", finishReason: "refusal" });
    mock.onMessage("case:tool", { toolCalls: [{ name: "run", arguments: "{}" }] });
    mock.onMessage("case:empty", { content: "" });
    mock.onMessage("case:rate", {
      error: { message: "Rate limit reached", type: "rate_limit_error" },
      status: 429,
      retryAfter: 7,
    });
    mock.onMessage("case:refused", {
      error: { message: "Incorrect key: contract-key", type: "authentication_error" },
      status: 401,
    });
    mock.onMessage("case:missing", { error: { message: "No such model", type: "not_found_error" }, status: 404 });
    mock.onMessage("case:trouble", { error: { message: "exploded", type: "server_error" }, status: 500 });
    mock.onMessage("case:overloaded", { error: { message: "Overloaded", type: "overloaded_error" }, status: 529 });
    // Without a latency the server would cut before the first byte.
    const words = "one two three four five six seven eight nine ten";
    mock.onMessage("case:cut", { content: words }, { chunkSize: 5, latency: 5, truncateAfterChunks: 3 });
    mock.onMessage("case:slow", { content: words }, { chunkSize: 5, streamingProfile: { ttft: 60_000, tps: 1 } });
    mock.onMessage("case:drop", { content: "x" }, { chaos: { dropRate: 1 } });
    mock.onMessage("case:malformed", { content: "x" }, { chaos: { malformedRate: 1 } });
    mock.onMessage("case:disconnect", { content: "x" }, { chaos: { disconnectRate: 1 } });
    mock.onMessage("case:chaos-rate", { content: "x" }, { chaos: { rateLimitRate: 1 } });
    for (const [index, error] of [
      [0, 429],
      [1, 503],
    ] as const) {
      const response: FixtureResponse = {
        error: { message: "not now", type: "server_error" },
        status: error,
        retryAfter: 3,
      };
      mock.on({ userMessage: "case:recovers", sequenceIndex: index }, response);
    }
    mock.on({ userMessage: "case:recovers", sequenceIndex: 2 }, { content: "third time lucky" });
    mock.onMessage("case:echo", (request) => ({ content: `${textOf(request, "system")}|${textOf(request, "user")}` }));
    await mock.start();
  });
  beforeEach(() => {
    running().clearRequests();
    running().resetMatchCounts();
  });
  afterAll(async () => mock?.stop());
  return { url: () => running().url, requests: () => running().getRequests(), mock: running };
}
