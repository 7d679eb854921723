import type { Shell } from "./shells.ts";

/**
 * What a shell evaluates to complete words of `ai-workflow` and `aiw`. It asks the program itself each time, through the name under which it
 * was called, so that it never grows old and works for any installation.
 */
export const COMPLETION_SCRIPTS: Readonly<Record<Shell, string>> = {
  // Bash splits words at `=`, `:` and `@`, too, and replaces only what stands behind the last of them.
  bash: `_ai_workflow() {
  local line word head reply IFS=$'\\n'
  line="\${COMP_LINE:0:COMP_POINT}"
  reply="$("\${COMP_WORDS[0]}" complete --line "$line" 2>/dev/null)" || return 0
  word="\${line##* }"
  head="\${word%"\${word##*["$COMP_WORDBREAKS"]}"}"
  COMPREPLY=()
  for word in $reply; do
    if [[ "$word" == ":files" ]]; then compopt -o default
    else COMPREPLY+=("\${word#"$head"}"); fi
  done
}
complete -F _ai_workflow ai-workflow aiw
`,
  zsh: `#compdef ai-workflow aiw
_ai_workflow() {
  local -a reply described
  local line files=0
  for line in "\${(@f)$("\${words[1]}" complete --describe -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    case "$line" in
      "") ;;
      :files) files=1 ;;
      *$'\\t'*) described+=("\${line/$'\\t'/:}") ;;
      *) reply+=("$line") ;;
    esac
  done
  (( \${#reply} )) && compadd -a reply
  (( \${#described} )) && _describe ai-workflow described
  (( files )) && _files
}
if [[ "\${funcstack[1]}" == "_ai_workflow" ]]; then _ai_workflow; else compdef _ai_workflow ai-workflow aiw; fi
`,
  fish: `function __ai_workflow_complete
  set -l words (commandline --tokenize --cut-at-cursor --current-process)
  set -l current (commandline --current-token --cut-at-cursor)
  for word in ($words[1] complete --describe -- $words[2..-1] "$current" 2>/dev/null)
    if test "$word" = ":files"
      __fish_complete_path "$current"
    else
      echo $word
    end
  end
end
complete --command ai-workflow --no-files --arguments "(__ai_workflow_complete)"
complete --command aiw --no-files --arguments "(__ai_workflow_complete)"
`,
};
