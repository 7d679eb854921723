/** A signal ended the program before there was anything to record. */
export class CancelledError extends Error {
  override readonly name = "CancelledError";
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals, options?: ErrorOptions) {
    super(`cancelled by ${signal}`, options);
    this.signal = signal;
  }
}
