import type { Rule } from "../rule.ts";

/** Archives, binaries, keys, signatures, logs: nothing that people write here. */
export const OTHER: readonly Rule[] = [
  {
    rule: "other/checksums",
    category: "other",
    strength: "exception",
    names:
      "sha256sum sha256sum.txt sha256sums sha256sums.txt sha512sum sha512sum.txt sha512sums sha512sums.txt sha1sum sha1sum.txt sha1sums sha1sums.txt md5sum md5sum.txt md5sums md5sums.txt checksums checksums.txt checksum checksum.txt shasums256.txt",
  },
  {
    rule: "other/signature",
    category: "other",
    strength: "docs",
    extensions: "asc",
    // .asc is also AsciiDoc: a signature follows another extension, a version or an architecture.
    holds: ({ name, folders }) =>
      folders.includes("sig") ||
      folders.includes("keys") ||
      /\.\w+\.asc$|[-_.]\w*\d\w*\.asc$|(?:key|keys|pubkey|signing|public|gpg|pgp)\.asc$/.test(name),
  },
  {
    rule: "other/signature",
    category: "other",
    strength: "config",
    extensions: "sig gpg pgp minisig sha256 sha512 sha1 md5 intoto p7s",
  },
  {
    rule: "other/key",
    category: "other",
    strength: "config",
    extensions:
      "enc encrypted age key jwk pem crt cer csr der p12 pfx jks keystore p8 pub ppk snk mobileprovision provisionprofile keys kbx bks truststore",
  },
  {
    rule: "other/archive",
    category: "other",
    strength: "config",
    extensions:
      "zip ez tar gz tgz bz2 tbz2 xz txz zst lz4 7z rar jar war ear aar apk aab ipa exe dll so dylib a lib o obj pdb class pyc pyo whl egg gem nupkg vsix crx deb rpm dmg msi iso img dat beam swp dump bak xlsm",
  },
  {
    // The public keys of those who sign releases, as Apache's projects call the file
    rule: "other/key",
    category: "other",
    strength: "config",
    names: "keys",
    holds: ({ exactName }) => exactName === "KEYS",
  },
  { rule: "other/log", category: "other", strength: "config", extensions: "log pid out prof trace dmp" },
  { rule: "other/desktop-leftover", category: "other", strength: "config", names: ".ds_store thumbs.db desktop.ini" },
];
