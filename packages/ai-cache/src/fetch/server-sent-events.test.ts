import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formatServerSentEvent, parseServerSentEvents } from "./server-sent-events.ts";

test("parseServerSentEvents() reads types, data of several lines, comments and every kind of line end", () => {
  const body = ": hello\r\nevent: a\r\ndata: 1\r\ndata:2\r\n\r\ndata\rid: 3\r\r\nevent: lost\n\ndata:  b\n\n";
  expect(parseServerSentEvents(body)).toEqual([
    { type: "a", data: "1\n2" },
    { type: "message", data: "" },
    { type: "message", data: " b" },
  ]);
});

test("parseServerSentEvents() does not count an event that was cut", () => {
  expect(parseServerSentEvents("data: 1\n\ndata: [DONE]\n")).toEqual([{ type: "message", data: "1" }]);
  expect(parseServerSentEvents("data: 1\n\ndata: [DO")).toEqual([{ type: "message", data: "1" }]);
  expect(parseServerSentEvents("")).toEqual([]);
});

test("parseServerSentEvents() reads back what formatServerSentEvent() writes", () => {
  const line = fc.string({ unit: "binary" }).map((text) => text.replace(/[\r\n]/g, " "));
  const events = fc.array(
    fc.record({ type: fc.constantFrom("message", "response.created"), data: fc.array(line, { minLength: 1 }) }),
  );
  fc.assert(
    fc.property(events, (given) => {
      const expected = given.map(({ type, data }) => ({ type, data: data.join("\n") }));
      expect(parseServerSentEvents(expected.map(formatServerSentEvent).join(""))).toEqual(expected);
    }),
  );
});
