import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import "./chunk-H3WC6SUY.js";

// ../../packages/engine/src/runners/module-worker.ts
import { closeSync, openSync, writeSync } from "node:fs";
import { pathToFileURL } from "node:url";
async function runModule(task) {
  const log = openSync(task.logFile, "a");
  const restore = captureOutput(log);
  try {
    const loaded = await import(pathToFileURL(task.module).href);
    if (typeof loaded.default !== "function")
      return { ok: false, message: "the module has no function as its default export" };
    const result = await loaded.default(task.context);
    return { ok: true, result: structuredClone(result) };
  } catch (error) {
    writeSync(log, `${error instanceof Error ? error.stack ?? error.message : String(error)}
`);
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  } finally {
    restore();
    closeSync(log);
  }
}
function captureOutput(log) {
  const streams = [process.stdout, process.stderr];
  const originals = streams.map((stream) => stream.write.bind(stream));
  for (const stream of streams) {
    stream.write = (chunk, ...rest) => {
      writeSync(log, typeof chunk === "string" ? Buffer.from(chunk) : chunk);
      const done = rest.at(-1);
      if (typeof done === "function") done();
      return true;
    };
  }
  return () => {
    for (const [index, stream] of streams.entries()) {
      const original = originals[index];
      if (original !== void 0) stream.write = original;
    }
  };
}
export {
  runModule
};
