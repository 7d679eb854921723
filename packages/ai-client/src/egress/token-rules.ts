/** Finds secrets by their shape. */
export interface TokenRule {
  readonly name: string;
  /**
   * Global. What it captures first is the secret, or the whole match where it captures nothing. Every pattern starts with a literal that
   * its own repetitions cannot cross, or with a look-behind that keeps it from starting again inside a run it has been through: linear.
   */
  readonly pattern: RegExp;
  /** Looks again at what the pattern found. */
  readonly accept?: ((secret: string) => boolean) | undefined;
}

const hasDigit = (secret: string): boolean => /\d/.test(secret);
const hasDigits = (secret: string): boolean => /\d\D*\d\D*\d/.test(secret);

/** Formats that name themselves. Sources: the documentation of each vendor about its tokens; RFC 7519, 6750, 7617, 7468. */
export const TOKEN_RULES: readonly TokenRule[] = [
  { name: "aws-access-key", pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])/g },
  { name: "openai-key", pattern: /(?<![A-Za-z0-9_-])sk-[A-Za-z0-9_-]{20,}/g, accept: hasDigits },
  {
    name: "github-token",
    pattern: /(?<![A-Za-z0-9_])(?:gh[oprsu]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})/g,
  },
  {
    name: "gitlab-token",
    pattern: /(?<![A-Za-z0-9_-])gl(?:pat|oas|dt|rt|cbt|ptt|ft|imt|agent|soat|ffct)-[A-Za-z0-9_.-]{20,}/g,
  },
  {
    name: "slack-token",
    pattern:
      /(?<![A-Za-z0-9])(?:xox[abeoprs]|xapp)-[A-Za-z0-9-]{10,}|hooks\.slack\.com\/services\/(T[A-Za-z0-9/]{20,})/g,
  },
  {
    name: "google-key",
    pattern: /(?<![A-Za-z0-9_-])(?:AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,}|GOCSPX-[A-Za-z0-9_-]{20,})/g,
  },
  { name: "stripe-key", pattern: /(?<![A-Za-z0-9])(?:[rs]k_(?:live|test)_|whsec_)[A-Za-z0-9]{16,}/g },
  {
    name: "vendor-token",
    pattern:
      /(?<![A-Za-z0-9_-])(?:npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{50,}|dckr_pat_[A-Za-z0-9_-]{20,}|hf_[A-Za-z0-9]{30,}|gsk_[A-Za-z0-9]{30,}|xai-[A-Za-z0-9]{30,}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}|do[opr]_v1_[a-f0-9]{64}|lin_api_[A-Za-z0-9]{30,}|glsa_[A-Za-z0-9_]{30,}|hvs\.[A-Za-z0-9_-]{20,}|AGE-SECRET-KEY-1[A-Z0-9]{50,}|\d{8,10}:AA[A-Za-z0-9_-]{33})/g,
  },
  {
    name: "jwt",
    pattern: /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+)?/g,
  },
  {
    name: "authorization",
    pattern:
      /authorization[\\"'`\]]{0,4}[ \t]{0,8}[:=,][ \t]{0,8}[\\"'`]{0,4}(?:(?:bearer|basic|token|digest|apikey)[ \t]{1,4})?([A-Za-z0-9._~+/=:-]{8,})/gi,
    accept: hasDigit,
  },
  { name: "authorization", pattern: /(?<![A-Za-z0-9])bearer[ \t]{1,4}([A-Za-z0-9._~+/=-]{16,})/gi, accept: hasDigit },
  { name: "url-token", pattern: /:\/\/([A-Za-z0-9_-]{20,})@/g, accept: hasDigit },
  { name: "signed-url", pattern: /[?&](?:sig|X-Amz-Signature|X-Goog-Signature)=([A-Za-z0-9%+/=_-]{20,})/g },
];
