/** A process that runs workflows as it is told by messages, so that a test can kill it. It runs what was built. */
import { readConfig, runWorkflow } from "../dist/index.js";

/** Where the compiled worker of module steps is. */
const moduleWorker = new URL("../dist/runners/module-worker.js", import.meta.url);

process.on("message", (told) => void run(told));
process.send("ready");

async function run({ directory, options, killAtWrite, killAtEvent }) {
  try {
    const loaded = await readConfig(directory, { exact: true });
    let events = 0;
    globalThis.killAtWrite.arm(killAtWrite);
    const { clockMs = 0, ...rest } = options;
    const { record } = await runWorkflow({
      ...rest,
      wallNow: () => Date.now() + clockMs,
      loaded,
      toolVersion: "test",
      moduleWorker,
      onEvent: () => {
        events += 1;
        if (events === killAtEvent) process.kill(process.pid, "SIGKILL");
      },
    });
    process.send({ record, events, writes: globalThis.killAtWrite.count() });
  } catch (error) {
    process.send({ error: error.stack ?? String(error) });
  }
}
