import type { Rule } from "../rule.ts";

/** Smart contracts. */
export const CONTRACTS: readonly Rule[] = [
  {
    rule: "contracts/lock-file",
    category: "dependencies",
    generated: true,
    names: "soldeer.lock move.lock scarb.lock foundry.lock anchor.lock",
  },
  {
    rule: "contracts/manifest",
    category: "dependencies",
    names: "remappings.txt move.toml scarb.toml soldeer.toml nargo.toml",
  },
  {
    rule: "contracts/test-file",
    category: "tests",
    extensions: "sol",
    holds: ({ name }) => /\.t(?:est)?\.sol$/.test(name),
  },
  {
    rule: "contracts/tool-settings",
    category: "config",
    names:
      "foundry.toml anchor.toml slither.config.json brownie-config.yaml ape-config.yaml truffle-config.js truffle.js clarinet.toml",
  },
  {
    rule: "contracts/source",
    category: "code",
    extensions: "sol vy cairo move clar fe yul huff nr sw tact func fc circom zok",
  },
];
