import type { Rule } from "../rule.ts";

/** Elixir, Erlang and Gleam. */
export const BEAM: readonly Rule[] = [
  { rule: "beam/lock-file", category: "dependencies", generated: true, names: "mix.lock rebar.lock" },
  { rule: "beam/manifest", category: "dependencies", names: "mix.exs rebar.config rebar.config.script gleam.toml" },
  { rule: "gleam/lock-file", category: "dependencies", generated: true, names: "manifest.toml" },
  {
    rule: "beam/test-file",
    category: "tests",
    extensions: "exs ex erl gleam",
    holds: ({ name, exactName }) =>
      /_test\.exs$|_tests?\.(?:erl|gleam)$|^test_helper\.exs$/.test(name) ||
      /_SUITE\.erl$|^prop_\w+\.erl$/.test(exactName),
  },
  {
    rule: "beam/settings",
    category: "config",
    names: "erlang.mk sys.config vm.args relx.config elvis.config vm.args.eex env.sh.eex env.bat.eex coveralls.json",
  },
  {
    rule: "beam/settings",
    category: "config",
    extensions: "exs src app",
    holds: ({ name, folders }) =>
      name.endsWith(".app.src") ||
      (name.endsWith(".app") && folders.at(-1) === "ebin") ||
      (name.endsWith(".exs") && (folders.at(-1) === "config" || (folders.at(-1) === "rel" && name === "config.exs"))),
  },
  {
    rule: "beam/source",
    category: "code",
    extensions: "ex exs eex leex heex erl hrl escript xrl yrl gleam lfe livemd",
  },
];
