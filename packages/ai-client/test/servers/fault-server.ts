import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A request that came in. */
export interface ReceivedCall {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Its body, parsed. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a server does with a request. */
export type Reply = (response: ServerResponse, call: ReceivedCall) => void;

/** A real HTTP server that does what real ones do on bad days. */
export interface FaultServer {
  readonly url: string;
  /** The requests so far. */
  readonly calls: readonly ReceivedCall[];
}

/** Starts a server that gives its n-th reply to the n-th request, and its last one from then on, until the running test ends. */
export async function startFaultServer(...replies: readonly Reply[]): Promise<FaultServer> {
  const calls: ReceivedCall[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString("utf8");
      const body = JSON.parse(text) as Record<string, unknown>;
      const call: ReceivedCall = { url: request.url ?? "", headers: request.headers, body };
      calls.push(call);
      const reply = replies[Math.min(calls.length, replies.length) - 1];
      if (reply === undefined) throw new Error("The test gave the server no reply");
      reply(response, call);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, calls };
}

/** A chunk of an answer as OpenAI streams it. */
export function chunk(content: string, finishReason: string | null = null): string {
  const choices = [{ index: 0, delta: { role: "assistant", content }, finish_reason: finishReason }];
  return `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "m", choices })}\n\n`;
}

/** The chunk with the count of tokens, and the end. */
export const USAGE_AND_DONE: string = `data: ${JSON.stringify({
  id: "c",
  object: "chat.completion.chunk",
  created: 1,
  model: "m",
  choices: [],
  usage: { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15, prompt_tokens_details: { cached_tokens: 8 } },
})}\n\ndata: [DONE]\n\n`;

/** Replies with `status`, headers and a body. */
export function respond(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return (response) => void response.writeHead(status, headers).end(body);
}

/** Replies with a JSON document. */
export function respondJson(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return respond(status, JSON.stringify(body), { "content-type": "application/json", ...headers });
}

/** Streams events and ends cleanly. */
export function stream(...events: readonly string[]): Reply {
  return respond(200, events.join(""), { "content-type": "text/event-stream" });
}

/** A whole answer. */
export function answer(text: string, finishReason = "stop"): Reply {
  return stream(chunk(text), chunk("", finishReason), USAGE_AND_DONE);
}

/** Streams the beginning and then destroys the socket. */
export function cutAfter(...events: readonly string[]): Reply {
  return (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(events.join(""), () => response.socket?.resetAndDestroy());
  };
}

/** Streams the beginning and then stays silent with the connection open. */
export function stallAfter(...events: readonly string[]): Reply {
  return (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    response.write(events.join(""));
  };
}

/** Never says a word. */
export const saySilent: Reply = () => undefined;

/** Resets the connection before a byte was sent. */
export const reset: Reply = (response) => void response.socket?.resetAndDestroy();

/** Closes the connection before a byte was sent. */
export const hangUp: Reply = (response) => void response.socket?.end();

/** Sends what is no HTTP and closes. */
export const sayGarbage: Reply = (response) =>
  void response.socket?.end(Buffer.from("\u0000\u0007lskdu018973t09sylgasj\r\n\r\n"));

/** Sends a good status line and headers, then what is no chunk of a chunked body. */
export const sayMalformedChunk: Reply = (response) => {
  response.socket?.end(
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\nlskdu018973t09sylgasj1$",
  );
};

/** Sends less than the content-length promised and closes. */
export function cutBody(body: string): Reply {
  return (response) => {
    const lengthBytes = Buffer.byteLength(body) + 100;
    response.socket?.end(
      `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${lengthBytes}\r\n\r\n${body}`,
    );
  };
}
