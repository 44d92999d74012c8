/** A pool of HTTP/1.1 connections, one request at a time on each, opened when none is free and kept for the whole run. */
import { rootCertificates } from 'node:tls';
import { Client } from 'undici';
import { quickConnector } from './quick-socket.ts';

export interface ConnectionOptions {
  readonly origin: string;
  /** PEM of extra certificate authorities; null: the system's. Verification itself can't be turned off. */
  readonly ca: string | null;
  readonly connectTimeoutMs: number;
}

export interface Connection {
  readonly client: Client;
  /** Counts the sockets this connection has had; 0 before the first. */
  sockets: number;
  open: boolean;
}

export class Connections {
  readonly #options: ConnectionOptions;
  readonly #idle: Connection[] = [];
  readonly #all = new Set<Connection>();

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** The connection used last, else a new one: warm connections stay warm. */
  acquire(): Connection {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    const connection: Connection = { client: this.#client(), sockets: 0, open: false };
    connection.client.on('connect', () => {
      connection.sockets++;
      connection.open = true;
    });
    connection.client.on('disconnect', () => {
      connection.open = false;
    });
    this.#all.add(connection);
    return connection;
  }

  release(connection: Connection): void {
    this.#idle.push(connection);
  }

  /** Ends every connection, also busy ones. */
  async destroy(): Promise<void> {
    await Promise.all([...this.#all].map((connection) => connection.client.destroy()));
    this.#all.clear();
    this.#idle.length = 0;
  }

  #client(): Client {
    const { origin, ca, connectTimeoutMs } = this.#options;
    return new Client(origin, {
      pipelining: 1,
      // The run has its own timeouts: undici's are coarse and would cut long streams.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: 60_000,
      connect: origin.startsWith('http:')
        ? quickConnector(connectTimeoutMs)
        : { timeout: connectTimeoutMs, rejectUnauthorized: true, ...(ca === null ? {} : { ca: certificates(ca) }) },
    });
  }
}

/** The given authorities beside the system's: `ca` alone would replace them. */
function certificates(pem: string): string[] {
  return [pem, ...rootCertificates];
}
