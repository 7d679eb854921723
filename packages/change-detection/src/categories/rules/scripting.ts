import type { Rule } from "../rule.ts";

/** Perl and Raku, Lua, shells, Tcl, Vim, awk: scripts and what surrounds them. */
export const SCRIPTING: readonly Rule[] = [
  {
    rule: "scripting/lock-file",
    category: "dependencies",
    generated: true,
    names: "cpanfile.snapshot luarocks.lock lazy-lock.json wally.lock bpkg.lock basher.lock",
  },
  {
    rule: "perl/manifest",
    category: "dependencies",
    names: "cpanfile makefile.pl build.pl meta6.json meta.json meta.yml dist.ini alienfile",
    holds: ({ name, exactName, folders }) =>
      !name.startsWith("meta.") || (exactName.startsWith("META") && folders.length === 0),
  },
  {
    rule: "lua/manifest",
    category: "dependencies",
    names: "wally.toml lit-meta.json pesde.toml",
    extensions: "rockspec",
  },
  {
    rule: "scripting/test-file",
    category: "tests",
    extensions: "t lua luau tl bats sh bash zsh fish raku rakutest tcl vader",
    holds: ({ name, extension, folders }) =>
      /^(?:t|bats|rakutest|vader)$/.test(extension) ||
      /[-_.](?:tests?|spec)\.\w+$|^(?:run[-_]?)?tests?\.(?:sh|bash|zsh|tcl)$/.test(name) ||
      (/^test[-_][\w-]+\.(?:sh|bash|zsh|fish|lua)$/.test(name) && !folders.includes("lib")),
  },
  {
    rule: "scripting/tool-settings",
    category: "config",
    names:
      "manifest manifest.skip weaver.ini perltidyrc selene.toml stylua.toml config.ld default.project.json tlconfig.lua vim.toml vim.yml",
    holds: ({ name, exactName }) => name !== "manifest" || exactName === "MANIFEST",
  },
  {
    rule: "vim/help",
    category: "docs",
    strength: "code",
    extensions: "txt jax",
    holds: ({ folders }) => folders.at(-1) === "doc",
  },
  {
    rule: "scripting/source",
    category: "code",
    extensions:
      "pl pm pm6 raku rakumod p6 xs psgi lua luau moon tl sh bash zsh fish ksh csh tcsh ps1 bat cmd nu elv tcl tk exp awk gawk sed vim vimrc ahk au3 vbs wsf jq plx cgi expect",
  },
];
