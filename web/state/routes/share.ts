// The address of a share document: `#/share?d=...` carries it packed, `#/share?document=mine/name` names one of the library.
import type { RouteKind } from './settings.ts';

export interface ShareRoute {
  readonly view: 'share';
  /** The document, packed; empty when it does not come with the address. */
  readonly packed: string;
  /** A share document of the library; empty for none. */
  readonly document: string;
}

export const DEFAULT_SHARE: ShareRoute = { view: 'share', packed: '', document: '' };

export const SHARE_ROUTE: RouteKind<ShareRoute> = {
  view: 'share', keys: ['d', 'document'], usual: DEFAULT_SHARE,
  read: (given) => ({ view: 'share', packed: given.get('d') ?? '', document: given.get('document') ?? '' }),
  write: (route, put) => {
    put('d', route.packed, '');
    put('document', route.document, '');
  },
  enter: () => DEFAULT_SHARE,
};
