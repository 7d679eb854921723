import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { OtlpMetrics, OtlpTraces } from "../../src/exports/otlp.ts";

/** What the receiver does with one request. */
export interface ReceiverStep {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly base64?: string;
  readonly hang?: true;
  readonly cut?: true;
}

/** A request as the receiver saw it. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal?: "traces" | "metrics";
  readonly body?: OtlpTraces | OtlpMetrics;
  /** Why the body is not OTLP. */
  readonly error?: string;
}

export interface OtlpReceiver {
  readonly url: string;
  /** Ends the receiver and gives all requests, in order of their arrival. */
  readonly stop: () => Promise<readonly ReceivedRequest[]>;
}

/** Starts a receiver of OTLP/HTTP as a process of its own; it ends with the test at the latest. */
export async function startOtlpReceiver(script: readonly ReceiverStep[] = []): Promise<OtlpReceiver> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL("otlp-receiver.mjs", import.meta.url)), JSON.stringify(script)],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  const lines = createInterface({ input: child.stdout });
  const ended = Promise.all([once(child, "close"), once(lines, "close")]);
  const requests: ReceivedRequest[] = [];
  const port = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => reject(new Error("The receiver ended")));
    lines.on("line", (line) => {
      const told = JSON.parse(line) as ReceivedRequest | { readonly port: number };
      if ("port" in told) resolve(told.port);
      else requests.push(told);
    });
  });
  const stop = async (): Promise<readonly ReceivedRequest[]> => {
    child.stdin.end();
    await ended;
    return requests;
  };
  onTestFinished(async () => {
    await stop();
  });
  return { url: `http://127.0.0.1:${port}`, stop };
}
