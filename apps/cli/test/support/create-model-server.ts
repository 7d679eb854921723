import { LLMock, type ChatCompletionRequest } from "@copilotkit/aimock";

/** A stand-in for a provider of models: a real HTTP server that speaks the protocol of OpenAI. */
export interface ModelServer extends AsyncDisposable {
  /** Variables that make the program ask it. */
  readonly environment: Readonly<Record<string, string>>;
  /** The questions since the start or the last `forget`, as bodies of requests. */
  questions(): readonly ChatCompletionRequest[];
  /** Forgets what was asked. */
  forget(): void;
  readonly mock: LLMock;
}

/** Starts the server on a free port. It answers a question with the first answer whose words stand in it. */
export async function createModelServer(answers: Readonly<Record<string, string>>): Promise<ModelServer> {
  const mock = new LLMock({ port: 0, logLevel: "silent" });
  for (const [words, content] of Object.entries(answers)) {
    mock.onMessage(words, { content, usage: { prompt_tokens: 900, completion_tokens: 60, total_tokens: 960 } });
  }
  await mock.start();
  return {
    environment: { AI_BASE_URL: `${mock.url}/v1`, AI_API_KEY: "test-key" },
    questions: () => mock.getRequests().flatMap(({ body }) => (body === null ? [] : [body as ChatCompletionRequest])),
    forget: () => mock.clearRequests(),
    mock,
    async [Symbol.asyncDispose]() {
      await mock.stop();
    },
  };
}

/** A finding as a model would report it. */
export function finding(over: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    ruleId: "off-by-one",
    severity: "high",
    confidence: 0.9,
    file: "src/sum.js",
    startLine: 1,
    endLine: 1,
    title: "Reads past the end",
    message: "With any list the last item is undefined.",
    evidence: "i <= items.length",
    suggestion: null,
    ...over,
  };
}
