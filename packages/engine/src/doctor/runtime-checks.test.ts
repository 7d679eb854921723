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

test.each([
  [{ state: "loads" }, "is installed and not active"],
  [{ state: "not-installed" }, "is not installed"],
  [{ state: "fails", message: "no binary for this machine" }, "does not load: no binary for this machine"],
] as const)(
  "of the native runtime it tells what is there, and that nothing is to be done: %j",
  (nativeRuntime, words) => {
    const check = checkRuntime({ nodeVersion: "24.0.0", nativeRuntime })[1];
    expect(check).toMatchObject({ id: "native-runtime", state: "ok" });
    expect(check?.message).toContain(words);
    expect(check?.mend).toBeUndefined();
  },
);
