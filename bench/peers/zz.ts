import { readFileSync, readdirSync } from 'node:fs';
import { modelCase, modelPolicy } from './model-case.ts';
import { Simulation } from '../../engine/sim/run.ts';
import { Kernel } from '../../engine/kernel/kernel.ts';
import { STRIDE } from '../../engine/journal/records.ts';
const files = readdirSync('/tmp/dags').filter(f => f.startsWith(`dag-120-`)).sort().slice(0, Number(process.argv[2] ?? 64));
const insts = files.map(f => modelCase(readFileSync('/tmp/dags/'+f,'utf8')));
const logs = insts.map(i => { const s = new Simulation(i,{policy:modelPolicy,everyTick:true}); s.run(1); return Float64Array.from(s.kernel.log.rows.subarray(0,s.kernel.log.length)); });
const kernels = insts.map(i => new Kernel(i.problem,{policy:modelPolicy.prepare(i.problem,{},{latency:.6,cost:.3,fragmentation:.1}),parameters:{},weights:{latency:.6,cost:.3,fragmentation:.1},random:()=>0,reasons:false,everyTick:true}));
const cpu=()=>{const u=process.cpuUsage();return (u.user+u.system)/1e6};
let events=0;
const one=(k:number)=>{const K=kernels[k]!,L=logs[k]!;K.reset();for(let i=0;i<L.length;i+=STRIDE){const c=L[i]!;if(c<64){K.apply(c,L[i+1]!,L[i+2]!,L[i+3]!,L[i+4]!,L[i+5]!);events++;}}};
for(let w=0;w<20;w++) for(let k=0;k<insts.length;k++) one(k);
for (let r=0;r<4;r++){events=0;let n=0;const t=cpu();while(cpu()-t<0.5){for(let q=0;q<20;q++) for(let k=0;k<insts.length;k++){one(k);n++;}}const d=cpu()-t;console.log('kernel only us/run',(d/n*1e6).toFixed(1),'events/run',(events/n).toFixed(0),'ns/event',(d/events*1e9).toFixed(0));}
let n=0;const t=cpu();while(cpu()-t<0.5){for(let q=0;q<20;q++) for(let k=0;k<insts.length;k++){kernels[k]!.reset();n++;}}console.log('reset us',((cpu()-t)/n*1e6).toFixed(2));
