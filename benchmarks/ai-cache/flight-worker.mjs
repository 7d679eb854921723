/**
 * Asks the same question many times at once, when told to. Started by `single-flight.mjs`.
 *
 *     node flight-worker.mjs <directory> <url of the provider> <calls>
 */
import process from "node:process";
import { openAiCache } from "@ai-workflow/ai-cache";

const [, , directory, url, calls] = process.argv;
const cache = openAiCache({ directory });

async function compute({ signal }) {
  const response = await fetch(url, { method: "POST", signal });
  return { finishReason: "stop", text: await response.text() };
}

async function askAtOnce(prompt) {
  const startMs = performance.now();
  const results = await Promise.all(
    Array.from({ length: Number(calls) }, () => cache.getOrCompute({ provider: "p", model: "m", prompt }, compute)),
  );
  process.send({ texts: [...new Set(results.map(({ answer }) => answer.text))], wallMs: performance.now() - startMs });
}

process.on("message", (prompt) => {
  if (prompt !== "stop") {
    void askAtOnce(prompt);
    return;
  }
  cache.close();
  process.disconnect();
});
process.send("ready");
