import * as fc from "fast-check";
import { expect, test } from "vitest";
import { redactSecrets } from "./redact-secrets.ts";

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();
const DIGITS = "0123456789";
const ALNUM = LOWER + UPPER + DIGITS;
const HEX = "0123456789abcdef";

// Secrets are made here, so that no scanner finds one in this file. Park and Miller's generator: the same ones in each run.
function createSecrets(seed: number): (alphabet: string, length: number) => string {
  let state = seed;
  return (alphabet, length) => {
    let secret = "";
    for (let i = 0; i < length; i += 1) {
      state = (state * 48_271) % 2_147_483_647;
      // Each third character is a digit where there are digits: a format without any would be a rare draw.
      const from = i % 3 === 1 && alphabet.includes("7") ? DIGITS : alphabet;
      secret += from.charAt(state % from.length);
    }
    return secret;
  };
}

const make = createSecrets(20_260_101);
const base64 = (length: number): string => make(`${ALNUM}+/`, length);
const dashes = "-".repeat(5);
const pem = (kind: string, lines: number): string[] => [
  `${dashes}BEGIN ${kind}PRIVATE KEY${dashes}`,
  ...Array.from({ length: lines }, (_, i) => (i === 0 ? `MII${base64(61)}` : base64(64))),
  `${dashes}END ${kind}PRIVATE KEY${dashes}`,
];

const TOKENS: Readonly<Record<string, string>> = {
  awsId: `AKIA${make(UPPER + DIGITS, 16)}`,
  awsTemporaryId: `ASIA${make(UPPER + DIGITS, 16)}`,
  openai: `sk-${make(ALNUM, 48)}`,
  openaiProject: `sk-proj-${make(`${ALNUM}_-`, 100)}x`,
  openrouter: `sk-or-v1-${make(HEX, 64)}`,
  anthropic: `sk-ant-api03-${make(`${ALNUM}_-`, 93)}AA`,
  github: `ghp_${make(ALNUM, 36)}`,
  githubServer: `ghs_${make(ALNUM, 36)}`,
  githubFine: `github_pat_${make(ALNUM, 22)}_${make(ALNUM, 59)}`,
  gitlab: `glpat-${make(ALNUM, 20)}`,
  slackBot: `xoxb-${make(DIGITS, 12)}-${make(DIGITS, 12)}-${make(ALNUM, 24)}`,
  slackApp: `xapp-1-${make(UPPER + DIGITS, 11)}-${make(DIGITS, 12)}-${make(HEX, 64)}`,
  google: `AIza${make(`${ALNUM}_-`, 35)}`,
  googleSecret: `GOCSPX-${make(ALNUM, 28)}`,
  stripe: `sk_live_${make(ALNUM, 24)}`,
  stripeWebhook: `whsec_${make(ALNUM, 32)}`,
  npm: `npm_${make(ALNUM, 36)}`,
  pypi: `pypi-AgEIcHlwaS5vcmc${make(ALNUM, 60)}`,
  huggingFace: `hf_${make(ALNUM, 34)}`,
  sendgrid: `SG.${make(ALNUM, 22)}.${make(ALNUM, 43)}`,
  shopify: `shpat_${make(HEX, 32)}`,
  digitalOcean: `dop_v1_${make(HEX, 64)}`,
  telegram: `${make(DIGITS, 9)}:AA${make(ALNUM, 33)}`,
  jwt: `eyJ${make(ALNUM, 33)}.eyJ${make(ALNUM, 60)}.${make(ALNUM, 43)}`,
};

const PASSWORDS: readonly string[] = [
  make(ALNUM, 12),
  `${make(LOWER, 6)}!${make(ALNUM, 6)}`,
  `${make(ALNUM, 4)}@${make(ALNUM, 4)}#${make(ALNUM, 3)}`,
  make(HEX, 32),
  base64(44),
];

interface Sample {
  readonly text: string;
  readonly secrets: readonly string[];
  readonly path?: string;
}

const secretSamples: Sample[] = [];
for (const token of Object.values(TOKENS)) {
  const contexts = [
    token,
    `const client = connect("${token}");`,
    `+  value: ${token}`,
    `see ${token}, please`,
    `{"x":"${token}"}`,
  ];
  for (const text of contexts) secretSamples.push({ text, secrets: [token] });
}
for (const password of PASSWORDS) {
  const quoted = [
    `password = "${password}"`,
    `const password = '${password}';`,
    `const dbPassword: string = "${password}";`,
    `  "password": "${password}",`,
    `client_secret: "${password}"`,
    `{\\"api_key\\":\\"${password}\\"}`,
    `API_TOKEN: Final[str] = "${password}"`,
    `os.environ["SECRET_KEY"] = "${password}"`,
    `if (token === "${password}") return;`,
    `$secretKey = '${password}';`,
    `private static final String API_KEY = "${password}";`,
    `accessToken := "${password}"`,
    `:auth_token => "${password}"`,
    `passphrase: f"${password}"`,
    `<password>${password}</password>`,
    `headers = { "X-Api-Key": "${password}" }`,
    `SharedAccessKey="${password}"`,
    "password: `" + password + "`",
  ];
  for (const text of quoted) {
    for (const path of ["src/a.ts", "conf/a.yaml", "a.diff"]) secretSamples.push({ text, secrets: [password], path });
  }
  const lines = [
    `DB_PASSWORD=${password}`,
    `export API_KEY=${password}`,
    `+STRIPE_SECRET=${password}`,
    `--token ${password}`,
  ];
  for (const text of lines) secretSamples.push({ text, secrets: [password] });
  secretSamples.push({ text: `--- a/x.yml\n+++ b/x.yml\n+  password: ${password}\n`, secrets: [password] });
  const settings = [
    `password: ${password}`,
    `password = ${password}`,
    `  - secret: ${password} # comment`,
    `api.token=${password}`,
  ];
  for (const text of settings) secretSamples.push({ text, secrets: [password], path: "application.yml" });
}
const urlPassword = make(ALNUM, 14);
for (const scheme of ["postgres", "mysql", "mongodb+srv", "redis", "amqps", "https"]) {
  secretSamples.push({ text: `DSN=${scheme}://app:${urlPassword}@db.example.com/app`, secrets: [urlPassword] });
}
const bearer = make(ALNUM, 40);
const basic = `${base64(27)}=`;
secretSamples.push(
  { text: `curl -H "Authorization: Bearer ${bearer}" https://example.com`, secrets: [bearer] },
  { text: `Authorization: Basic ${basic}`, secrets: [basic] },
  { text: `headers: { authorization: \`Bearer ${bearer}\` }`, secrets: [bearer], path: "a.ts" },
  { text: `git clone https://${make(LOWER, 4)}:${bearer}@github.com/x/y`, secrets: [bearer] },
  { text: `git clone https://${bearer}@git.example.com/x/y`, secrets: [bearer] },
  { text: `https://x.blob.core.windows.net/c?sv=1&sig=${bearer}%3D`, secrets: [bearer] },
);
secretSamples.push({ text: "DB_PASSWORD=correcthorsebattery", secrets: ["correcthorsebattery"] });
const awsSecret = base64(40);
secretSamples.push({ text: `before\n  aws_secret_access_key = ${awsSecret}\nafter`, secrets: [awsSecret] });
for (const kind of ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "]) {
  const key = pem(kind, 6);
  const body = key.slice(1, -1);
  secretSamples.push(
    { text: key.join("\n"), secrets: body },
    { text: `const key = "${key.join("\\n")}";`, secrets: body },
    { text: key.map((line) => `+    ${line}`).join("\r\n"), secrets: body },
    { text: key.slice(0, -2).join("\n"), secrets: body.slice(0, -1) },
    { text: key.slice(3).join("\n"), secrets: body.slice(2) },
  );
}

const harmless: readonly string[] = [
  "token = parser.next()",
  "const token = lexer.tokens[i];",
  "password: string",
  "password: string;",
  "password?: string | undefined;",
  "const apiKey = getKey()",
  "const apiKey = await vault.read(path);",
  "const apiKey = process.env.API_KEY;",
  "apiKey: process.env['API_KEY'],",
  'password = os.environ["DB_PASSWORD"]',
  "password = os.getenv('DB_PASSWORD')",
  "DB_PASSWORD=${DB_PASSWORD}",
  "DB_PASSWORD=$DB_PASSWORD",
  "DB_PASSWORD=$(cat /run/secrets/db)",
  'password: "${{ secrets.DB_PASSWORD }}"',
  "password: {{ .Values.password }}",
  "password = var.db_password",
  'password = "${var.db_password}"',
  "API_KEY=<your key>",
  'API_KEY="your-api-key-here"',
  "PASSWORD=changeme",
  "PASSWORD=********",
  'apiKey: "xxxxxxxxxxxx"',
  "max_tokens: 4096,",
  "const tokenizer = createTokenizer(text);",
  'tokenUrl: "https://auth.example.com/oauth/token"',
  'token_type: "bearer"',
  'passwordField: "#login-password"',
  "secretName: database-credentials",
  "password_file: /run/secrets/db",
  'autocomplete="new-password"',
  '<input type="password" name="password" placeholder="Password">',
  'passwordLabel: "Enter your password here"',
  '"password": "Password"',
  '"forgotPassword": "Have you forgotten your password?"',
  'token: "access_token"',
  'credentials: "include"',
  "PWD=/home/someone/work",
  "OLDPWD=/home/someone",
  "connect(user=user, password=password, token=token)",
  "if (token === undefined) throw new Error();",
  "if (password !== confirmPassword) return;",
  "return secret == other.secret",
  "this.#token = token;",
  "self.password = password",
  "const { token, secret } = options;",
  "secret: Secret<string>,",
  "authToken: config.authToken,",
  "Authorization: `Bearer ${token}`",
  '"Authorization": "Bearer " + token',
  "Authorization: Bearer <token>",
  "authorization: request.headers.authorization",
  `commit ${make(HEX, 40)}`,
  `index ${make(HEX, 7)}..${make(HEX, 7)} 100644`,
  `${make(HEX, 8)}-${make(HEX, 4)}-4${make(HEX, 3)}-a${make(HEX, 3)}-${make(HEX, 12)}`,
  `sha256:${make(HEX, 64)}`,
  `"integrity": "sha512-${base64(86)}==",`,
  `integrity: sha512-${base64(86)}==`,
  `<img src="data:image/png;base64,iVBORw0KGgo${base64(200)}">`,
  `src: url(data:font/woff2;base64,${base64(120)})`,
  "https://user@example.com/path",
  "https://example.com:8080/a@b",
  "ssh://git@github.com:22/x/y.git",
  "postgres://user:password@localhost/db",
  "postgres://user:${PASSWORD}@localhost/db",
  '<div class="sk-circle-fade-dot sk-loading-indicator">',
  "sk-spinner-pulse-animation-name",
  "the tokens are: left, right",
  "the password: see the wiki",
  "See the secret: it is behind the door",
  `if (line.startsWith("${dashes}BEGIN PRIVATE KEY${dashes}")) return parse(line);`,
  `const HEADER = "${dashes}BEGIN RSA PRIVATE KEY${dashes}"; const FOOTER = "${dashes}END RSA PRIVATE KEY${dashes}";`,
  `${dashes}BEGIN CERTIFICATE${dashes}\nMII${base64(61)}\n${dashes}END CERTIFICATE${dashes}`,
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI host",
  "export const secretKeys = new Map<string, SecretKey>();",
  "tokenCount += usage.inputTokens;",
  "password_hash_rounds = 12",
  "passwordMinLength: 12",
  "Keyboard: monkey=banana",
  "# Tokens\n\nA token is 4 characters.",
  "'@aws-sdk/credential-provider-node': '>=3.972.0 <4'",
  '"jsonwebtoken": "^9.0.2",',
  "ai: { provider: anthropic, api_key_env: MY_KEY }",
  "if (typeof apiKey !== 'function') return false;",
];

test("redactSecrets() finds synthetic secrets of all formats, and leaves ordinary code alone", async () => {
  const missed: string[] = [];
  let found = 0;
  for (const { text, secrets, path } of secretSamples) {
    const redacted = await redactSecrets(text, { path });
    const left = secrets.filter((secret) => redacted.text.includes(secret));
    if (left.length > 0 || redacted.total === 0) missed.push(`${path ?? "-"}: ${text}`);
    else found += 1;
  }
  const touched: string[] = [];
  for (const text of harmless) {
    for (const path of [undefined, "src/a.ts"]) {
      const redacted = await redactSecrets(text, { path });
      if (redacted.text !== text) touched.push(`${text} => ${redacted.text}`);
    }
  }
  for (const text of ['token_o.markup = "linkify";', "output = token.close = `)$))${star}`;"]) {
    if ((await redactSecrets(text, { path: "src/a.ts" })).total > 0) touched.push(text);
  }
  expect({ missed, touched }).toEqual({ missed: [], touched: [] });
  expect(found / secretSamples.length, "recall").toBe(1);
  expect(found / (found + touched.length), "precision").toBe(1);
  expect(secretSamples.length).toBeGreaterThan(400);
});

test("redactSecrets() leaves known limits: short values, sentences, secrets that nothing names", async () => {
  for (const text of [
    'password = "short"',
    `password = "correct horse battery"`,
    make(ALNUM, 40),
    `x = "${make(HEX, 40)}"`,
  ]) {
    expect((await redactSecrets(text)).text).toBe(text);
  }
});

test("redactSecrets() gives the same secret the same number, says what it found, and shows nothing of the value", async () => {
  const [one, other] = [make(ALNUM, 20), make(ALNUM, 20)];
  const text = `A_TOKEN=${one}\nB_TOKEN=${other}\npassword: "${one}"\nurl = "redis://x:${one}@h"\nkey ${TOKENS["github"] ?? ""}\n`;
  expect(await redactSecrets(text)).toEqual({
    text: 'A_TOKEN=«SECRET:assigned-secret:1»\nB_TOKEN=«SECRET:assigned-secret:2»\npassword: "«SECRET:assigned-secret:1»"\nurl = "redis://x:«SECRET:url-password:1»@h"\nkey «SECRET:github-token:3»\n',
    redactions: [
      { rule: "assigned-secret", count: 3 },
      { rule: "github-token", count: 1 },
      { rule: "url-password", count: 1 },
    ],
    total: 5,
  });
});

test("redactSecrets() keeps the line breaks of a secret", async () => {
  const key = pem("RSA ", 3);
  expect((await redactSecrets(`a\n${key.join("\r\n")}\nb`)).text).toBe("a\n«SECRET:private-key:1»\r\n\r\n\r\n\r\n\nb");
});

test("redactSecrets() ignores comments that would switch the rules of secretlint off", async () => {
  const token = TOKENS["anthropic"] ?? "";
  const text = `// secretlint-disable\n/* secretlint-disable-next-line */\nconst a = "mysql://root:${urlPassword}@h/x", b = "${token}";`;
  const redacted = await redactSecrets(text);
  expect(redacted.text).not.toContain(token);
  expect(redacted.text).not.toContain(urlPassword);
});

test("redactSecrets() is not misled by markers that stand in the text already", async () => {
  const text = `«SECRET:github-token:7» password="«SECRET:x:1»${urlPassword}" DB_TOKEN=${bearer}`;
  expect(await redactSecrets(text)).toEqual({
    text: '«SECRET:github-token:7» password="«SECRET:assigned-secret:8»" DB_TOKEN=«SECRET:assigned-secret:9»',
    redactions: [{ rule: "assigned-secret", count: 2 }],
    total: 2,
  });
});

test("redactSecrets() finds secrets where they stand after a byte order mark", async () => {
  const text = `\uFEFFmysql://root:${urlPassword}@h/x ${TOKENS["anthropic"] ?? ""}`;
  expect((await redactSecrets(text)).text).toBe("\uFEFFmysql://root:«SECRET:url-password:1»@h/x «SECRET:openai-key:2»");
});

test("redactSecrets() leaves nothing behind in the process", async () => {
  const before = performance.getEntries().length;
  for (let i = 0; i < 20; i += 1) await redactSecrets("a");
  expect(performance.getEntries().length).toBe(before);
});

test("redactSecrets() takes rules of the user's own, whatever their flags", async () => {
  const extraRules = [
    { name: "ticket", pattern: /ticket-(\d+)/y },
    { name: "words", pattern: /\bqu\w*/i },
    { name: "nothing", pattern: /x*/ },
  ];
  expect(await redactSecrets("ticket-12 Quux ticket-12 y quiet", { extraRules })).toMatchObject({
    text: "ticket-«SECRET:ticket:1» «SECRET:words:2» ticket-«SECRET:ticket:1» y «SECRET:words:3»",
    total: 4,
  });
  await expect(redactSecrets("", { extraRules: [{ name: "No!", pattern: /a/ }] })).rejects.toThrow(
    'Cannot redact secrets: `name` of a rule must be lower-case letters, digits and hyphens, got "No!"',
  );
});

test("redactSecrets() changes nothing the second time, keeps lines, counts what it did and leaves none of the secrets", async () => {
  const secrets = [...Object.values(TOKENS), ...PASSWORDS, urlPassword, ...pem("EC ", 2)];
  const piece = fc.oneof(
    fc.constantFrom(
      ..."\n\r\"'`\\ =:,;<>«»{}()[]@/-.#$",
      "\r\n",
      "password",
      "API_KEY",
      "token",
      "Authorization",
      "Bearer ",
      "://u:",
      " = ",
      ": ",
      "--secret ",
      "«SECRET:x:3»",
      "SECRET:",
      "${",
      "AKIA",
      "-----BEGIN PRIVATE KEY-----",
    ),
    fc.constantFrom(...secrets),
    fc.constantFrom(...secretSamples.map(({ text }) => text)),
    fc.string({ unit: "binary", maxLength: 6 }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 14 }),
      fc.constantFrom(undefined, "a.ts", "a.yml"),
      async (parts, path) => {
        const text = parts.join("");
        const once = await redactSecrets(text, { path });
        const twice = await redactSecrets(once.text, { path });
        expect(twice).toEqual({ text: once.text, redactions: [], total: 0 });
        expect(once.text.split("\n").length).toBe(text.split("\n").length);
        expect(once.total).toBe(once.redactions.reduce((sum, { count }) => sum + count, 0));
        if (once.text !== text) expect(once.text).toContain("«SECRET:");
      },
    ),
    { numRuns: 1500 },
  );
}, 60_000);

// Each would take minutes, not milliseconds, if any rule went over the same stretch again and again.
test.each([
  "a",
  "eyJaaaaaaaa.",
  "sk-",
  'token="',
  `token='token="token=\``,
  'token="\\',
  "password: a_",
  "pwd",
  "://a:b",
  "://a:",
  `${dashes}BEGIN PRIVATE KEY${dashes}`,
  `${dashes}BEGIN PRIVATE KEY${dashes}\n${"A".repeat(64)}\n`,
  `${dashes}END PRIVATE KEY${dashes}`,
  `${"A".repeat(64)}\n`,
  "authorization: ",
  "«SECRET:x:1»",
  "«SECRET:",
  "your",
  "x",
  "new_",
  "\n",
])(
  "redactSecrets() goes through a megabyte of %j in linear time",
  async (piece) => {
    const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
    for (const each of [text, `password = "${text}`]) {
      const redacted = await redactSecrets(each);
      expect(redacted.text.split("\n").length).toBe(each.split("\n").length);
    }
  },
  120_000,
);
