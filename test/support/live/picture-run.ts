// The run of the live view's picture: two features on a workstation, stand-in spot VMs of which two are taken away, an API that is
// published with limits, and two people. Its commands only wait.
const wait = (seconds: number): object => ({ command: ['sleep', String(seconds)] });
const train = (k: number): object => ({ id: `train-${k}`, kind: 'train', on: ['gpu'], after: ['data'], duration: '40s', demand: { cores: 2 }, attempts: 10, run: { shell: 'for k in $(seq 40); do echo "step $k"; sleep 1; done' } });

export const PICTURE_RUN = {
  twinclock: 'live/1', name: 'team', mode: 'event', tick: '1s', budget: 0.6,
  pools: {
    workstation: { driver: 'process' }, gpu: { driver: 'cloud', provider: 'stand-in', spinUp: '2s', interruptAfter: ['12s', '22s'] }, llm: { driver: 'http', url: 'http://127.0.0.1:9' }, ann: { driver: 'people' }, ben: { driver: 'people' },
  },
  scenario: {
    twinclock: 'scenario/1', name: 'team',
    fleet: {
      local: [{ id: 'workstation', memory: '4 GB', cores: 4 }], api: [{ id: 'llm', concurrency: 2, requestsPerMinute: 60, tokensPerMinute: 20_000 }], human: [{ id: 'ann' }, { id: 'ben' }],
      cloud: [{ id: 'gpu', memory: '4 GB', cores: 2, max: 3, spinUp: '2s', onDemand: { price: 3.06 }, spot: { price: 0.92, notice: '8s', interruptions: { hazardPerHour: 8 } } }],
    },
    jobs: [
      { id: 'models', deadline: '110s', tasks: [
        { id: 'data', kind: 'data', on: ['workstation'], duration: '3s', demand: { cores: 1 }, run: wait(3) }, ...[1, 2, 3, 4].map(train),
        { id: 'choose', kind: 'report', on: ['workstation'], after: ['train-1', 'train-2', 'train-3', 'train-4'], duration: '1s', demand: { cores: 1 }, run: wait(1) },
      ] },
      { id: 'release', deadline: '5m', tasks: [
        { id: 'build', kind: 'build', duration: '5s', on: ['workstation'], demand: { cores: 2 }, run: wait(5) }, { id: 'unit', kind: 'test', after: ['build'], on: ['workstation'], duration: '12s', demand: { cores: 1 }, run: wait(12) },
        { id: 'browser', kind: 'test', after: ['build'], on: ['workstation'], duration: '16s', demand: { cores: 2 }, run: wait(16) },
        { id: 'review', kind: 'review', after: ['build'], on: ['ann', 'ben'], duration: { lognormal: { mean: '60s', sigma: 0.4 } }, run: { prompt: { text: 'Is the change good to merge?', fields: { good: { label: 'Good to merge', choices: ['yes', 'no'] } } } } },
        { id: 'notes', kind: 'approve', after: ['build'], on: ['ann', 'ben'], duration: '30s', run: { prompt: { text: 'Sign off the release notes.' } } },
        { id: 'ship', kind: 'ship', after: ['unit', 'browser', 'review', 'notes'], on: ['workstation'], duration: '2s', demand: { cores: 1 }, run: wait(2) },
      ] },
    ],
  },
};
