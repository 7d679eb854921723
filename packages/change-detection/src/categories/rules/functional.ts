import type { Rule } from "../rule.ts";

/** Haskell, OCaml, Elm, PureScript, ReScript, Idris, Lean, Racket, Scheme and other Lisps. */
export const FUNCTIONAL: readonly Rule[] = [
  {
    rule: "functional/lock-file",
    category: "dependencies",
    generated: true,
    names: "stack.yaml.lock cabal.project.freeze spago.lock lake-manifest.json dune.lock",
    extensions: "locked",
    holds: ({ name }) => !name.endsWith(".locked") || name.endsWith(".opam.locked"),
  },
  {
    rule: "haskell/manifest",
    category: "dependencies",
    names: "stack.yaml package.yaml cabal.project cabal.project.local",
    extensions: "cabal",
  },
  {
    rule: "haskell/manifest",
    category: "dependencies",
    extensions: "yaml ci local",
    holds: ({ name }) => /^stack-[\w.-]+\.yaml$|^cabal\.project\./.test(name),
  },
  { rule: "ocaml/manifest", category: "dependencies", names: "dune-project opam", extensions: "opam" },
  {
    rule: "ocaml/manifest",
    category: "dependencies",
    extensions: "template",
    holds: ({ name }) => name.endsWith(".opam.template"),
  },
  {
    rule: "functional/manifest",
    category: "dependencies",
    names: "elm.json elm-package.json spago.dhall spago.yaml packages.dhall info.rkt lakefile.lean lakefile.toml",
    extensions: "ipkg",
  },
  {
    rule: "functional/test-file",
    category: "tests",
    extensions: "hs lhs ml elm rkt el purs t",
    holds: ({ name, exactName, extension }) =>
      (/(?:^|[a-z])(?:Spec|Tests?)\.(?:hs|lhs|purs|elm)$/.test(exactName) && !/^(?:Test|Spec)\.\w+$/.test(exactName)) ||
      /^test_\w+\.ml$|_tests?\.ml$|-tests?\.(?:el|rkt)$/.test(name) ||
      extension === "t",
  },
  {
    rule: "functional/tool-settings",
    category: "config",
    names:
      "setup.hs setup.lhs dune dune-workspace hie.yaml fourmolu.yaml hlint.yaml bsconfig.json rescript.json cabal.config weeder.toml weeder.dhall _tags myocamlbuild.ml lean-toolchain meta jbuild _oasis _opam .ocp-indent _coqproject cask eask",
    extensions: "mllib mldylib mlpack odocl clib oasis",
    holds: ({ name, exactName }) => name !== "meta" || exactName === "META",
  },
  {
    rule: "functional/source",
    category: "code",
    extensions:
      "hs lhs hsc hs-boot chs ml mli mll mly mlt re rei res resi elm purs idr lidr agda lean coq v rkt rktl scm ss sld lisp lsp cl el elc fnl sml sig fun dhall eta cppo",
  },
];
