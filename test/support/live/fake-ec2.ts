// An EC2 of our own for tests: a real HTTP server that speaks the query API (form in, XML out) which the SDK talks to, and behaves to the
// letter where it matters: signed requests only, client tokens, tags, refused capacity, throttling, answers that get lost, views that
// lag behind, states and their reasons, spot interruptions. Its instances are process groups of this machine (fake-instance.ts).
import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeFolder } from '../remove-folder.ts';
import { FakeInstance } from './fake-instance.ts';

export interface Held {
  readonly id: string;
  readonly token: string;
  readonly parameters: string;
  readonly launchedAt: number;
  readonly market: 'spot' | 'on-demand';
  readonly type: string;
  readonly subnet: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly userData: string;
  readonly machine: FakeInstance;
  /** Each state with the instant from which on it is so; views show them late. */
  readonly states: { readonly at: number; readonly name: keyof typeof STATE_CODES; readonly reason: string }[];
}

const STATE_CODES = { pending: 0, running: 16, 'shutting-down': 32, terminated: 48 } as const;
const USER_DATA_MAX = 16_384, TAGS_MAX = 50, TAG_VALUE_MAX = 256;

class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) { super(message); this.status = status; this.code = code; }
}

export class FakeEc2 {
  readonly folder = mkdtempSync(join(tmpdir(), 'twinclock-ec2-'));
  readonly instances: Held[] = [];
  /** Actions as they came in. */
  readonly calls: string[] = [];
  /** From launch to running, and from the end's beginning to its end, ms. */
  bootMs = 100;
  shutdownMs = 30;
  /** How long a new instance is not shown, and how late states are. */
  hiddenMs = 0;
  lagMs = 0;
  /** Lists leave every instance out; one that is asked for by its name is told. */
  unlisted = false;
  /** User data is not run: the VM comes up and says nothing. */
  dumb = false;
  /** Offerings without capacity: `spot`, `on-demand`, or with a subnet `spot subnet-a`. */
  readonly exhausted = new Set<string>();
  /** Dollars an hour by zone. */
  spotPrices: Readonly<Record<string, string>> = { 'eu-west-1a': '0.031200', 'eu-west-1b': '0.029900' };
  /** What the next calls of an action meet: an error, or no answer although it is done. */
  private readonly trouble: { readonly action: string; readonly what: 'lost' | Refusal }[] = [];
  private readonly byToken = new Map<string, Held>();
  private readonly server = createServer((request, response) => { void this.serve(request, response); });
  private readonly timers = new Set<NodeJS.Timeout>();
  private number = 0;

  async start(): Promise<string> {
    await new Promise<void>((done) => { this.server.listen(0, '127.0.0.1', done); });
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const timer of this.timers) clearTimeout(timer);
    await Promise.all(this.instances.map(({ machine }) => machine.turnOff()));
    await new Promise((done) => { this.server.close(done); this.server.closeAllConnections(); });
    removeFolder(this.folder);
  }

  // --- trouble ---

  /** The next call of the action is done, and its answer is lost. */
  lose(action: string): void { this.trouble.push({ action, what: 'lost' }); }
  /** The next calls of the action are refused. */
  refuse(action: string, status: number, code: string, times = 1): void { for (let k = 0; k < times; k++) this.trouble.push({ action, what: new Refusal(status, code, `${code} as asked for`) }); }

  /** No more trouble. */
  calm(): void { this.trouble.length = 0; }

  /** Spot capacity is taken back: announced at once, taken at that instant; 0 ms takes it without a word. */
  interrupt(id: string, noticeMs: number): void {
    const held = this.held(id), killAt = Date.now() + noticeMs;
    if (noticeMs > 0) held.machine.announce(killAt);
    this.later(noticeMs, () => { this.end(held, 'Server.SpotInstanceTermination'); });
  }

  held(id: string): Held {
    const held = this.instances.find((one) => one.id === id);
    if (held === undefined) throw new Refusal(400, 'InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`);
    return held;
  }

  /** What costs money now. */
  billed(): Held[] { return this.instances.filter((held) => ['pending', 'running'].includes(stateOf(held).name)); }
  /** What is not wholly over. */
  left(): Held[] { return this.instances.filter((held) => stateOf(held).name !== 'terminated'); }

  private later(ms: number, what: () => void): void {
    const timer = setTimeout(() => { this.timers.delete(timer); what(); }, ms);
    this.timers.add(timer);
  }

  private set(held: Held, name: Held['states'][number]['name'], reason = stateOf(held).reason): void { held.states.push({ at: Date.now(), name, reason }); }

  end(held: Held, reason: string): void {
    if (!['pending', 'running'].includes(stateOf(held).name)) return;
    this.set(held, 'shutting-down', reason);
    this.later(this.shutdownMs, () => { void held.machine.turnOff().then(() => { this.set(held, 'terminated'); }); });
  }

  // --- the API ---

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8')), action = form.get('Action') ?? '', at = this.trouble.findIndex((trouble) => trouble.action === action);
    const what = at < 0 ? undefined : this.trouble.splice(at, 1)[0]!.what;
    this.calls.push(action);
    try {
      if (!/^AWS4-HMAC-SHA256 Credential=\S+\/ec2\/aws4_request, SignedHeaders=\S+, Signature=[0-9a-f]{64}$/.test(request.headers.authorization ?? '')) throw new Refusal(401, 'AuthFailure', 'AWS was not able to validate the provided access credentials');
      if (what instanceof Refusal) throw what;
      const body = this.answer(action, form);
      if (what === 'lost') { request.socket.destroy(); return; }
      response.writeHead(200, { 'content-type': 'text/xml;charset=UTF-8' }).end(`<?xml version="1.0" encoding="UTF-8"?>\n<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${body}</${action}Response>`);
    } catch (error) {
      const { status = 500, code = 'InternalError', message } = error as Partial<Refusal> & Error;
      response.writeHead(status, { 'content-type': 'text/xml;charset=UTF-8' }).end(`<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error>${xml({ Code: code, Message: message })}</Error></Errors><RequestID>r</RequestID></Response>`);
    }
  }

  private answer(action: string, form: URLSearchParams): string {
    switch (action) {
      case 'RunInstances': return this.runInstances(form);
      case 'DescribeInstances': return this.describeInstances(form);
      case 'TerminateInstances': return this.terminateInstances(form);
      case 'DescribeSpotPriceHistory': return this.describeSpotPriceHistory(form);
      default: throw new Refusal(400, 'InvalidAction', `The action ${action} is not valid for this web service.`);
    }
  }

  private runInstances(form: URLSearchParams): string {
    for (const name of ['ImageId', 'InstanceType', 'MinCount', 'MaxCount']) if (!form.has(name)) throw new Refusal(400, 'MissingParameter', `The request must contain the parameter ${name}`);
    if (form.has('SubnetId') && form.has('NetworkInterface.1.DeviceIndex')) throw new Refusal(400, 'InvalidParameterCombination', 'Network interfaces and an instance-level subnet ID may not be specified on the same request');
    const userData = Buffer.from(form.get('UserData') ?? '', 'base64').toString('utf8'), token = form.get('ClientToken') ?? '', tags = tagsOf(form);
    if (userData.length > USER_DATA_MAX) throw new Refusal(400, 'InvalidParameterValue', 'User data is limited to 16384 bytes');
    if (token.length > 64) throw new Refusal(400, 'InvalidParameterValue', 'Client token is limited to 64 characters');
    if (Object.keys(tags).length > TAGS_MAX || Object.values(tags).some((value) => value.length > TAG_VALUE_MAX)) throw new Refusal(400, 'InvalidParameterValue', 'Tag value exceeds the maximum length of 256 characters');
    const parameters = createHash('sha256').update([...form].filter(([name]) => name !== 'ClientToken').map(([name, value]) => `${name}=${value}`).sort().join('\n')).digest('hex');
    const before = token === '' ? undefined : this.byToken.get(token);
    if (before !== undefined) {
      if (before.parameters !== parameters) throw new Refusal(400, 'IdempotentParameterMismatch', 'The client token you have provided is associated with a resource that is already deleted or has other parameters');
      return reservation([before], stateOf);
    }
    const market = form.get('InstanceMarketOptions.MarketType') === 'spot' ? 'spot' : 'on-demand', subnet = form.get('SubnetId') ?? form.get('NetworkInterface.1.SubnetId') ?? 'subnet-default';
    if (this.exhausted.has(market) || this.exhausted.has(`${market} ${subnet}`)) throw new Refusal(500, 'InsufficientInstanceCapacity', 'There is no Spot capacity available that matches your request.');
    return reservation([this.launch({ token, parameters, market, subnet, type: form.get('InstanceType')!, tags, userData })], stateOf);
  }

  private launch(about: Pick<Held, 'token' | 'parameters' | 'market' | 'subnet' | 'type' | 'tags' | 'userData'>): Held {
    const id = `i-${createHash('sha256').update(`${this.folder} ${this.number++}`).digest('hex').slice(0, 17)}`;
    const held: Held = { ...about, id, launchedAt: Date.now(), states: [{ at: Date.now(), name: 'pending', reason: '' }], machine: new FakeInstance(this.folder, id, () => { this.end(held, 'Client.InstanceInitiatedShutdown'); }) };
    this.instances.push(held);
    if (held.token !== '') this.byToken.set(held.token, held);
    this.later(this.bootMs, () => {
      if (stateOf(held).name !== 'pending') return;
      this.set(held, 'running');
      if (!this.dumb) void held.machine.boot(held.userData);
    });
    return held;
  }

  private describeInstances(form: URLSearchParams): string {
    const filters = numbered(form, 'Filter').map((prefix) => ({ name: form.get(`${prefix}.Name`)!, values: numbered(form, `${prefix}.Value`).map((name) => form.get(name)!) }));
    const names = numbered(form, 'InstanceId').map((name) => form.get(name)!), visible = this.instances.filter(({ launchedAt }) => Date.now() - launchedAt >= this.hiddenMs);
    for (const name of names) if (!visible.some(({ id }) => id === name)) throw new Refusal(400, 'InvalidInstanceID.NotFound', `The instance ID '${name}' does not exist`);
    const shown = names.length > 0 ? visible.filter(({ id }) => names.includes(id)) : this.unlisted ? [] : visible, size = Number(form.get('MaxResults') ?? 1000), first = Number(form.get('NextToken') ?? 0);
    if (size < 5 || size > 1000) throw new Refusal(400, 'InvalidMaxResults', 'The specified value for MaxResults is not valid.');
    const seen = (held: Held) => stateOf(held, Date.now() - this.lagMs);
    const matching = shown.filter((held) => filters.every(({ name, values }) => {
      if (name.startsWith('tag:')) return values.includes(held.tags[name.slice(4)] ?? '');
      throw new Refusal(400, 'InvalidParameterValue', `The filter '${name}' is invalid`);
    }));
    const page = matching.slice(first, first + size), next = first + size < matching.length ? xml({ nextToken: String(first + size) }) : '';
    return `<reservationSet>${page.map((held) => `<item>${reservation([held], seen)}</item>`).join('')}</reservationSet>${next}`;
  }

  private terminateInstances(form: URLSearchParams): string {
    const held = numbered(form, 'InstanceId').map((name) => this.held(form.get(name)!));
    return `<instancesSet>${held.map((one) => {
      const previous = stateOf(one);
      this.end(one, 'Client.UserInitiatedShutdown');
      return `<item>${xml({ instanceId: one.id })}<currentState>${stateXml(stateOf(one).name)}</currentState><previousState>${stateXml(previous.name)}</previousState></item>`;
    }).join('')}</instancesSet>`;
  }

  private describeSpotPriceHistory(form: URLSearchParams): string {
    const type = form.get('InstanceType.1') ?? '', zone = form.get('AvailabilityZone');
    return `<spotPriceHistorySet>${Object.entries(this.spotPrices).filter(([name]) => zone === null || zone === name).map(([name, price]) => `<item>${xml({ instanceType: type, productDescription: form.get('ProductDescription.1') ?? '', spotPrice: price, timestamp: new Date(0).toISOString(), availabilityZone: name })}</item>`).join('')}</spotPriceHistorySet><nextToken/>`;
  }
}

export const stateOf = (held: Held, at = Infinity) => held.states.filter((state) => state.at <= at).at(-1) ?? held.states[0]!;

const stateXml = (name: keyof typeof STATE_CODES): string => xml({ code: String(STATE_CODES[name]), name });

function reservation(held: readonly Held[], seen: (held: Held) => Held['states'][number]): string {
  return `${xml({ reservationId: 'r-0123456789abcdef0', ownerId: '123456789012' })}<instancesSet>${held.map((one) => {
    const { name, reason } = seen(one), tags = Object.entries(one.tags).map(([key, value]) => `<item>${xml({ key, value })}</item>`).join('');
    return `<item>${xml({ instanceId: one.id, instanceType: one.type, subnetId: one.subnet, clientToken: one.token, launchTime: new Date(one.launchedAt).toISOString(), ...(one.market === 'spot' ? { instanceLifecycle: 'spot' } : {}) })}<instanceState>${stateXml(name)}</instanceState>${reason === '' ? '' : `<stateReason>${xml({ code: reason, message: reason })}</stateReason>`}<tagSet>${tags}</tagSet></item>`;
  }).join('')}</instancesSet>`;
}

/** `Name.1`, `Name.2`, ... as far as the form has something below them. */
function numbered(form: URLSearchParams, name: string): string[] {
  const found: string[] = [];
  for (let k = 1; [...form.keys()].some((key) => key === `${name}.${k}` || key.startsWith(`${name}.${k}.`)); k++) found.push(`${name}.${k}`);
  return found;
}

function tagsOf(form: URLSearchParams): Record<string, string> {
  const ofInstance = numbered(form, 'TagSpecification').find((prefix) => form.get(`${prefix}.ResourceType`) === 'instance');
  return ofInstance === undefined ? {} : Object.fromEntries(numbered(form, `${ofInstance}.Tag`).map((prefix) => [form.get(`${prefix}.Key`)!, form.get(`${prefix}.Value`)!]));
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const xml = (values: Readonly<Record<string, string>>): string => Object.entries(values).map(([name, value]) => `<${name}>${escaped(value)}</${name}>`).join('');
