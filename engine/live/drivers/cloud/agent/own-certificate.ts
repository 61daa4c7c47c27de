// A certificate for the desk of the agents, made here and given to each VM, which trusts no other: nobody in between can pose as
// the daemon. Made once by the openssl program and kept with the run; its key is readable by its owner only.
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, renameSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inputError } from '../../../../model/errors.ts';

const DAYS = 825;

/** For the host of the address. Throws `InputError` when it cannot be made. */
export async function ownCertificate(directory: string, url: string): Promise<{ readonly cert: Buffer; readonly key: Buffer }> {
  const host = new URL(url.replace('{port}', '1')).hostname.replace(/^\[|\]$/g, ''), [cert, key] = [`agents-${host}.crt`, `agents-${host}.key`].map((name) => join(directory, name.replaceAll(':', '_'))) as [string, string];
  if (!existsSync(cert)) {
    const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', String(DAYS), '-subj', '/CN=twinclock', '-addext', `subjectAltName=${isIP(host) === 0 ? 'DNS' : 'IP'}:${host}`, '-keyout', key, '-out', `${cert}.part`];
    try { await promisify(execFile)('openssl', args); } catch (error) {
      throw inputError('no-certificate', 'agents.tls', `cannot be met: ${(error as Error).message.split('\n')[0]!}`, { hint: 'install openssl, or give a certificate of your own with "tls": "files"' });
    }
    chmodSync(key, 0o600);
    renameSync(`${cert}.part`, cert);
  }
  return { cert: readFileSync(cert), key: readFileSync(key) };
}
