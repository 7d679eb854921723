import { describe, expect, test } from "vitest";
import { parseTraceParent } from "./parse-trace-parent.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";

describe("parseTraceParent()", () => {
  test.each([
    [`00-${TRACE}-${SPAN}-01`, true],
    [`00-${TRACE}-${SPAN}-00`, false],
    [` 00-${TRACE}-${SPAN}-03\n`, true],
    [`cc-${TRACE}-${SPAN}-01-what-comes-later`, true],
  ])("reads %j", (value, sampled) => {
    expect(parseTraceParent(value)).toEqual({ traceId: TRACE, spanId: SPAN, sampled });
  });

  test.each([
    "",
    `00-${TRACE}-${SPAN}`,
    `00-${TRACE}-${SPAN}-01-more`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${"0".repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${"0".repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `cc-${TRACE}-${SPAN}-01x`,
  ])("takes %j for none", (value) => {
    expect(parseTraceParent(value)).toBeUndefined();
  });
});
