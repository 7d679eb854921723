/** A text between slashes is a regular expression, with its flags behind. */
const EXPRESSION = /^\/(.+)\/([a-z]*)$/s;

/**
 * Tells whether a secret is one of those that the repository allows: by its text, or by `/expression/flags`.
 *
 * @throws Error when an expression is none
 */
export function readAllowed(allowed: readonly string[]): (secret: string) => boolean {
  const expressions: RegExp[] = [];
  const texts = new Set<string>();
  for (const one of allowed) {
    const [, source, flags = ""] = EXPRESSION.exec(one) ?? [];
    if (source === undefined) texts.add(one);
    else expressions.push(compile(source, flags.replace(/[gy]/g, "")));
  }
  return (secret) => texts.has(secret) || expressions.some((expression) => expression.test(secret));
}

function compile(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch {
    // The pattern itself may hold what it allows.
    throw new Error("the option `allow` holds a regular expression that is none");
  }
}
