import type { Rule } from "../rule.ts";

/** Zig, Nim, D, V, Ada, Fortran, Pascal, Haxe and Odin: compiled languages with a small package manager of their own. */
export const SYSTEMS: readonly Rule[] = [
  {
    rule: "systems/lock-file",
    category: "dependencies",
    generated: true,
    names: "nimble.lock dub.selections.json alire.lock atlas.lock zigmod.lock",
  },
  {
    rule: "systems/manifest",
    category: "dependencies",
    names: "build.zig.zon zigmod.yml gyro.zzz dub.json dub.sdl v.mod alire.toml fpm.toml haxelib.json",
    extensions: "nimble",
  },
  {
    rule: "systems/installed-packages",
    category: "dependencies",
    folders: "nimbledeps",
    holds: ({ name }) => !/\.(?:md|markdown|rst)$|^(?:licen[cs]e|readme)/.test(name),
  },
  {
    rule: "systems/test-file",
    category: "tests",
    extensions: "zig nim d v odin hx",
    holds: ({ name }) => /_tests?\.\w+$|^test_\w+\.(?:nim|zig|v)$|^tests?\.(?:zig|nim)$/.test(name),
  },
  {
    rule: "systems/build-settings",
    category: "config",
    names: "build.zig nim.cfg config.nims build.hxml ols.json",
    extensions: "hxml gpr",
  },
  {
    rule: "systems/source",
    category: "code",
    extensions: "zig nim nims nimf hx odin vsh jai c3 carbon mojo vala vapi",
  },
];
