import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { whyNotWritten } from "./why-not-written.ts";

test("whyNotWritten() gives the system's words alone", () => {
  let error: unknown;
  try {
    writeFileSync(tmpdir(), "");
  } catch (thrown) {
    error = thrown;
  }
  expect(whyNotWritten(error)).toBe("EISDIR: illegal operation on a directory");
  expect(whyNotWritten("odd")).toBe("odd");
});
