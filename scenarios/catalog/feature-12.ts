// One feature of 12 tasks that can be checked by hand: fixed durations, one workstation, one cloud pool without
// interruptions, one API, two people who are always there.
//
// Earliest starts in minutes, were nothing ever waited for (boot and ticks left out). ada plans, designs, reviews; ben labels.
//
//   ada   | plan 0-60 | design 60-150 |                                        | review 420-450 |
//   ben               | label 60-180                |
//   llm                               | spec 150-155 | code 155-165 | docs 165-170
//   workstation                                           | build 165-185 (5 set-up) | test 185-215   | deploy 450-460
//   gpu                                             | train 180-390                                | evaluate 390-420 |
//
// Longest path: plan, label, train, evaluate, review, deploy = 60 + 120 + 210 + 30 + 30 + 10 = 460 min.
// Least money: ada 3 h at 60, ben 2 h at 30, 100,000 tokens at 0.000006, train 3.5 h on spot at 0.9; evaluate is free on
// the workstation: 180 + 60 + 0.6 + 3.15 = 243.75 dollars before boot and checkpoints.
import type { ScenarioFile } from '../../engine/model/scenario.ts';

export const FEATURE_12: ScenarioFile = {
  twinclock: 'scenario/1',
  name: 'feature-12',
  description: 'One feature of 12 tasks with fixed durations, to be checked by hand: longest path 460 min.',
  epoch: '2026-03-02T00:00:00Z',
  budget: 500,
  batches: { 'docker-build': { setup: '5m' } },
  jobs: [{
    id: 'f1', deadline: '10h', weight: 1,
    tasks: [
      { id: 'f1-plan-1', kind: 'plan', on: ['human'], duration: '60m', skills: ['product'] },
      { id: 'f1-design-2', kind: 'design', after: ['f1-plan-1'], on: ['human'], duration: '90m', skills: ['architecture'] },
      { id: 'f1-spec-3', kind: 'spec', after: ['f1-design-2'], on: ['llm'], duration: '5m', tokens: 20_000 },
      { id: 'f1-label-4', kind: 'label', after: ['f1-plan-1'], on: ['human'], duration: '120m', skills: ['label'] },
      { id: 'f1-code-5', kind: 'code', after: ['f1-spec-3'], on: ['llm'], duration: '10m', requests: 4, tokens: 60_000 },
      { id: 'f1-docs-6', kind: 'docs', after: ['f1-code-5'], on: ['llm'], duration: '5m', tokens: 20_000 },
      {
        id: 'f1-build-7', kind: 'build', after: ['f1-code-5'], on: ['workstation'], duration: '15m',
        demand: { cores: 4, memory: '8GB' }, batchKey: 'docker-build',
      },
      { id: 'f1-test-8', kind: 'test', after: ['f1-build-7'], on: ['workstation', 'gpu'], duration: '30m', demand: { cores: 4, memory: '8GB' } },
      {
        id: 'f1-train-9', kind: 'train', after: [{ task: 'f1-label-4', data: '1GB' }], duration: { by: { gpu: '210m' } },
        demand: { gpu: 1, cores: 6, memory: '40GB' }, checkpoint: { interval: '30m', cost: '30s' },
      },
      {
        id: 'f1-evaluate-10', kind: 'evaluate', after: [{ task: 'f1-train-9', data: '500MB' }], duration: { by: { gpu: '30m', workstation: '120m' } },
        demand: { cores: 6, memory: '20GB' },
      },
      {
        id: 'f1-review-11', kind: 'review', after: ['f1-docs-6', 'f1-test-8', 'f1-evaluate-10'], on: ['human'], duration: '30m', skills: ['review'],
      },
      { id: 'f1-deploy-12', kind: 'deploy', after: ['f1-review-11'], on: ['workstation'], duration: '10m', demand: { cores: 1, memory: '2GB' } },
    ],
  }],
  fleet: {
    local: [{ id: 'workstation', memory: '40GB', cores: 10 }],
    cloud: [{
      id: 'gpu', memory: '60GB', cores: 8, gpu: 1, max: 2, spinUp: '2m', onDemand: { price: 3 }, spot: { price: 0.9, notice: '2m' },
      billing: { granularity: '1s', minimum: '60s' },
    }],
    api: [{ id: 'llm', requestsPerMinute: 10, tokensPerMinute: 60_000, concurrency: 2, pricePerToken: 0.000006 }],
    human: [
      { id: 'ada', skills: ['product', 'architecture', 'review'], costPerHour: 60 },
      { id: 'ben', skills: ['label'], costPerHour: 30 },
    ],
    network: { bandwidth: '1Gbps' },
  },
};
