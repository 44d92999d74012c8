import { connect } from 'node:net';
import { round } from '../measure/summary.ts';

const TRIES = 3;
const TIMEOUT_MS = 3_000;

/** Shortest of three TCP handshakes, ms: one network round trip to the server. Null when none succeeds. */
export async function roundTripMs(origin: string): Promise<number | null> {
  const url = new URL(origin);
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const times: number[] = [];
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const ms = await handshake(host, port);
    if (ms !== null) times.push(ms);
  }
  return times.length === 0 ? null : round(Math.min(...times));
}

function handshake(host: string, port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const start = performance.now();
    const socket = connect({ host, port, noDelay: true });
    const end = (ms: number | null) => {
      socket.destroy();
      resolve(ms);
    };
    socket.setTimeout(TIMEOUT_MS, () => end(null));
    socket.once('connect', () => end(performance.now() - start));
    socket.once('error', () => end(null));
  });
}
