import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { ModelAnswer } from "../src/index.ts";

/** A real HTTP server that counts what it is asked and answers when told to. */
export interface SteppedServer {
  readonly url: string;
  /** How many requests have arrived. */
  callCount(): number;
  /** The next request that has not been taken yet, once it is there. */
  nextCall(): Promise<ServerCall>;
}

/** One request that waits for its answer. */
export interface ServerCall {
  answer(answer: ModelAnswer): void;
  fail(status: number): void;
}

/** A server on a free port of this machine, closed with the test. */
export async function startSteppedServer(): Promise<SteppedServer> {
  let callCount = 0;
  const arrived: ServerCall[] = [];
  const waiting: ((call: ServerCall) => void)[] = [];

  function toCall(response: ServerResponse): ServerCall {
    return {
      answer: (answer) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer)),
      fail: (status) => response.writeHead(status).end(),
    };
  }

  const server = createServer((request, response) => {
    callCount += 1;
    request.resume();
    const call = toCall(response);
    const taker = waiting.shift();
    if (taker === undefined) arrived.push(call);
    else taker(call);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    callCount: () => callCount,
    nextCall(): Promise<ServerCall> {
      const call = arrived.shift();
      return call === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(call);
    },
  };
}
