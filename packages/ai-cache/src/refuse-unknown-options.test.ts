import { expect, test } from "vitest";
import { openAiCache } from "./open-ai-cache.ts";
import { refuseUnknownOptions } from "./refuse-unknown-options.ts";

test.each([
  ["maxByte", "maxBytes"],
  ["ttlms", "ttlMs"],
  ["ttl_ms", "ttlMs"],
  ["folowMaxMs", "followMaxMs"],
])("openAiCache() refuses the option %s and names %s", (misspelt, meant) => {
  expect(() => openAiCache({ directory: "d", [misspelt]: 1 })).toThrow(
    new TypeError(`Cannot open AI cache: there is no option \`${misspelt}\`; did you mean "${meant}"?`),
  );
});

test("refuseUnknownOptions() names all options where none is near, and lets known ones pass, whatever they hold", () => {
  const known = { directory: true } as const;
  for (const name of ["colour", "toString", "x".repeat(100_000)]) {
    expect(() => refuseUnknownOptions("x", { [name]: 1 }, known as never)).toThrow(
      new TypeError(`Cannot x: there is no option \`${name}\`; there are directory`),
    );
  }
  expect(() => refuseUnknownOptions<{ directory?: unknown }>("x", { directory: undefined }, known)).not.toThrow();
});

test("openAiCache() says that a limit is a string where it is one", () => {
  expect(() => openAiCache({ directory: "d", maxBytes: "1" as never })).toThrow(
    new RangeError('Cannot open AI cache: `maxBytes` must be an integer of at least 1, got the string "1"'),
  );
});
