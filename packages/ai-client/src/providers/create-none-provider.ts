import type { Provider } from "../provider.ts";

/** A provider that never answers: every question is inconclusive for want of a provider, unless a cache knows the answer. */
export function createNoneProvider(): Provider {
  return {
    name: "none",
    generate: () =>
      Promise.resolve({
        status: "failed",
        reason: "no-provider",
        message: "No model provider is configured",
        retryable: false,
      }),
  };
}
