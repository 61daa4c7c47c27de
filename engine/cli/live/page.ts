// The built workbench below /web/ on the daemon's own address.
import type { FastifyInstance } from 'fastify';
import { workbenchFolder, workbenchFile } from '../commands/serve.ts';

/** Adds it, when it has been built. */
export function addPage(server: FastifyInstance): void {
  const root = workbenchFolder();
  if (root === undefined) return;
  server.get('/', (_request, reply) => reply.redirect('/web/'));
  server.get('/web/*', async (request, reply) => {
    const found = await workbenchFile(root, request.url.replace(/^\/web/, ''));
    if (found === undefined) { reply.callNotFound(); return; }
    return reply.headers({ ...found.headers }).send(found.body);
  });
}
