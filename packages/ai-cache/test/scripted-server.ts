import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** One request that a {@link ScriptedServer} received. */
export interface ReceivedRequest {
  readonly path: string;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Settles when the client has gone or the response has been sent. */
  readonly closed: Promise<void>;
}

/** A real HTTP server that answers as the test says, for what no stand-in provider does. */
export interface ScriptedServer {
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
}

/** Starts a server whose every request `answer` responds to; it ends with the test. */
export async function startScriptedServer(
  answer: (response: ServerResponse, request: ReceivedRequest) => void | Promise<void>,
): Promise<ScriptedServer> {
  const requests: ReceivedRequest[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const closed = new Promise<void>((resolve) => {
        response.on("close", resolve);
      });
      const { url: path = "", method = "", headers } = incoming;
      const request = { path, method, headers, body: Buffer.concat(chunks).toString("utf8"), closed };
      requests.push(request);
      void answer(response, request);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

/** A promise that the test settles by hand. */
export interface Gate {
  readonly opened: Promise<void>;
  readonly open: () => void;
}

/** Makes a {@link Gate}, closed. */
export function createGate(): Gate {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

/** The data line of one chunk of a chat completion. */
export function chatChunk(delta: object, finishReason: string | null = null, rest: object = {}): string {
  const choices = [{ index: 0, delta, finish_reason: finishReason }];
  return `data: ${JSON.stringify({ id: "c-1", object: "chat.completion.chunk", created: 7, model: "m", choices, ...rest })}\n\n`;
}

/** A chat completion as one document. */
export function chatBody(content: string, finishReason = "stop", rest: object = {}): object {
  return {
    id: "c-1",
    object: "chat.completion",
    created: 7,
    model: "m",
    choices: [{ index: 0, message: { role: "assistant", content }, logprobs: null, finish_reason: finishReason }],
    usage: { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 },
    ...rest,
  };
}

/** Sends a document as JSON. */
export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
