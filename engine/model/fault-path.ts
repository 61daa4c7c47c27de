// Paths into a file as one writes them in code, `jobs[0].duration.by["gpu/2"]`: how faults say where they are.

/** `path` followed by a key of an object. */
export function joinPath(path: string, key: string): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

/** A JSON pointer (RFC 6901) into `root` as a path; the value tells indices from keys that look like numbers. */
export function pathOfPointer(root: unknown, pointer: string): string {
  let path = '', value = root;
  for (const token of pointer.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    path = Array.isArray(value) ? `${path}[${key}]` : joinPath(path, key);
    value = (value as Readonly<Record<string, unknown>> | undefined)?.[key];
  }
  return path;
}

/** The path itself and all that it lies within: `a.b[0]` gives `a`, `a.b`, `a.b[0]`. */
export function enclosingPaths(path: string): string[] {
  const paths: string[] = [];
  for (let i = 1; i < path.length; i++) if (path[i] === '.' || path[i] === '[') paths.push(path.slice(0, i));
  paths.push(path);
  return paths;
}
