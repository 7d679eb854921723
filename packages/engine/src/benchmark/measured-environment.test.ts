import { expect, test } from "vitest";
import { measuredEnvironment } from "./measured-environment.ts";

test("measuredEnvironment() leads nothing back to the repository or the job around, and keeps the rest", () => {
  const environment = {
    PATH: "/bin",
    GIT_DIR: "/r/.git",
    GIT_AUTHOR_NAME: "a",
    GITHUB_OUTPUT: "/job/out",
    EMPTY: undefined,
  };
  expect(measuredEnvironment(environment)).toEqual({
    PATH: "/bin",
    GIT_AUTHOR_NAME: "a",
    GITHUB_OUTPUT: "/dev/null",
    OTEL_SDK_DISABLED: "true",
  });
});
