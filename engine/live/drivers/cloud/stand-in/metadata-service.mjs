// The metadata service that a VM of each cloud finds inside itself, to the letter of what its agent may meet: nothing until the
// VM is doomed, then an announcement whose time never changes. Plain Node without other modules: it is copied beside vm-agent.mjs.
//   AWS    IMDSv2: a token by PUT with a time to live (400 without), 401 without or past it, 404 until there is something to say
//   GCP    403 without `Metadata-Flavor: Google`; `preempted` is FALSE or TRUE; `wait_for_change` holds the answer until it changes
//   Azure  400 without `Metadata: true`; the document's incarnation grows; NotBefore is blank once the event has started
import { randomBytes } from 'node:crypto';

const TTL = 'x-aws-ec2-metadata-token-ttl-seconds', TOKEN = 'x-aws-ec2-metadata-token', TTL_SECONDS_MAX = 21_600;

/** `ports`: cloud, name of the VM, now() in ms since 1970, doom() => { killAt } | undefined, rebalance() => ms since 1970 | undefined. */
export function metadataService(ports) {
  const answer = { aws: awsService, gcp: gcpService, azure: azureService }[ports.cloud](ports);
  return {
    handle(request, response) {
      const reply = (status, body = '', headers = {}) => { response.writeHead(status, headers).end(body); };
      answer.handle(request, new URL(request.url, 'http://metadata'), reply);
    },
    /** To be called when the VM has become doomed: answers that were held go out. */
    changed() { answer.changed?.(); },
  };
}

/** Whole seconds and a Z, as EC2 writes them. */
const seconds = (ms) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

function awsService({ name, now, doom, rebalance }) {
  const tokens = new Map();
  const documents = {
    '/latest/meta-data/instance-id': () => name,
    '/latest/meta-data/spot/instance-action': () => doom() && JSON.stringify({ action: 'terminate', time: seconds(doom().killAt) }),
    '/latest/meta-data/spot/termination-time': () => doom() && seconds(doom().killAt),
    '/latest/meta-data/events/recommendations/rebalance': () => rebalance() && JSON.stringify({ noticeTime: seconds(rebalance()) }),
  };
  return {
    handle({ method, headers }, { pathname }, reply) {
      if (pathname === '/latest/api/token') {
        const ttl = Number(headers[TTL]);
        if (method !== 'PUT') return reply(405);
        if (!Number.isInteger(ttl) || ttl < 1 || ttl > TTL_SECONDS_MAX) return reply(400);
        const token = randomBytes(20).toString('base64url');
        tokens.set(token, now() + ttl * 1000);
        return reply(200, token, { [TTL]: String(ttl) });
      }
      if (!((tokens.get(headers[TOKEN]) ?? 0) > now())) return reply(401);
      if (method !== 'GET') return reply(405);
      const text = documents[pathname]?.();
      return text === undefined ? reply(404) : reply(200, text);
    },
  };
}

function gcpService({ doom }) {
  const state = () => (doom() === undefined ? 'FALSE' : 'TRUE'), etag = () => (doom() === undefined ? '8f0e1a2b' : '3c4d5e6f');
  const held = new Set();
  return {
    handle({ method, headers }, { pathname, searchParams }, reply) {
      if (headers['metadata-flavor'] !== 'Google') return reply(403);
      if (method !== 'GET') return reply(405);
      if (pathname !== '/computeMetadata/v1/instance/preempted') return reply(404);
      const go = () => { clearTimeout(timer); held.delete(go); reply(200, state(), { 'metadata-flavor': 'Google', etag: etag() }); };
      let timer;
      if (searchParams.get('wait_for_change') !== 'true' || (searchParams.has('last_etag') && searchParams.get('last_etag') !== etag())) return go();
      held.add(go);
      if (searchParams.has('timeout_sec')) timer = setTimeout(go, Number(searchParams.get('timeout_sec')) * 1000).unref();
    },
    changed() { for (const go of [...held]) go(); },
  };
}

function azureService({ name, now, doom }) {
  return {
    handle({ method, headers }, { pathname, searchParams }, reply) {
      if (headers.metadata !== 'true' || !searchParams.has('api-version')) return reply(400);
      if (pathname !== '/metadata/scheduledevents') return reply(404);
      if (method !== 'GET') return reply(405);
      const doomed = doom(), started = doomed !== undefined && doomed.killAt <= now();
      const events = doomed === undefined ? [] : [{
        EventId: '602d9444-d2cd-49c7-8624-8643e7171297', EventType: 'Preempt', ResourceType: 'VirtualMachine', Resources: [name], EventStatus: started ? 'Started' : 'Scheduled',
        NotBefore: started ? '' : new Date(doomed.killAt).toUTCString(), Description: '', EventSource: 'Platform', DurationInSeconds: -1,
      }];
      reply(200, JSON.stringify({ DocumentIncarnation: 1 + (doomed === undefined ? 0 : 1) + (started ? 1 : 0), Events: events }), { 'content-type': 'application/json' });
    },
  };
}
