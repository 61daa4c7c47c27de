// The static server: right types, nothing outside its folder, loopback only.
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer } from '../../../../engine/cli/commands/serve.ts';
import { removeFolder } from '../../../support/remove-folder.ts';

const top = mkdtempSync(join(tmpdir(), 'twinclock-serve-')), root = join(top, 'web');
let server: Server;

beforeAll(async () => {
  mkdirSync(join(root, 'assets'), { recursive: true });
  writeFileSync(join(root, 'index.html'), '<!doctype html>home');
  writeFileSync(join(root, 'assets', 'a b.js'), 'let x');
  writeFileSync(join(top, 'secret.txt'), 'secret');
  symlinkSync(join(top, 'secret.txt'), join(root, 'link.txt'));
  server = await startServer(root, 0);
});
afterAll(() => { server.close(); removeFolder(top); });

/** The path goes out as it is: no client tidies it up. */
function get(path: string, method = 'GET'): Promise<{ readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string }> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, path, method }, (response) => {
      let body = '';
      response.on('data', (chunk) => { body += String(chunk); });
      response.on('end', () => { resolve({ status: response.statusCode!, headers: response.headers, body }); });
    }).on('error', reject).end();
  });
}

describe('the server of the workbench', () => {
  it('listens on the loopback interface only', () => { expect((server.address() as AddressInfo).address).toBe('127.0.0.1'); });

  it.each([
    ['/', 'text/html; charset=utf-8', '<!doctype html>home'], ['/index.html?x=/../..#y', 'text/html; charset=utf-8', '<!doctype html>home'], ['/assets/a%20b.js', 'text/javascript; charset=utf-8', 'let x'],
  ])('answers %s as %s', async (path, type, body) => {
    const found = await get(path);
    expect({ status: found.status, type: found.headers['content-type'], body: found.body }).toEqual({ status: 200, type, body });
    expect(found.headers['x-content-type-options']).toBe('nosniff');
  });

  it.each(['/../secret.txt', '/%2e%2e/secret.txt', '/assets/..%2f..%2fsecret.txt', '/..%5csecret.txt', '/link.txt', '//etc/passwd', '/nothing', '/assets', '/%00', '/%zz', '/assets/../../secret.txt'])('does not find %s', async (path) => {
    const found = await get(path);
    expect(found.status).toBe(404);
    expect(found.body).not.toContain('secret\n');
    expect(found.body).toBe('not found\n');
  });

  it('answers HEAD without a body, and nothing else', async () => {
    expect(await get('/', 'HEAD')).toMatchObject({ status: 200, body: '', headers: { 'content-length': '19' } });
    expect((await get('/', 'POST')).status).toBe(405);
  });

  it('names a port that is taken', async () => {
    await expect(startServer(root, (server.address() as AddressInfo).port)).rejects.toMatchObject({ code: 'port-taken' });
  });
});
