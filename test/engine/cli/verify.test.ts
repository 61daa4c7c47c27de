// `twinclock verify`: what `compare --share` and `run --share` wrote is found identical, from a file and from a link; what was
// changed is not, with exit code 1; what cannot be read has exit code 2.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { onlyJson, twinclock, workFolder } from '../../support/built-cli.ts';

const home = workFolder(), path = (name: string) => join(home, name), share = path('result.json');
const read = (name: string): any => JSON.parse(readFileSync(name, 'utf8'));
const changed = (name: string, change: (file: any) => void): string => { const file = read(share); change(file); writeFileSync(path(name), JSON.stringify(file)); return path(name); };

describe('verify', () => {
  it('checks a comparison from its file or a link, and says where it differs', async () => {
    expect((await twinclock(['compare', 'feature-12', '--policies', 'fifo,weighted', '--replications', '4', '--share', share])).code).toBe(0);
    const { code, stdout } = await twinclock(['verify', share]);
    expect([code, stdout.split('\n')[0]]).toEqual([0, 'identical: 8 runs of feature-12: fifo, weighted on 4 seeds']);
    const link = `https://example.org/page/#/share?d=${deflateRawSync(readFileSync(share)).toString('base64url')}&v=1`;
    expect(onlyJson((await twinclock(['verify', link, '--json'])).stdout)).toMatchObject({ identical: true, runs: 8, different: [], figures: [], statement: null });
    expect((await twinclock(['verify', link.slice(0, -60)])).stderr).toContain('error [damaged-file] link: ');

    const wrong = await twinclock(['verify', changed('wrong.json', (file) => { file.policies[1].hashes[2] = '0'.repeat(32); })]);
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).toContain(`weighted, seed 3: published ${'0'.repeat(32)}, here ${read(share).policies[1].hashes[2]}`);
    expect(wrong.stderr).toBe('error [diverged] 1 of 8 runs differs, first weighted at seed 3\n');

    const faulty = await twinclock(['verify', changed('faulty.json', (file) => { file.seeds.pop(); file.policies[0].policy = 'fofo'; }), '--json']);
    expect(faulty.code).toBe(2);
    expect(JSON.parse(faulty.stderr).error.faults.map(({ code: found, path: at }: { code: string; path: string }) => `${found} ${at}`)).toEqual(['bad-length policies[0].hashes', 'bad-length policies[1].hashes', 'unknown-baseline view.baseline', 'unknown-policy policies[0].policy']);
  });

  it('checks a run by its journal, and validate says what is in the file', async () => {
    const file = path('run.json');
    expect((await twinclock(['run', 'spot-1', '--policy', 'weighted', '--share', file])).code).toBe(0);
    expect(read(file).journals[0].lines.at(-1)).toContain(read(file).policies[0].hashes[0]);
    expect((await twinclock(['verify', file])).stdout).toBe('identical: 1 run of spot-1: weighted on 1 seed\n');
    expect(onlyJson((await twinclock(['validate', file, '--json'])).stdout)).toMatchObject({ ok: true, kind: 'share', format: 'share/1', counts: { policies: 1, seeds: 1, runs: 1 } });
    expect((await twinclock(['run', 'spot-1', '--share', file])).stderr).toContain('error [file-exists]');
  });
});
