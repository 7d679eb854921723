/** A stretch of time with those inside it. */
export interface DrawnStretch {
  readonly name: string;
  readonly ts: number;
  readonly dur: number;
  readonly inside: readonly DrawnStretch[];
}

export interface DrawnTrace {
  readonly processes: readonly string[];
  readonly tracks: readonly {
    readonly tid: number;
    readonly name: string | null;
    readonly roots: readonly DrawnStretch[];
  }[];
  /** Names of the stretches that each arrow joins. */
  readonly arrows: readonly (readonly string[])[];
}

export declare function readWithDevTools(text: string): Promise<DrawnTrace>;
