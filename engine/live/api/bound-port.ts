// The port of the API, taken before anything else is done: who finds it taken has started nothing. Connections that come
// before there is somebody to serve them wait; then each is handed on once, in the order they came.
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { inputError } from '../../model/errors.ts';

export interface BoundPort {
  readonly url: string;
  readonly port: number;
  /** Hands every connection to `take`, those that wait first. Called once. */
  serve(take: (socket: Socket) => void): void;
  /** Ends every connection. May be called again. */
  close(): Promise<void>;
}

const SILENT_MS = 10_000;

/** Takes the port; 0 for any that is free. Throws `InputError` `port-taken`. */
export async function bindPort(address: string, wanted: number): Promise<BoundPort> {
  const sockets = new Set<Socket>();
  let take: ((socket: Socket) => void) | undefined;
  const front = createServer((socket) => { track(socket, sockets); take?.(socket); });
  const port = await listen(front, address, wanted), name = address.includes(':') ? `[${address}]` : address;
  return {
    url: `http://${name}:${port}`, port,
    serve: (by) => {
      take = by;
      for (const socket of sockets) by(socket);
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => { front.close(() => { resolve(); }); });
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** A connection that says nothing is closed; one that breaks is forgotten. */
function track(socket: Socket, sockets: Set<Socket>): void {
  sockets.add(socket);
  socket.setTimeout(SILENT_MS, () => { if (socket.bytesRead === 0) socket.destroy(); });
  socket.on('error', () => { socket.destroy(); });
  socket.on('close', () => { sockets.delete(socket); });
}

async function listen(front: Server, address: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    front.once('error', (error: NodeJS.ErrnoException) => { reject(error.code === 'EADDRINUSE' ? inputError('port-taken', 'listen.port', 'something else listens there', { value: port, hint: '`--port 0` for any that is free' }) : error); });
    front.listen(port, address, resolve);
  });
  const bound = front.address();
  return typeof bound === 'object' && bound !== null ? bound.port : port;
}
