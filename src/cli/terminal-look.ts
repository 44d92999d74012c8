/** What the terminal can show: colour, Unicode, how wide. */

import type { Io } from './io.ts';

export interface Look {
  readonly colour: boolean;
  readonly unicode: boolean;
  readonly width: number;
}

interface Wishes {
  /** False: --no-color. */
  readonly color?: boolean;
  readonly ascii?: boolean;
  readonly width?: number;
}

/** For results on stdout. A file or a pipe gets no colour and 100 columns unless asked. */
export function lookOf(io: Io, wishes: Wishes): Look {
  return {
    colour: wantsColour(io, wishes),
    unicode: wishes.ascii !== true && showsUnicode(io.env),
    width: wishes.width ?? (io.stdout.isTTY ? io.stdout.columns || 80 : Number(io.env.COLUMNS) || 80),
  };
}

/** --no-color, then NO_COLOR (no-color.org), then FORCE_COLOR, then whether it is a terminal. */
function wantsColour(io: Io, wishes: Wishes): boolean {
  if (wishes.color === false || (io.env.NO_COLOR ?? '') !== '') return false;
  if (io.env.FORCE_COLOR !== undefined) return io.env.FORCE_COLOR !== '0' && io.env.FORCE_COLOR !== 'false';
  return io.stdout.isTTY === true && io.env.TERM !== 'dumb';
}

/** The locale decides where it is set; a bare Linux console and `TERM=dumb` don't draw boxes. */
function showsUnicode(env: Io['env']): boolean {
  if (env.TERM === 'dumb' || env.TERM === 'linux') return false;
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG;
  return locale === undefined || locale === '' ? true : /utf-?8/i.test(locale) || process.platform === 'win32';
}
