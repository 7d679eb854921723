import * as fc from "fast-check";
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { sampleEntry } from "../../test/sample-entry.ts";
import { decodeEntry, encodeEntry, findRejectReason, ownEntry } from "./cache-entry.ts";

const answers = fc.record(
  {
    text: fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => text.trim() !== ""),
    usage: fc.record({ inputTokens: fc.nat(), outputTokens: fc.nat() }),
    details: fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as string),
  },
  { requiredKeys: ["text"], noNullPrototype: true },
);

test("decodeEntry() gives back what encodeEntry() wrote", () => {
  fc.assert(
    fc.property(answers, (answer) => {
      const entry = sampleEntry("a", answer);
      expect(decodeEntry(encodeEntry(entry), entry.key)).toEqual({ ok: true, entry });
    }),
  );
});

test("ownEntry() gives what encoding and decoding would give, frozen all the way down", () => {
  function expectFrozen(value: unknown): void {
    if (typeof value !== "object" || value === null) return;
    expect(Object.isFrozen(value)).toBe(true);
    Object.values(value).forEach(expectFrozen);
  }
  fc.assert(
    fc.property(answers, (answer) => {
      const entry = sampleEntry("a", Object.assign({ unknown: 1, costUsd: undefined }, answer));
      const own = ownEntry(entry);
      expect({ ok: true, entry: own }).toStrictEqual(decodeEntry(encodeEntry(entry), entry.key));
      expectFrozen(own);
    }),
  );
});

test("decodeEntry() serves no entry with a flipped bit, wherever it is", () => {
  const entry = sampleEntry("a", { text: "Grüße, \uFFFD and \u{1F600}", usage: { inputTokens: 1, outputTokens: 2 } });
  const bytes = encodeEntry(entry);
  for (let bit = 0; bit < bytes.byteLength * 8; bit += 1) {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(decodeEntry(flipped, entry.key).ok).toBe(false);
  }
});

test("decodeEntry() serves no entry that was cut, lengthened or overwritten in part", () => {
  const entry = sampleEntry("a");
  const bytes = encodeEntry(entry);
  fc.assert(
    fc.property(fc.nat(bytes.byteLength - 1), fc.uint8Array({ minLength: 1, maxLength: 40 }), (at, noise) => {
      expect(decodeEntry(bytes.subarray(0, at), entry.key).ok).toBe(false);
      expect(decodeEntry(Buffer.concat([bytes, noise]), entry.key).ok).toBe(false);
      const overwritten = Buffer.from(bytes);
      overwritten.set(noise.subarray(0, bytes.byteLength - at), at);
      expect(decodeEntry(overwritten, entry.key).ok).toBe(overwritten.equals(bytes));
    }),
  );
});

test("decodeEntry() never throws, whatever the bytes", () => {
  const key = sampleEntry("a").key;
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(decodeEntry(Buffer.from(bytes), key)).toEqual({ ok: false, problem: "corrupt" });
    }),
  );
});

test("decodeEntry() tells an entry of a newer format from a damaged one", () => {
  const newer = Buffer.from('{"formatVersion":2,"digest":"…","entry":{}}\n');
  expect(decodeEntry(newer, sampleEntry("a").key)).toEqual({ ok: false, problem: "newer-format" });
});

test("decodeEntry() refuses bodies with a right checksum that are no whole answer under this key", () => {
  const entry = sampleEntry("a");
  const bodies: unknown[] = [
    null,
    [],
    { ...entry, key: sampleEntry("b").key },
    { ...entry, createdMs: "1" },
    { ...entry, expiresMs: -1 },
    { ...entry, answer: undefined },
    { ...entry, answer: { finishReason: "length", text: "cut" } },
    { ...entry, answer: { finishReason: "stop", text: " " } },
    { ...entry, answer: { finishReason: "stop", text: 3 } },
    { ...entry, answer: { finishReason: "stop", text: "x", usage: { inputTokens: 1 } } },
  ];
  const written = (body: unknown): Buffer => {
    const json = JSON.stringify(body);
    const checksum = createHash("sha256").update(json).digest("hex");
    return Buffer.from(`{"formatVersion":1,"checksum":"${checksum}","entry":${json}}\n`);
  };
  expect(decodeEntry(written(entry), entry.key).ok).toBe(true);
  for (const body of bodies) {
    expect(decodeEntry(written(body), entry.key)).toEqual({ ok: false, problem: "corrupt" });
  }
});

test("findRejectReason() names why an answer is not whole", () => {
  const reasonOf = (answer: object): string | undefined =>
    findRejectReason({ finishReason: "stop", text: "x", ...answer });
  expect(reasonOf({})).toBeUndefined();
  expect(reasonOf({ finishReason: "length" })).toBe("truncated");
  expect(reasonOf({ finishReason: "content-filter" })).toBe("content-filter");
  expect(reasonOf({ finishReason: "error" })).toBe("not-stopped");
  expect(reasonOf({ text: "\n " })).toBe("empty");
  expect(reasonOf({ details: new Map() })).toBe("not-json");
  expect(reasonOf({ usage: { inputTokens: -1, outputTokens: 0 } })).toBe("not-json");
});

test.each([
  ["length", "truncated"],
  ["max_tokens", "truncated"],
  ["MAX_TOKENS", "truncated"],
  ["content-filter", "content-filter"],
  ["content_filter", "content-filter"],
  ["SAFETY", "content-filter"],
  ["refusal", "refusal"],
  ["tool-calls", "not-stopped"],
  ["error", "not-stopped"],
  ["other", "not-stopped"],
  ["unknown", "not-stopped"],
  ["end_turn", "not-stopped"],
  ["STOP", "not-stopped"],
  ["", "not-stopped"],
  [undefined, "not-stopped"],
  [null, "not-stopped"],
])("findRejectReason() takes finish reason %s for %s", (finishReason, reason) => {
  expect(findRejectReason({ finishReason: finishReason as string, text: "x" })).toBe(reason);
});

test("findRejectReason() accepts no finish reason but `stop`", () => {
  fc.assert(
    fc.property(fc.string(), (finishReason) => {
      expect(findRejectReason({ finishReason, text: "x" }) === undefined).toBe(finishReason === "stop");
    }),
    { examples: [["stop"], ["Stop"], ["stop "]] },
  );
});

test("decodeEntry() gives back cost and cached tokens, and refuses such as cannot be", () => {
  const usage = { inputTokens: 10, outputTokens: 2, cachedInputTokens: 10 };
  const entry = sampleEntry("a", { usage, costUsd: 0.125 });
  expect(decodeEntry(encodeEntry(entry), entry.key)).toMatchObject({
    ok: true,
    entry: { answer: { usage, costUsd: 0.125 } },
  });
  const reasonOf = (answer: object): string | undefined =>
    findRejectReason({ finishReason: "stop", text: "x", ...answer });
  expect(reasonOf({ costUsd: 0 })).toBeUndefined();
  for (const costUsd of [-0.01, Number.NaN, Number.POSITIVE_INFINITY, "1"])
    expect(reasonOf({ costUsd })).toBe("not-json");
  for (const cachedInputTokens of [-1, 11, 0.5]) {
    expect(reasonOf({ usage: { ...usage, cachedInputTokens } })).toBe("not-json");
  }
});
