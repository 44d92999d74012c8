/** The user stopped the import (Ctrl-C); the command turns it into exit code 130. */
export class ImportStopped extends Error {}
