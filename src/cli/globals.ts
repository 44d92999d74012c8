/** Options every command takes. They are read by hand as well as by commander: they decide how a mistake in the arguments themselves is shown. */

export interface Globals {
  readonly debug: boolean;
  readonly noColor: boolean;
  /** `--error-format json` */
  readonly json: boolean;
}

export function readGlobals(argv: readonly string[]): Globals {
  const format = argv.indexOf('--error-format');
  return {
    debug: argv.includes('--debug'),
    noColor: argv.includes('--no-color'),
    json: argv.includes('--error-format=json') || (format >= 0 && argv[format + 1] === 'json'),
  };
}

/** The words that say what to do. */
export function withoutGlobals(argv: readonly string[]): string[] {
  return argv.filter((each, index) => !/^--(debug|no-color|error-format(=.*)?)$/.test(each) && argv[index - 1] !== '--error-format');
}
