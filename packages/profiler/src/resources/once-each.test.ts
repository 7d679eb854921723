import { expect, test } from "vitest";
import { onceEach } from "./once-each.ts";

test("onceEach() passes on each message once, whatever the listener does", () => {
  const told: string[] = [];
  const tell = onceEach((message) => {
    told.push(message);
    throw new Error("listener");
  });
  for (const message of ["a", "b", "a", "a", "b"]) tell(message);
  expect(told).toEqual(["a", "b"]);
  expect(() => onceEach(undefined)("a")).not.toThrow();
});
