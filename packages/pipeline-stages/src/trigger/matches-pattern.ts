/**
 * Whether a text is as a pattern, in which every `*` stands for any characters, also none, and everything else for itself.
 * Case counts. Time at most length of the text x length of the pattern, whatever both are: no regular expression is made of a
 * pattern.
 */
export function matchesPattern(text: string, pattern: string): boolean {
  let at = 0;
  let next = 0;
  let star = -1;
  let retryAt = 0;
  while (at < text.length) {
    // First the star: a text may contain one too.
    if (pattern[next] === "*") {
      star = next++;
      retryAt = at;
    } else if (next < pattern.length && pattern[next] === text[at]) {
      next++;
      at++;
    } else if (star >= 0) {
      // The last star takes one character more. Earlier ones need not: what they took already is the shortest that does.
      next = star + 1;
      at = ++retryAt;
    } else return false;
  }
  while (pattern[next] === "*") next++;
  return next === pattern.length;
}
