import { expect, test } from "vitest";
import { createStyle } from "./style.ts";

test.each([
  [true, {}, true],
  [false, {}, false],
  [true, { TERM: "dumb" }, false],
  [true, { NO_COLOR: "1" }, false],
  [true, { NO_COLOR: "" }, true],
  [false, { FORCE_COLOR: "1" }, true],
  [true, { FORCE_COLOR: "0" }, false],
  [false, { FORCE_COLOR: "" }, false],
  [false, { FORCE_COLOR: "1", TERM: "dumb" }, true],
  [true, { FORCE_COLOR: "1", NO_COLOR: "1" }, false],
])("on a terminal %s with %j colours are %s", (isTerminal, environment, coloured) => {
  const style = createStyle(isTerminal, environment);
  for (const paint of Object.values(style) as ((text: string) => string)[]) {
    expect(paint("x") !== "x").toBe(coloured);
    expect(paint("x")).toContain("x");
  }
});
