const MIN_PART_LENGTH = 6;

function* formsOf(secret: string): Iterable<string> {
  yield secret;
  yield Buffer.from(secret, "utf8").toString("base64").replace(/=+$/, "");
  yield encodeURIComponent(secret);
  if (secret.startsWith("whsec_")) yield secret.slice("whsec_".length);
  if (!URL.canParse(secret)) return;
  const url = new URL(secret);
  yield url.href;
  yield url.pathname + url.search;
  for (const part of [...url.pathname.split("/"), ...url.searchParams.values(), url.username, url.password]) {
    yield part;
    yield encodeURIComponent(part);
  }
}

/**
 * `text` with `[redacted]` wherever one of the secrets stands in it, as it is, in Base64 or encoded for URLs; of a secret address also
 * its path, the parts of it and the values of its query, where they have 6 or more characters.
 */
export function redactSecrets(text: string, secrets: readonly string[]): string {
  const forms = new Set(secrets.filter((secret) => secret !== "").flatMap((secret) => [...formsOf(secret)]));
  const exact = new Set(secrets);
  const sought = [...forms].filter((form) => form.length >= MIN_PART_LENGTH || (form !== "" && exact.has(form)));
  return sought
    .sort((a, b) => b.length - a.length)
    .reduce((redacted, form) => redacted.replaceAll(form, "[redacted]"), text);
}
