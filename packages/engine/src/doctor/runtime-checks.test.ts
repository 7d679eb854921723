import { expect, test } from "vitest";
import { checkRuntime } from "./runtime-checks.ts";

test.each([
  ["20.18.9", "problem"],
  ["18.20.0", "problem"],
  ["20.19.0", "ok"],
  ["22.0.0", "ok"],
  ["26.1.0-nightly", "ok"],
])("Node.js %s is a %s", (nodeVersion, state) => {
  expect(checkRuntime({ nodeVersion, nativeRuntime: { state: "loads" } })[0]).toMatchObject({ id: "node", state });
});

test("a native runtime is told of, and is something to mend only where it is installed and fails", () => {
  const of = (nativeRuntime: Parameters<typeof checkRuntime>[0]["nativeRuntime"]): unknown =>
    checkRuntime({ nodeVersion: "24.0.0", nativeRuntime })[1];
  expect(of({ state: "loads" })).toMatchObject({
    state: "ok",
    message: expect.stringContaining("is installed") as unknown,
  });
  expect(of({ state: "not-installed" })).toMatchObject({
    state: "ok",
    message: expect.stringContaining("is not installed") as unknown,
  });
  const failing = of({ state: "fails", message: "no binary for this machine" });
  expect(failing).toMatchObject({
    state: "advice",
    message: expect.stringContaining("no binary for this machine") as unknown,
    mend: expect.stringContaining("onnxruntime-node") as unknown,
  });
});
