/** Bytes of the smallest private key (Ed25519 in PKCS #8) are 48; what is much shorter was cut for an example. */
const SHORTEST_KEY = 60;

/**
 * Whether a block from `-----BEGIN` to `-----END` holds a key: enough characters of Base64, and none that says that something was left
 * out. Headers (RFC 1421, `Proc-Type: …`) and how the lines are joined in code do not count.
 */
export function isKeyMaterial(block: string): boolean {
  const body = block
    .replace(/-----(?:BEGIN|END)[^-]*-----/g, "")
    .replace(/\\[nrt]/g, "\n")
    .replace(/^[\s"'`+,|#>*]*[A-Za-z-]+: .*$/gm, "");
  if (/\.\.\.|…|\*\*\*|<[a-z]|\$\{|\{\{|your|example|redacted/i.test(body)) return false;
  const material = body.replace(/[^A-Za-z0-9+/=]/g, "");
  return material.length >= SHORTEST_KEY && new Set(material).size >= 16;
}
