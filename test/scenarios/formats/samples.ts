// Small valid files of every format, written by hand: the ground the inline tests and the fuzzing stand on.

/** Diamond 2 -> {3, 4} -> 5 between dummies 1 and 6; two resources of capacity 4 and 3. */
export const PSPLIB = `************************************************************************
file with basedata            : diamond.bas
initial value random generator: 1
************************************************************************
projects                      :  1
jobs (incl. supersource/sink ):  6
horizon                       :  12
RESOURCES
  - renewable                 :  2   R
  - nonrenewable              :  0   N
  - doubly constrained        :  0   D
************************************************************************
PROJECT INFORMATION:
pronr.  #jobs rel.date duedate tardcost  MPM-Time
    1      4      0        9       0        9
************************************************************************
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          1           2
   2        1          2           3   4
   3        1          1           5
   4        1          1           5
   5        1          1           6
   6        1          0
************************************************************************
REQUESTS/DURATIONS:
jobnr. mode duration  R 1  R 2
------------------------------------------------------------------------
  1      1     0       0    0
  2      1     2       4    0
  3      1     3       3    1
  4      1     5       2    0
  5      1     2       0    3
  6      1     0       0    0
************************************************************************
RESOURCEAVAILABILITIES:
  R 1  R 2
    4    3
************************************************************************
`;

/** The same project; the record of job 2 runs over two lines. */
export const RCP = `6 2
4 3

0 0 0 1 2
2 4 0 2
  3 4
3 3 1 1 5
5 2 0 1 5
2 0 3 1 6
0 0 0 0
`;

/** 1 -> {2, 3} -> 4 between dummies 0 and 5. */
export const STG = `          4
          0          0          0
          1          2          1          0
          2          3          1          1
          3          5          1          1
          4          2          2          2          3
          5          0          1          4
# Standard Task Graph Set Project
#   CP Length : 9
`;

/** The same graph as a prototype: from 1, for 2 processors, with an exit dummy only. */
export const STG_PROTOTYPE = `     4     2
     1     2     0
     2     3     1     1
     3     5     1     1
     4     2     2     2     3
     5     0     1     4
`;

/** The same graph with communication and a recorded schedule on two processors. */
export const DOT = `// a schedule, folded as the solver writes it
digraph "diamond_Nodes_4" {
	graph ["Number of processors"=2,
		Modes="pruning on; \\
list scheduling, ",
		"Total schedule length"=10
	];
	a	 ["Finish time"=2, Processor=0, "Start time"=0, Weight=2];
	b	 ["Finish time"=6, Processor=1, "Start time"=3, Weight=3];
	"c d" [Weight=5, Processor=0, "Start time"=2, "Finish time"=7];
	e [Weight=2];
	a -> b [Weight=1];
	a -> "c d" -> e [Weight=4]; /* a chain carries its weight on each edge */
	b -> e [Weight=2.5]
}
`;

/** Two jobs, 0 -> 1 and 2 alone, on three machines. */
export const FAJSP = `# two jobs
3 1 3
0 1 0
2 0 4 1 6
1 2 3
2 1 2 2 5
`;

const tasks = [
  { id: 'prepare_ID01', parents: [], seconds: 2, cores: 1, memory: 3_000_000, inputs: ['raw.bin'], outputs: ['a.bin', 'b.bin'] },
  { id: 'solve_ID02', parents: ['prepare_ID01'], seconds: 3.25, cores: 4, memory: 5_000_000, inputs: ['a.bin'], outputs: ['x.bin'] },
  { id: 'solve_ID03', parents: ['prepare_ID01'], seconds: 5, cores: 1, memory: 5_000_000, inputs: ['a.bin', 'b.bin'], outputs: ['y.bin'] },
  { id: 'plot_ID04', parents: ['solve_ID02', 'solve_ID03'], seconds: 0, cores: 1, memory: 1_000_000, inputs: ['x.bin', 'y.bin', 'a.bin'], outputs: [] },
];
const sizes: Readonly<Record<string, number>> = { 'raw.bin': 900, 'a.bin': 1000, 'b.bin': 200, 'x.bin': 30, 'y.bin': 4 };

/** A workflow of four tasks as any version of WfFormat writes it; all versions must read alike. */
export function wfFormat(version: '0.1' | '0.2' | '1.0' | '1.2' | '1.3' | '1.4' | '1.5'): string {
  const head = { name: 'diamond', schemaVersion: version };
  const children = (id: string): string[] => tasks.filter((task) => task.parents.includes(id)).map((task) => task.id);
  if (version === '1.5') {
    const specification = {
      tasks: tasks.map(({ id, parents, inputs, outputs }) => ({
        id, name: id, parents, children: children(id), inputFiles: inputs, outputFiles: outputs,
      })),
      files: Object.entries(sizes).map(([id, sizeInBytes]) => ({ id, sizeInBytes })),
    };
    const execution = {
      makespanInSeconds: 99, executedAt: '20200408T154143+0000',
      tasks: tasks.map(({ id, seconds, cores, memory }) => ({ id, runtimeInSeconds: seconds, coreCount: cores, memoryInBytes: memory })),
    };
    return JSON.stringify({ ...head, workflow: { specification, execution } }, null, 1);
  }
  const [runtime, size] = version === '1.4' ? ['runtimeInSeconds', 'sizeInBytes'] : ['runtime', 'size'];
  const list = tasks.map(({ id, parents, seconds, cores, memory, inputs, outputs }) => ({
    name: id, type: 'compute', parents, ...(version < '1.0' ? {} : { children: children(id) }), cores, [runtime!]: seconds,
    ...(version === '1.4' ? { memoryInBytes: memory, memory: memory / 1000 } : { memory: memory / 1000 }),
    files: [...inputs.map((name) => ['input', name] as const), ...outputs.map((name) => ['output', name] as const)]
      .map(([link, name]) => ({ link, name, [size!]: sizes[name] })),
  }));
  return JSON.stringify({ ...head, workflow: { makespan: 99, [version >= '1.3' ? 'tasks' : 'jobs']: list } }, null, 1);
}

export const WFFORMAT_SAMPLES = ['0.1', '0.2', '1.0', '1.2', '1.3', '1.4', '1.5'] as const;
