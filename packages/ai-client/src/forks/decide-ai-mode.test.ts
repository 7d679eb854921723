import * as fc from "fast-check";
import { expect, test } from "vitest";
import { decideAiMode, type AiMode } from "./decide-ai-mode.ts";

const MODES: readonly AiMode[] = ["on", "off", "read-only", "refresh", "replay"];
const BECAUSE = "The pull_request event is about code of another repository";

test("decideAiMode() replays on forks and says why", () => {
  expect(decideAiMode({ requested: "on", fork: { isFork: true, because: BECAUSE } })).toEqual({
    mode: "replay",
    notice: `This is code of a fork, so AI steps only replay cached answers: ${BECAUSE}`,
  });
  expect(decideAiMode({ requested: "off", fork: { isFork: "unknown", because: "X" } })).toEqual({
    mode: "replay",
    notice: "This may be code of a fork, so AI steps only replay cached answers: X",
  });
});

test("decideAiMode() gives what was asked for where the code is the repository's own", () => {
  for (const requested of MODES) {
    expect(decideAiMode({ requested, fork: { isFork: false, because: "X" } })).toEqual({ mode: requested });
  }
});

test("decideAiMode() gives what was asked for on forks where that is allowed, and says so", () => {
  const decision = decideAiMode({ requested: "on", fork: { isFork: true, because: BECAUSE }, allowForks: true });
  expect(decision).toEqual({
    mode: "on",
    notice: `AI steps run although this may be code of a fork, as asked for: ${BECAUSE}`,
  });
});

test("decideAiMode() never asks a model about code that may be a fork's unless allowed, and never degrades silently", () => {
  const request = fc.record({
    requested: fc.constantFrom(...MODES),
    fork: fc.record({ isFork: fc.constantFrom(true, false, "unknown" as const), because: fc.string({ minLength: 1 }) }),
    allowForks: fc.constantFrom(true, false, undefined),
  });
  fc.assert(
    fc.property(request, (request) => {
      const { mode, notice } = decideAiMode(request);
      if (request.fork.isFork !== false && request.allowForks !== true) expect(mode).toBe("replay");
      expect([request.requested, "replay"]).toContain(mode);
      if (mode !== request.requested) expect(notice).toContain(request.fork.because);
    }),
  );
});
