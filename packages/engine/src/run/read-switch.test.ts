import { describe, expect, test } from "vitest";
import { readSwitch } from "./read-switch.ts";

describe("readSwitch()", () => {
  test.each([
    ["true", true],
    ["TRUE ", true],
    ["1", true],
    ["false", false],
    ["0", false],
    ["", undefined],
    [undefined, undefined],
  ])("%j switches to %j", (text, expected) => {
    expect(readSwitch({ WORKFLOW_PROFILE: text }, "WORKFLOW_PROFILE")).toBe(expected);
  });

  test.each(["yes", "2", "on", "tru"])("%j is refused with what to do, rather than taken for off", (text) => {
    expect(() => readSwitch({ WORKFLOW_PROFILE: text }, "WORKFLOW_PROFILE")).toThrowError(
      expect.objectContaining({
        code: "ENGINE_ENVIRONMENT_INVALID",
        hint: expect.stringContaining("WORKFLOW_PROFILE=true") as string,
      }),
    );
  });
});
