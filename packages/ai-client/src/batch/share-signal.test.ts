import { getEventListeners } from "node:events";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createTally } from "../asking/create-tally.ts";
import type { Question } from "../asking/question.ts";
import type { PendingQuestion } from "./send-packed.ts";
import { shareSignal } from "./share-signal.ts";

interface Waiting {
  readonly controller: AbortController;
  readonly item: PendingQuestion;
  readonly got: unknown[];
}

function createWaiting(): Waiting {
  const controller = new AbortController();
  const got: unknown[] = [];
  const note = (value: unknown): void => void got.push(value);
  const item: PendingQuestion = {
    // Nothing looks into the question here.
    question: {} as Question<unknown>,
    context: { signal: controller.signal, deadlineMs: 0, tally: createTally() },
    isDone: () => got.length > 0,
    resolve: note,
    reject: note,
  };
  return { controller, item, got };
}

test("shareSignal() aborts when the last question is answered, failed or gone, not before, and lets go of every signal", () => {
  const end = fc.constantFrom<"answer" | "fail" | "leave" | "leave, then answer">(
    "answer",
    "fail",
    "leave",
    "leave, then answer",
  );
  fc.assert(
    fc.property(fc.array(end, { minLength: 1, maxLength: 6 }), (ends) => {
      const waiting = ends.map(createWaiting);
      const { items, signal } = shareSignal(waiting.map(({ item }) => item));
      for (const [index, how] of ends.entries()) {
        expect(signal.aborted).toBe(false);
        const answer = { finishReason: "stop", text: String(index) } as const;
        if (how.startsWith("leave")) waiting[index]?.controller.abort();
        if (how.endsWith("answer")) items[index]?.resolve(answer);
        if (how === "fail") items[index]?.reject("why");
        expect(waiting[index]?.got).toEqual(how.endsWith("answer") ? [answer] : how === "fail" ? ["why"] : []);
      }
      expect(signal.aborted).toBe(true);
      for (const { controller } of waiting) expect(getEventListeners(controller.signal, "abort")).toEqual([]);
    }),
  );
});
