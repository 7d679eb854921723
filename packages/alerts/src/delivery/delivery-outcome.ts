/**
 * Why a message did not arrive. `misconfigured`: the address, the secret or the settings cannot be used. `refused`: the server
 * said no for good. `busy`: it asked to come back later, or has a trouble of its own. `unreachable`: no connection, or it broke.
 * `insecure`: no TLS, or a certificate that is not trusted. `no-room`: the job summary is full. `unexpected`: anything else.
 */
export type DeliveryFailure =
  | "misconfigured"
  | "refused"
  | "busy"
  | "unreachable"
  | "insecure"
  | "timed-out"
  | "aborted"
  | "no-room"
  | "unexpected";

/** What became of a message in one channel. No text in it holds a secret. */
export type DeliveryOutcome = { readonly channel: string } & (
  | {
      readonly status: "delivered";
      readonly tryCount: number;
      /** Recipients of a mail that the server refused, while it took it for others. */
      readonly refusedRecipientCount?: number | undefined;
    }
  | {
      readonly status: "failed";
      readonly failure: DeliveryFailure;
      /** One line, for people. */
      readonly message: string;
      readonly tryCount: number;
    }
  /** An environment variable it needs is not set; nothing was tried. */
  | { readonly status: "not-configured"; readonly missingVariables: readonly string[] }
  /** What would have been sent, with names of variables in place of secrets. */
  | { readonly status: "dry-run"; readonly payload: string; readonly missingVariables: readonly string[] }
);
