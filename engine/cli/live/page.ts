// The built workbench below /web/ on the daemon's own address. Its page is marked with where the API is, by which it knows
// that there is a run behind it: the same files from any other server have no mark, and show nothing live.
import type { FastifyInstance } from 'fastify';
import { workbenchFolder, workbenchFile } from '../commands/serve.ts';

/** Relative to the page, as everything else in it. */
const MARK = '<meta name="twinclock-daemon" content="..">';

/** Adds it, when it has been built. */
export function addPage(server: FastifyInstance): void {
  const root = workbenchFolder();
  if (root === undefined) return;
  server.get('/', (_request, reply) => reply.redirect('/web/'));
  server.get('/web/*', async (request, reply) => {
    const found = await workbenchFile(root, request.url.replace(/^\/web/, ''));
    if (found === undefined) { reply.callNotFound(); return; }
    const { body, headers } = found, isPage = headers['content-type']?.startsWith('text/html') === true, marked = isPage ? Buffer.from(body.toString().replace('<head>', `<head>\n${MARK}`)) : body;
    return reply.headers({ ...headers, 'content-length': String(marked.length) }).send(marked);
  });
}
