/** A GitHub API of two end points that keeps comments in memory. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeComment {
  readonly id: number;
  body: string;
  readonly user: { readonly type: string };
  readonly author_association: string;
  readonly html_url: string;
}

export interface FakeGitHub {
  readonly url: string;
  readonly comments: FakeComment[];
  readonly requests: { readonly method: string; readonly url: string; readonly authorization: string }[];
  /** Statuses to answer with before behaving. */
  readonly failures: number[];
  readonly close: () => Promise<void>;
}

export async function fakeGitHub(): Promise<FakeGitHub> {
  const comments: FakeComment[] = [];
  const requests: FakeGitHub['requests'] = [];
  const failures: number[] = [];
  const server: Server = createServer((request, response) => void answer(request, response));
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += chunk;
    const url = request.url ?? '';
    requests.push({ method: request.method ?? '', url, authorization: request.headers.authorization ?? '' });
    const failure = failures.shift();
    if (failure !== undefined) return send(response, failure, { message: 'Resource not accessible by integration' });
    const list = /^\/repos\/o\/r\/issues\/7\/comments(?:\?per_page=(\d+)&page=(\d+))?$/.exec(url);
    const one = /^\/repos\/o\/r\/issues\/comments\/(\d+)$/.exec(url);
    if (request.method === 'GET' && list)
      return send(response, 200, comments.slice((Number(list[2]) - 1) * Number(list[1]), Number(list[2]) * Number(list[1])));
    if (request.method === 'POST' && list) return send(response, 201, add(comments, JSON.parse(body).body, 'Bot', 'NONE'));
    const found = comments.find((comment) => comment.id === Number(one?.[1]));
    if (request.method === 'PATCH' && found) {
      found.body = JSON.parse(body).body;
      return send(response, 200, found);
    }
    return send(response, 404, { message: 'Not Found' });
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { url: `http://127.0.0.1:${port}`, comments, requests, failures, close };
}

export function add(comments: FakeComment[], body: string, type: string, author_association: string): FakeComment {
  const id = comments.length + 1;
  const comment = { id, body, user: { type }, author_association, html_url: `https://github.example/o/r/pull/7#issuecomment-${id}` };
  comments.push(comment);
  return comment;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
