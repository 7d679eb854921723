import { describe, expect, test } from "vitest";
import { createManualDelay } from "../../test/manual-delay.ts";
import type { Attempt } from "./attempt.ts";
import { tryDelivery, type TrySettings } from "./try-delivery.ts";

const busy: Attempt = { ok: false, failure: "busy", message: "later", canRetry: true };
const refused: Attempt = { ok: false, failure: "refused", message: "no", canRetry: false };

function setUp(overrides: Partial<TrySettings> = {}): {
  settings: TrySettings;
  manual: ReturnType<typeof createManualDelay>;
} {
  const manual = createManualDelay(5000, 30_000);
  const settings: TrySettings = {
    maxTries: 3,
    timeoutMs: 5000,
    totalTimeoutMs: 30_000,
    signal: undefined,
    now: () => 0,
    delay: manual.delay,
    random: () => 0.5,
    ...overrides,
  };
  return { settings, manual };
}

/** Gives these attempts in turn and counts the calls. */
function inTurn(...attempts: readonly Attempt[]): () => Promise<Attempt> {
  let index = 0;
  return () => Promise.resolve(attempts[index++] ?? { ok: true });
}

describe("tryDelivery()", () => {
  test("tries again with growing waits of random length, as often as it may", async () => {
    const { settings, manual } = setUp({ maxTries: 4 });
    expect(await tryDelivery(inTurn(busy, busy, busy, busy, busy), settings)).toEqual({ attempt: busy, tryCount: 4 });
    expect(manual.pausesMs).toEqual([500, 1000, 2000]);
    expect(manual.runningCount()).toBe(0);
  });

  test("stops at success and at a refusal", async () => {
    expect(await tryDelivery(inTurn(busy, { ok: true }), setUp().settings)).toEqual({
      attempt: { ok: true },
      tryCount: 2,
    });
    expect(await tryDelivery(inTurn(busy, refused), setUp().settings)).toEqual({ attempt: refused, tryCount: 2 });
  });

  test("waits as long as the server asks, and longer by a random time", async () => {
    const { settings, manual } = setUp();
    await tryDelivery(inTurn({ ...busy, retryAfterMs: 7000 }, { ok: true }), settings);
    expect(manual.pausesMs).toEqual([7500]);
  });

  test("waits for no server that asks for more time than there is", async () => {
    const { settings, manual } = setUp();
    const late: Attempt = { ...busy, retryAfterMs: 30_000 };
    expect(await tryDelivery(inTurn(late), settings)).toEqual({ attempt: late, tryCount: 1 });
    expect(manual.pausesMs).toEqual([]);
    let ms = 0;
    const clock = (): number => (ms += 10_000);
    const { settings: slow } = setUp({ now: clock });
    const soon: Attempt = { ...busy, retryAfterMs: 15_000 };
    expect(await tryDelivery(inTurn(soon, soon, soon), slow)).toEqual({ attempt: soon, tryCount: 2 });
  });

  test("ends a try that hangs, and aborts it", async () => {
    const { settings, manual } = setUp({ maxTries: 2 });
    const signals: AbortSignal[] = [];
    const hanging = (signal: AbortSignal): Promise<Attempt> => {
      signals.push(signal);
      queueMicrotask(() => manual.expire(5000));
      return new Promise(() => undefined);
    };
    expect(await tryDelivery(hanging, settings)).toEqual({
      attempt: { ok: false, failure: "timed-out", message: "No answer within 5000 ms", canRetry: true },
      tryCount: 2,
    });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(manual.runningCount()).toBe(0);
  });

  test("ends when all the time is used up, with what the server said last", async () => {
    const { settings, manual } = setUp();
    let calls = 0;
    const work = (): Promise<Attempt> => {
      calls += 1;
      if (calls === 1) return Promise.resolve(busy);
      queueMicrotask(() => manual.expire(30_000));
      return new Promise(() => undefined);
    };
    expect(await tryDelivery(work, settings)).toEqual({ attempt: busy, tryCount: 2 });
    const { settings: other, manual: otherManual } = setUp();
    const hanging = (): Promise<Attempt> => {
      queueMicrotask(() => otherManual.expire(30_000));
      return new Promise(() => undefined);
    };
    expect(await tryDelivery(hanging, other)).toMatchObject({ attempt: { failure: "timed-out" }, tryCount: 1 });
  });

  test("ends when the caller aborts, before and in a try, and listens no longer", async () => {
    const aborted = { attempt: { failure: "aborted" } };
    expect(await tryDelivery(inTurn(), setUp({ signal: AbortSignal.abort() }).settings)).toMatchObject({
      ...aborted,
      tryCount: 0,
    });
    const controller = new AbortController();
    const work = (): Promise<Attempt> => {
      controller.abort();
      return new Promise(() => undefined);
    };
    expect(await tryDelivery(work, setUp({ signal: controller.signal }).settings)).toMatchObject({
      ...aborted,
      tryCount: 1,
    });
  });

  test("tells nothing of an unexpected error but its name and code", async () => {
    const error = Object.assign(new TypeError("password=hunter2"), { code: "EWHAT" });
    expect(await tryDelivery(() => Promise.reject(error), setUp().settings)).toEqual({
      attempt: { ok: false, failure: "unexpected", message: "Unexpected error: TypeError EWHAT", canRetry: false },
      tryCount: 1,
    });
  });
});
