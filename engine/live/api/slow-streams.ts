// Over HTTP/2, where Node has no limit of its own: a request that has not come in whole in time is answered 408 and cut off, and a
// connection that asks nothing is closed, though it sends a byte now and then. An answer may take as long as it likes.
import { constants, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { LiveClock } from '../clock.ts';

/** `requestMs`: for a request to come in, and for a connection to ask for something. */
export function limitSlowStreams(server: Http2Server, requestMs: number, clock: LiveClock): void {
  server.on('session', (session: ServerHttp2Session) => {
    let open = 0, cancel = (): void => {};
    const wait = (): void => { cancel = clock.after(requestMs, () => { session.close(); }); }; // nothing is open: it ends at once
    wait();
    session.on('stream', (stream: ServerHttp2Stream) => {
      cancel();
      open++;
      stream.once('close', () => { if (--open === 0 && !session.closed) wait(); });
      stream.once('close', clock.after(requestMs, () => { if (!hasComeIn(stream)) cutOff(stream); }));
    });
    session.once('close', () => { cancel(); });
  });
}

/** Whether or not anybody has read it. */
const hasComeIn = (stream: ServerHttp2Stream): boolean => stream.destroyed || stream.state.remoteClose === 1;

function cutOff(stream: ServerHttp2Stream): void {
  if (!stream.headersSent) stream.respond({ [constants.HTTP2_HEADER_STATUS]: constants.HTTP_STATUS_REQUEST_TIMEOUT }, { endStream: true });
  stream.close(constants.NGHTTP2_CANCEL);
}
