import { expect, test } from "vitest";
import { createBudget } from "./budget/create-budget.ts";
import { createAiClient } from "./create-ai-client.ts";
import { createExecProvider } from "./providers/create-exec-provider.ts";
import { createNoneProvider } from "./providers/create-none-provider.ts";
import { refuseUnknownOptions } from "./refuse-unknown-options.ts";

const provider = createNoneProvider();

test.each<readonly [string, () => unknown, string]>([
  [
    "createBudget()",
    () => createBudget({ maxCall: 1 } as never),
    'create budget: there is no option `maxCall`; did you mean "maxCalls"?',
  ],
  [
    "createAiClient()",
    () => createAiClient({ provider, timeout: 1 } as never),
    'create AI client: there is no option `timeout`; did you mean "timeoutMs"?',
  ],
  [
    "createAiClient()",
    () => createAiClient({ provider, retry: { maxRetry: 1 } as never }),
    "create AI client: there is no option `retry.maxRetry`; there are maxRetries, baseDelayMs, maxDelayMs, random",
  ],
  [
    "createExecProvider()",
    () => createExecProvider({ command: "x", arg: [] } as never),
    'create exec provider: there is no option `arg`; did you mean "args"?',
  ],
])("%s refuses a misspelt option and names the nearest one", (_, create, message) => {
  expect(create).toThrow(new TypeError(`Cannot ${message}`));
});

test("refuseUnknownOptions() names all options where none is near, and knows no inherited ones", () => {
  const known = { a: true } as never;
  expect(() => refuseUnknownOptions("x", { colour: 1 }, known)).toThrow(
    new TypeError("Cannot x: there is no option `colour`; there are a"),
  );
  expect(() => refuseUnknownOptions("x", { toString: 1 }, known)).toThrow(TypeError);
});
