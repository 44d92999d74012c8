/** `completion`: a script that lets the shell complete commands and options, written from the commands themselves (the program loads all of them for it). */

import { Argument, type Command } from 'commander';
import type { Io } from '../io.ts';

const EXAMPLES = `
Examples:
  llm-crossover completion bash > ~/.local/share/bash-completion/completions/llm-crossover
  llm-crossover completion zsh > ~/.zfunc/_llm-crossover      (with fpath+=~/.zfunc before compinit)
  llm-crossover completion fish > ~/.config/fish/completions/llm-crossover.fish`;

const PROGRAM = 'llm-crossover';

/** What can follow a command. */
interface Words {
  /** Path of commands, '' for the program itself. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly { readonly flag: string; readonly summary: string; readonly values: readonly string[] }[];
}

export function define(command: Command, io: Io): void {
  command
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', EXAMPLES)
    .action((shell: 'bash' | 'zsh' | 'fish') => io.out(SCRIPTS[shell](wordsOf(command.parent ?? command, ''))));
}

function wordsOf(command: Command, path: string): Words[] {
  const help = command.createHelp();
  const below = help.visibleCommands(command);
  const own: Words = {
    path,
    commands: below.map((each) => ({ name: each.name(), summary: oneSentence(each.summary() || each.description()) })),
    options: help.visibleOptions(command).flatMap((option) => {
      const flag = option.long ?? option.short;
      return flag ? [{ flag, summary: oneSentence(option.description), values: option.argChoices ?? [] }] : [];
    }),
  };
  return [own, ...below.filter((each) => each.name() !== 'help').flatMap((each) => wordsOf(each, `${path} ${each.name()}`.trim()))];
}

/** Safe inside single and double quotes of all three shells. */
function oneSentence(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[^\w ,.:;/()+=<>-]/g, '')
    .replaceAll(':', ' -');
}

function choices({ commands, options }: Words): string {
  return [...commands.map((each) => each.name), ...options.map((each) => each.flag)].join(' ');
}

const SCRIPTS = { bash, zsh, fish } as const;

function bash(words: readonly Words[]): string {
  const cases = words.map((each) => `    "${each.path}") words="${choices(each)}" ;;`);
  const values = words.flatMap((each) =>
    each.options.filter((option) => option.values.length > 0).map((option) => `    "${each.path} ${option.flag}") words="${option.values.join(' ')}" ;;`),
  );
  return `# ${PROGRAM} completion for bash
_llm_crossover() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path="" words="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case " ${words
      .map((each) => each.path.replaceAll(' ', '_'))
      .filter((path) => path !== '')
      .join(' ')} " in
      *" \${path:+\${path// /_}_}$word "*) path="\${path:+$path }$word" ;;
    esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  case "$path $previous" in
${values.join('\n')}
  esac
  COMPREPLY=()
  if [[ "$current" == -* || "$path" == "" || "$words" != *"--"* ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  else
    COMPREPLY=($(compgen -W "$words" -- "$current") $(compgen -f -- "$current"))
  fi
}
complete -o filenames -F _llm_crossover ${PROGRAM}
`;
}

function zsh(words: readonly Words[]): string {
  const cases = words.map((each) => {
    const items = [...each.commands.map(({ name, summary }) => `'${name}:${summary}'`), ...each.options.map(({ flag, summary }) => `'${flag}:${summary}'`)];
    return `    "${each.path}") items=(${items.join(' ')}) ;;`;
  });
  const values = words.flatMap((each) =>
    each.options.filter((option) => option.values.length > 0).map((option) => `    "${each.path} ${option.flag}") items=(${option.values.join(' ')}) ;;`),
  );
  return `#compdef ${PROGRAM}
# ${PROGRAM} completion for zsh
_llm_crossover() {
  local -a items known
  local at="" word
  known=(${words
    .map((each) => `'${each.path}'`)
    .filter((path) => path !== "''")
    .join(' ')})
  for word in "\${words[@]:1:$((CURRENT - 2))}"; do
    if (( \${known[(Ie)\${at:+$at }$word]} )); then at="\${at:+$at }$word"; fi
  done
  case "$at" in
${cases.join('\n')}
  esac
  case "$at \${words[CURRENT-1]}" in
${values.join('\n')}
  esac
  _describe '${PROGRAM}' items
  [[ -n "$at" ]] && _files
}
if [[ "\${funcstack[1]}" == "_llm-crossover" ]]; then _llm_crossover "$@"; else compdef _llm_crossover ${PROGRAM}; fi
`;
}

function fish(words: readonly Words[]): string {
  const lines = words.flatMap((each) => {
    const names = each.path === '' ? [] : each.path.split(' ');
    const seen = names.map((name) => `__fish_seen_subcommand_from ${name}`).join('; and ');
    const top = `__fish_use_subcommand`;
    const condition = names.length === 0 ? top : seen;
    const commands = each.commands.map(({ name, summary }) => `complete -c ${PROGRAM} -f -n '${condition}' -a '${name}' -d '${summary}'`);
    const options = each.options.map(({ flag, summary, values }) => {
      const form = flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`;
      return `complete -c ${PROGRAM} -n '${condition}' ${form}${values.length > 0 ? ` -x -a '${values.join(' ')}'` : ''} -d '${summary}'`;
    });
    return [...commands, ...options];
  });
  return `# ${PROGRAM} completion for fish\n${lines.join('\n')}\n`;
}
