/** What the file of one entry weighs, in bytes. */
export const ENTRY_BYTES = 4_096;
/** A time of writing. All subjects get the same, so that all write the same bytes. */
const CREATED_MS = Date.now();
const WORDS =
  "the parser reads one line too few when a quoted value ends the file so that its last entry never reaches this loop".split(
    " ",
  );

/**
 * The question `index` as key parts, and the answer to it: Markdown as a review writes it, with line ends and quotes that JSON must escape.
 * The encoded entry takes {@link ENTRY_BYTES}.
 */
export function makeQuestion(index) {
  return { provider: "benchmark", model: "model", prompt: `Review change ${index}.` };
}

/** @param {number} index @param {number} textBytes Length of the text, in ASCII characters. */
function makeText(index, textBytes) {
  let text = `# Review of change ${index}\n\n`;
  for (let line = 0; text.length < textBytes; line += 1) {
    const words = WORDS.slice((index + line) % 7).join(" ");
    text += `- \`src/file-${(index * 31 + line) % 997}.ts:${line + 1}\`: "${words}", which the tests do not see.\n`;
  }
  return text.slice(0, textBytes);
}

/** Entries for the inner stores. `createCacheKey` and `encodeEntry` are the library's. */
export function makeEntries(count, { createCacheKey, encodeEntry }) {
  return Array.from({ length: count }, (_, index) => {
    const question = makeQuestion(index);
    const entry = {
      key: createCacheKey(question),
      createdMs: CREATED_MS,
      expiresMs: CREATED_MS + 86_400_000,
      computeMs: 1_234,
      provider: question.provider,
      model: question.model,
      answer: { finishReason: "stop", text: "", usage: { inputTokens: 2_000, outputTokens: 900 } },
    };
    // Escapes make the file longer than the text: shorten the text until the file is as long as it should be.
    let length = ENTRY_BYTES;
    for (;;) {
      const whole = { ...entry, answer: { ...entry.answer, text: makeText(index, length) } };
      const extra = encodeEntry(whole).byteLength - ENTRY_BYTES;
      if (extra <= 0) return whole;
      length -= Math.max(1, Math.floor(extra / 2));
    }
  });
}
