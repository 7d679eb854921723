/** Keeps a name on one line: control characters and the Unicode line ends are written as escapes. */
export const oneLine = (name: string): string =>
  name.replaceAll(/[\p{Cc}\u2028\u2029]/gu, (character) => {
    const hex = character.charCodeAt(0).toString(16).padStart(4, "0");
    return `\\u${hex}`;
  });

/** Shorter than what one decimal of a second shows. */
export const SHOWN_MS = 50;

/** One line of `profile.log` under a step: a phase and its time in seconds with one decimal. */
export const profileLine = (name: string, ms: number): string => `  - ${oneLine(name)}: ${(ms / 1000).toFixed(1)}s`;
