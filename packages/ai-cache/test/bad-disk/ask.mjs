// A process that asks through a cache on a bad disk and tells what came of it. Argument: JSON of { directory, questions, maxBytes?, mode?, answerBytes? }.
// Prints JSON of { sources, wrongCount, missReasons, storedCount, warnings, stats }.
import { openAiCache } from "../../dist/index.js";

const { directory, questions, maxBytes, mode, answerBytes = 100 } = JSON.parse(process.argv[2] ?? "{}");
const warnings = [];
const cache = openAiCache({
  directory,
  maxBytes,
  memoryMaxBytes: 0,
  onWarning: ({ code, message }) => warnings.push(`${code}: ${message}`),
});
const report = { sources: [], missReasons: [], wrongCount: 0, storedCount: 0 };
for (const prompt of questions) {
  const text = `answer to ${prompt} `.repeat(Math.ceil(answerBytes / (11 + prompt.length)));
  const compute = async () => ({ finishReason: "stop", text });
  const result = await cache.getOrCompute({ provider: "p", model: "m", prompt }, compute, { mode, label: "step" });
  report.sources.push(result.source);
  if (result.missReason !== undefined) report.missReasons.push(result.missReason);
  if (result.answer.text !== text) report.wrongCount += 1;
  if (result.stored) report.storedCount += 1;
}
cache.close();
process.stdout.write(JSON.stringify({ ...report, warnings, stats: cache.stats() }));
