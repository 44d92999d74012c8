/** Endpoints that answer in one piece: embeddings, transcriptions, images. The whole body counts as one chunk. */
import { asCount, asObject, clearSignal, errorMessage, type Json, parseEvent, type Signal } from './signal.ts';

/** Reads a whole answer; one without a result is left without content and so counts as empty. */
export function readPlainAnswer(data: string, _event: string | null, signal: Signal): void {
  clearSignal(signal);
  const body = parseEvent(data, signal);
  if (body === null) return;
  const error = errorMessage(body);
  if (error !== null) signal.failure = { kind: 'stream_error', message: error };
  if (typeof body.model === 'string') signal.model = body.model;
  signal.content = hasResult(body) ? 'x' : '';
  signal.done = true;
  const usage = asObject(body.usage);
  const input = asCount(usage?.prompt_tokens ?? usage?.input_tokens ?? usage?.total_tokens);
  const output = asCount(usage?.completion_tokens ?? usage?.output_tokens) ?? 0;
  signal.usage = { input, output, cached: null, cache_write: null, reasoning: null };
}

function hasResult(body: Json): boolean {
  if (typeof body.text === 'string') return true;
  return Array.isArray(body.data) && body.data.length > 0;
}

/** Silence with a quiet tone, 16 kHz mono 16 bit: a sound file of known length for transcription endpoints. */
export function toneWav(seconds: number): Buffer {
  const rate = 16_000;
  const samples = Math.max(1, Math.round(seconds * rate));
  const wav = Buffer.alloc(44 + samples * 2);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + samples * 2, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(rate, 24);
  wav.writeUInt32LE(rate * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(samples * 2, 40);
  for (let at = 0; at < samples; at++) wav.writeInt16LE(Math.round(1000 * Math.sin((2 * Math.PI * 440 * at) / rate)), 44 + at * 2);
  return wav;
}

const BOUNDARY = 'llm-crossover-bench-7f3e2b9c';
export const MULTIPART = `multipart/form-data; boundary=${BOUNDARY}`;

/** The multipart body of a transcription request. */
export function transcriptionBody(model: string, audio: Buffer): Buffer {
  const field = (name: string, value: string) => `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const head = `${field('model', model)}${field('response_format', 'json')}--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="audio.wav"\r\ncontent-type: audio/wav\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), audio, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]);
}
