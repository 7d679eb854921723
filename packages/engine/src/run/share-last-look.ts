/** Lists something that changes while steps run, and not any more when all have ended. */
export interface SharedLook<Listed> {
  readonly list: () => Promise<Listed>;
  /** Whoever asks from now on gets one and the same answer, which is looked for when the first one asks. */
  readonly last: () => void;
}

/** @param look - lists it as it is now */
export function shareLastLook<Listed>(look: () => Promise<Listed>): SharedLook<Listed> {
  let isLast = false;
  let shared: Promise<Listed> | undefined;
  return {
    list: () => (isLast ? (shared ??= look()) : look()),
    last(): void {
      isLast = true;
    },
  };
}
