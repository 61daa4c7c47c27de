// Paths into a file as people read them.
import { expect, test } from 'vitest';
import { enclosingPaths, joinPath, pathOfPointer } from '../../../engine/model/fault-path.ts';

test('keys that are names are joined by a point, others are quoted', () => {
  expect(joinPath('', 'jobs')).toBe('jobs');
  expect(joinPath('a.b', 'c_1')).toBe('a.b.c_1');
  expect(joinPath('by', 'gpu/2')).toBe('by["gpu/2"]');
  expect(joinPath('by', '9')).toBe('by["9"]');
});

test('a pointer into a value tells indices from keys, and undoes its escapes', () => {
  const root = { jobs: [{ by: { '0': 1, 'a/b~c': [5] } }] };
  expect(pathOfPointer(root, '')).toBe('');
  expect(pathOfPointer(root, '/jobs/0/by/0')).toBe('jobs[0].by["0"]');
  expect(pathOfPointer(root, '/jobs/0/by/a~1b~0c/0')).toBe('jobs[0].by["a/b~c"][0]');
  expect(pathOfPointer(root, '/jobs/7/gone/x')).toBe('jobs[7].gone.x');
});

test('enclosing paths', () => {
  expect(enclosingPaths('a.b[0].c')).toEqual(['a', 'a.b', 'a.b[0]', 'a.b[0].c']);
  expect(enclosingPaths('')).toEqual(['']);
});
