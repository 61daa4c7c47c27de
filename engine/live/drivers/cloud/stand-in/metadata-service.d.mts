// Types of metadata-service.mjs, which is plain JavaScript because it runs beside the daemon.
import type { IncomingMessage, ServerResponse } from 'node:http';

export type Cloud = 'aws' | 'gcp' | 'azure';

export interface MetadataPorts {
  readonly cloud: Cloud;
  readonly name: string;
  /** ms since 1970. */
  readonly now: () => number;
  readonly doom: () => { readonly killAt: number } | undefined;
  readonly rebalance: () => number | undefined;
}

export declare function metadataService(ports: MetadataPorts): {
  handle(request: IncomingMessage, response: ServerResponse): void;
  changed(): void;
};
