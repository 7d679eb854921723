/**
 * A stand-in for a provider of models: speaks the protocol of OpenAI and takes its time, 1 to 3 s times `scale`, by the kind of
 * question. Prints its address, and `asked` for each question; ends with its standard input.
 *
 *     node model-server.mjs <scale>
 */
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { LLMock } from "@copilotkit/aimock";

/** Words of the prompts, and how long an answer takes in ms. */
const LATENCIES = [
  ["Compare the files with each other", 1_500],
  ["Review the change", 3_000],
];
const OTHER_MS = 2_000;

const scale = Number(process.argv[2]);
const mock = new LLMock({ port: 0, logLevel: "silent" });
mock.onMessage(/[^]/, async ({ messages }) => {
  const text = JSON.stringify(messages);
  const latencyMs = LATENCIES.find(([words]) => text.includes(words))?.[1] ?? OTHER_MS;
  await setTimeout(latencyMs * scale);
  return {
    content: JSON.stringify({ findings: [] }),
    usage: { prompt_tokens: 900, completion_tokens: 60, total_tokens: 960 },
  };
});
await mock.start();
process.stdout.write(`${mock.url}\n`);
process.stdin.resume().once("end", () => void mock.stop().then(() => process.exit(0)));
