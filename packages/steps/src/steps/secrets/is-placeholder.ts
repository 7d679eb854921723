import { isSecretValue } from "@ai-workflow/ai-client/secrets";

/** Words that authors of examples put into keys, in any writing; real keys are random and hold none of them but by a rare chance. */
const EXAMPLE_WORD =
  /example|sample|dummy|fake|placeholder|your|changeme|change_me|insert|replace|redacted|removed|masked|xxxx|abcdef|123456|asdf|foobar|foo_?bar|test_?key|secret_?key|some_?(?:key|token|secret)|my_?(?:key|token|secret|pass)|lorem|\.\.\.|…|\*\*\*|<[a-z]|\$\{|\{\{/i;
/** Hosts that nobody outside reaches, and those that standards set aside for examples (RFC 2606, 6761). */
const EXAMPLE_HOST =
  /^(?:127\.|0\.0\.0\.0|\[?::1\]?|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|(?:my|your|some)[-_]?(?:host|server|domain|db|database|site|cluster|company|app)|[a-z][a-z0-9_-]*(?:[:?#"'`\s),;\\]|$)|(?:[\w-]+\.)*(?:example|test|invalid|localhost|local|internal|tld|domain|hostname)(?:\.(?:com|org|net|io|de|co))?(?:[:?#"'`\s),;\\]|$)|[<{$%*.])/i;
/** Passwords that stand for one. */
const EXAMPLE_PASSWORD =
  /^(?:.{1,5}|(?:my|the|some|user|a|db|admin|root|super|top)?[-_ ]?(?:pass(?:wo?r?d|phrase)?|pwd|secret|token|key|credentials?|pw|passwd|auth|api[-_]?key)\d*[!*]?|p[a@4]ss?w[o0]rd?\d*!?|[a-z]{1,10}|[A-Z_]{1,40}|admin\d*|postgres|mysql|mongo(?:db)?|[a-z]{2,16}[-_]?\d{1,4}|redis|root|guest|x-?oauth-?basic|oauth2?|[:%\w-]*token[:%\w-]*)$/i;

/** Whether the text that has the form of a secret is made up: a placeholder, an example of documents, always the same characters. */
export function isPlaceholder(secret: string): boolean {
  return !isSecretValue(secret) || EXAMPLE_WORD.test(secret) || isMonotonous(secret);
}

/**
 * Whether the password of an address is one: of an example host, or a word that anybody would write.
 *
 * @param user - what stands before the password
 * @param host - what stands after it
 */
export function isExamplePassword(user: string, password: string, host: string): boolean {
  return (
    isPlaceholder(password) ||
    EXAMPLE_PASSWORD.test(password) ||
    EXAMPLE_HOST.test(host) ||
    // A template, a variable, a regular expression.
    /[${}()[\]|^\\+*]|%[sdvp]\b|:/.test(password) ||
    password.toLowerCase() === user.toLowerCase()
  );
}

/** Few different characters for its length, as in `sk-000000000000` and `ghp_abcabcabcabc`. */
function isMonotonous(secret: string): boolean {
  const body = secret.replace(/^[A-Za-z]{2,8}[-_]/, "");
  return new Set(body).size < Math.min(8, body.length / 2);
}
