import { expect, test } from "vitest";
import { readCallParameters, type KnownParameters } from "./call-parameters.ts";

const KNOWN: KnownParameters = {
  names: ["temperature", "seed", "stop", "effort"],
  acceptsOthers: true,
  reserved: ["messages"],
};

test("readCallParameters() tells the SDK's parameters from those that go into the request as they are", () => {
  const parameters = { temperature: 0.5, seed: 7, stop: "END", effort: "low", top_k: 40 };
  expect(readCallParameters(parameters, KNOWN)).toEqual({
    options: { temperature: 0.5, seed: 7, stopSequences: ["END"] },
    extra: { effort: "low", top_k: 40 },
  });
});

test.each([
  [{ messages: "[]" }, "The parameter `messages` is set by the client itself"],
  [{ temperature: "hot" }, "The parameter `temperature` must be a finite number, got hot"],
  [{ temperature: Number.NaN }, "The parameter `temperature` must be a finite number, got NaN"],
  [{ seed: 1.5 }, "The parameter `seed` must be an integer, got 1.5"],
  [{ stop: "" }, "The parameter `stop` must be a text, got string"],
])("readCallParameters() refuses %j", (parameters, message) => {
  expect(readCallParameters(parameters as Record<string, number>, KNOWN)).toMatchObject({ reason: "refused", message });
});

test("readCallParameters() refuses what would have no effect", () => {
  expect(readCallParameters({ topK: 1 }, { ...KNOWN, acceptsOthers: false })).toMatchObject({
    reason: "refused",
    message: "The parameter `topK` is not known to this provider; it knows temperature, seed, stop, effort",
  });
});
