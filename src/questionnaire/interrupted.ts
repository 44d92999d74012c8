/** Thrown when the user stopped us (Ctrl-C, end of input, SIGTERM): exit 130, and nothing half-written. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Interrupted';
  }
}
