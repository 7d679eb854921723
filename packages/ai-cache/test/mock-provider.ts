import { LLMock } from "@copilotkit/aimock";
import { onTestFinished } from "vitest";

/** Starts a stand-in provider in this process on a port of its own; it ends with the test. */
export async function startMockProvider(): Promise<LLMock> {
  const provider = new LLMock({ port: 0, latency: 0, chunkSize: 5, logLevel: "silent" });
  await provider.start();
  onTestFinished(async () => {
    await provider.stop();
  });
  return provider;
}
