// A process that asks through caches on a bad disk and tells what came of it.
// Argument: JSON of { directories, questions, maxBytes?, mode?, answerBytes? }.
// Prints JSON of [{ sources, wrongCount, missReasons, storedCount, warnings, stats }], one a directory.
import { openAiCache } from "../../dist/index.js";

const { directories, questions, maxBytes, mode, answerBytes = 100 } = JSON.parse(process.argv[2] ?? "{}");

async function askIn(directory) {
  const warnings = [];
  const onWarning = ({ code, message }) => warnings.push(`${code}: ${message}`);
  const cache = openAiCache({ directory, maxBytes, memoryMaxBytes: 0, onWarning });
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
  return { ...report, warnings, stats: cache.stats() };
}

const reports = [];
for (const directory of directories) reports.push(await askIn(directory));
process.stdout.write(JSON.stringify(reports));
