import type { DeliveryFailure } from "./delivery-outcome.ts";

/** How one try ended. */
export type Attempt =
  | { readonly ok: true; readonly refusedRecipientCount?: number }
  | {
      readonly ok: false;
      readonly failure: DeliveryFailure;
      readonly message: string;
      /** Whether another try may end better. */
      readonly canRetry: boolean;
      /** How long the server asks to wait. */
      readonly retryAfterMs?: number;
    };

/** Resolves after `ms`, or rejects when the signal aborts. */
export type Delay = (ms: number, options: { readonly signal: AbortSignal }) => Promise<unknown>;
