// The daemon asks for its token.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { LiveDesk } from '../../state/live-desk.ts';

export function TokenForm({ desk, reason }: { readonly desk: LiveDesk; readonly reason: string }): JSX.Element {
  const [token, setToken] = useState('');
  return (
    <form class="panel token-form" aria-labelledby="token-title" onSubmit={(event) => { event.preventDefault(); desk.enter(token); }}>
      <h2 id="token-title">The daemon asks for its token</h2>
      <p class="soft" role="status">{reason}. It is in the file that <code>listen.tokenFile</code> of the configuration names. It is kept until this tab is closed.</p>
      <div class="row">
        <label class="field grow"><span class="name">Token</span><input type="password" autocomplete="off" value={token} onInput={(event) => { setToken(event.currentTarget.value); }} /></label>
        <button type="submit" class="primary" disabled={token.trim() === ''}>Enter</button>
      </div>
    </form>
  );
}
