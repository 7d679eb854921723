import { expect, test } from "vitest";
import { createQuestion, type AnyAiRequest } from "../asking/question.ts";
import { packQuestions, readPackKey } from "./pack-questions.ts";
import { readAnswerTexts, unpackAnswers } from "./unpack-answers.ts";

const SCHEMA = { type: "integer" };

test("readPackKey() is equal where system, model, parameters and schema are, in whatever order, and not else", async () => {
  const keyOf = async (change: Partial<AnyAiRequest<unknown>>): Promise<string> =>
    readPackKey(await createQuestion({ prompt: "p", parameters: { a: 1, b: 2 }, ...change }));
  const key = await keyOf({});
  expect(await keyOf({ prompt: "q", parameters: { b: 2, a: 1 }, label: "x" })).toBe(key);
  const others: readonly Partial<AnyAiRequest<unknown>>[] = [
    { system: "s" },
    { model: "m" },
    { parameters: { a: 1 } },
    { maxOutputTokens: 5 },
    { outputSchema: SCHEMA },
    { validate: () => ({ ok: true, value: 1 }) },
  ];
  for (const change of others) expect(await keyOf(change), JSON.stringify(change)).not.toBe(key);
});

test("packQuestions() asks for every id, adds up the sizes and asks the provider for the schema of the whole", async () => {
  const shared = { system: "s", outputSchema: SCHEMA };
  const one = await createQuestion({ ...shared, prompt: "1?", maxOutputTokens: 10 });
  const two = await createQuestion({ ...shared, prompt: "2?", maxOutputTokens: 20 });
  const packed = packQuestions([
    { id: "ida", question: one },
    { id: "idb", question: two },
  ]);
  expect(packed).toMatchObject({ system: "s", maxOutputTokens: 30 });
  expect(packed.prompt).toMatch(/<question ida>\n1\?\n<\/question ida>.*<question idb>.*ids ida, idb.*"integer"/s);
  expect(packed.outputSchema).toEqual({
    type: "object",
    properties: {
      items: {
        type: "array",
        items: {
          type: "object",
          properties: { id: { type: "string" }, answer: { $ref: "#/$defs/answer" } },
          required: ["id", "answer"],
          additionalProperties: false,
        },
      },
    },
    required: ["items"],
    additionalProperties: false,
    $defs: { answer: SCHEMA },
  });
});

test("unpackAnswers() takes each id once, and leaves out what is unknown, double or without an answer", () => {
  const items = [
    { id: "a", answer: 1 },
    { id: "b", answer: 2 },
    { id: "c" },
    { id: "b", answer: 3 },
    { id: "z", answer: 4 },
    { id: 5, answer: 5 },
    null,
    ["a"],
    { id: "d", answer: null },
  ];
  const answers = unpackAnswers(`Here:\n\`\`\`json\n${JSON.stringify({ items })}\n\`\`\``, ["a", "b", "c", "d", "e"]);
  expect([...answers]).toEqual([
    ["a", 1],
    ["d", null],
  ]);
  for (const text of ["", "[]", "{}", '{"items":{}}', '{"items":[{"id":"a","answer":1}']) {
    expect(unpackAnswers(text, ["a"]).size).toBe(0);
  }
});

test("readAnswerTexts() takes only text for a text, and JSON in a string as a second choice for JSON", () => {
  expect(readAnswerTexts("x", false)).toEqual(["x"]);
  expect(readAnswerTexts({}, false)).toEqual([]);
  expect(readAnswerTexts({ a: 1 }, true)).toEqual(['{"a":1}']);
  expect(readAnswerTexts('{"a":1}', true)).toEqual(['"{\\"a\\":1}"', '{"a":1}']);
});
