import { execFile } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

// What is built, as users load it; `pnpm build` comes before the tests.
const PACKAGE = join(import.meta.dirname, "../..");

const OPEN = `
  const { encodeOnnx } = await import("DIST/onnx/encode-onnx.js");
  const { openModel } = await import("DIST/onnx/open-model.js");
  const leaf = { roots: [0], features: [-1], thresholds: [0], lefts: [-1], rights: [-1], targets: [0], values: [2] };
  const ensemble = { featureCount: 1, targetCount: 1, baseValues: Float32Array.of(1), missingLeft: Uint8Array.of(0) };
  for (const [name, values] of Object.entries(leaf)) {
    ensemble[name] = name === "thresholds" || name === "values" ? Float32Array.from(values) : Int32Array.from(values);
  }
  const bytes = await encodeOnnx(ensemble, { featureVersion: 1, featureNames: ["a"], trainedOn: null, scores: null });
  const { ok, model, reason, message } = await openModel(bytes, { runtime: RUNTIME });
  const predictions = ok ? [...await model.predict(Float32Array.of(5))] : undefined;
  process.stdout.write(JSON.stringify({ runtime: model?.runtime, why: model?.runtimeReason, predictions, reason, message }));`;

/** A copy of what is built, with the packages it depends on beside it, but not the optional one. */
function copyPackage(): string {
  const folder = mkdtempSync(join(tmpdir(), "ml-predictor-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(PACKAGE, "dist"), join(folder, "dist"), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(realpathSync(join(PACKAGE, "node_modules/protobufjs")), join(folder, "node_modules/protobufjs"), "dir");
  return folder;
}

/** Runs `source` in a process of its own, which writes down each module that it loads. */
async function run(folder: string, source: string): Promise<{ printed: unknown; modules: string; stderr: string }> {
  const scratch = mkdtempSync(join(tmpdir(), "ml-predictor-test-"));
  onTestFinished(() => rmSync(scratch, { recursive: true, force: true }));
  const list = join(scratch, "modules.txt");
  writeFileSync(list, "");
  writeFileSync(
    join(scratch, "hooks.mjs"),
    `import { appendFileSync } from "node:fs";
    export async function load(url, context, next) { appendFileSync(${JSON.stringify(list)}, url + "\\n"); return next(url, context); }`,
  );
  const hooks = pathToFileURL(join(scratch, "hooks.mjs")).href;
  writeFileSync(
    join(scratch, "register.mjs"),
    `import { register } from "node:module"; register(${JSON.stringify(hooks)});`,
  );
  const main = join(scratch, "main.mjs");
  writeFileSync(main, source.replaceAll("DIST", pathToFileURL(join(folder, "dist")).href));
  const args = ["--import", pathToFileURL(join(scratch, "register.mjs")).href, main];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
  return { printed: JSON.parse(stdout) as unknown, modules: readFileSync(list, "utf8"), stderr };
}

test("importing the package, or the files for models, loads neither onnxruntime-node nor protobufjs", async () => {
  const files = [
    "index.js",
    "onnx/encode-onnx.js",
    "onnx/decode-onnx.js",
    "onnx/open-model.js",
    "onnx/create-evaluator.js",
  ];
  const source = `${files.map((file) => `await import("DIST/${file}");`).join("\n")} process.stdout.write("true");`;
  const { printed, modules } = await run(PACKAGE, source);
  expect(printed).toBe(true);
  expect(modules).toContain("open-model.js");
  expect(modules).not.toContain("node_modules");
});

test("with onnxruntime-node installed, models run in it, and nothing else is printed", async () => {
  const { printed, modules, stderr } = await run(PACKAGE, OPEN.replace("RUNTIME", '"auto"'));
  expect(printed).toEqual({ runtime: "native", why: "onnxruntime-node is installed", predictions: [3] });
  expect(modules).toContain("onnxruntime-node");
  expect(stderr).toBe("");
});

test("a model that is to run in TypeScript does not load onnxruntime-node", async () => {
  const { printed, modules } = await run(PACKAGE, OPEN.replace("RUNTIME", '"typescript"'));
  expect(printed).toEqual({ runtime: "typescript", why: "it was asked for", predictions: [3] });
  expect(modules).not.toContain("onnxruntime-node");
});

test("without onnxruntime-node, models run in TypeScript and say so; asked for by name, it is a reason, no exception", async () => {
  const folder = copyPackage();
  const message = "onnxruntime-node is not installed";
  const automatic = await run(folder, OPEN.replace("RUNTIME", '"auto"'));
  expect(automatic.printed).toEqual({ runtime: "typescript", why: message, predictions: [3] });
  const native = await run(folder, OPEN.replace("RUNTIME", '"native"'));
  expect(native.printed).toEqual({ reason: "native-unavailable", message });
});

test("with an onnxruntime-node whose binary does not load, models run in TypeScript and say so", async () => {
  const folder = copyPackage();
  const broken = join(folder, "node_modules/onnxruntime-node");
  mkdirSync(broken);
  writeFileSync(join(broken, "package.json"), '{"name":"onnxruntime-node","main":"index.js"}');
  writeFileSync(join(broken, "binding.node"), "no library");
  writeFileSync(join(broken, "index.js"), 'exports.InferenceSession = require("./binding.node");');
  const { printed } = await run(folder, OPEN.replace("RUNTIME", '"auto"'));
  expect(printed).toMatchObject({
    runtime: "typescript",
    why: expect.stringMatching(/^onnxruntime-node does not load: .*binding\.node/) as unknown,
    predictions: [3],
  });
});
