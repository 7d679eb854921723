/** A signal ended the program before there was anything to record. */
export class CancelledError extends Error {
  override readonly name = "CancelledError";
  readonly signal: NodeJS.Signals;

  /** @param message - what became of what was asked for, since no record tells it */
  constructor(signal: NodeJS.Signals, message: string, options?: ErrorOptions) {
    super(message, options);
    this.signal = signal;
  }
}
