import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request that came in, with its whole body. */
export interface Received {
  readonly path: string;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A real HTTP server on this machine. */
export interface Receiver extends AsyncDisposable {
  readonly origin: string;
  readonly requests: readonly Received[];
}

/** Starts a server that answers the request number `index` (from 0) as `answer` does. */
export async function startReceiver(
  answer: (response: ServerResponse, index: number, received: Received) => void,
): Promise<Receiver> {
  const requests: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { url: path = "", method = "", headers } = request;
      const received = { path, method, headers, body: Buffer.concat(chunks).toString("utf8") };
      requests.push(received);
      answer(response, requests.length - 1, received);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
