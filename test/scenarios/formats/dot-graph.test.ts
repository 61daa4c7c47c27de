// The DOT language itself: names, defaults, subgraphs, faults with their line.
import { describe, expect, it } from 'vitest';
import { parseDot } from '../../../scenarios/formats/dot-graph.ts';
import { faultsOf } from './scenario-graph.ts';

const edgesOf = (text: string): string[] => parseDot(text).edges.map(({ from, to }) => `${from}>${to}`);
const attributesOf = (text: string, node: string): Record<string, string> => Object.fromEntries(parseDot(text).nodes.get(node)!.attributes);

describe('parseDot', () => {
  it('reads names, strings, joined and continued strings, and HTML', () => {
    const graph = parseDot('strict digraph "my \\"graph\\"" { a [label="one \\\ntwo" + " three", -1.5=.5; html=<b <i>c</i>>] "b c" [flag] été }');
    expect(graph.name).toBe('my "graph"');
    expect(Object.fromEntries(graph.nodes.get('a')!.attributes)).toEqual({ label: 'one two three', '-1.5': '.5', html: 'b <i>c</i>' });
    expect(Object.fromEntries(graph.nodes.get('b c')!.attributes)).toEqual({ flag: 'true' });
    expect([...graph.nodes.keys()]).toEqual(['a', 'b c', 'été']);
  });

  it('skips comments and knows lines', () => {
    const graph = parseDot('# made by a tool\ndigraph { // first\n/* over\nlines */ a -> b\n c }');
    expect(graph.nodes.get('a')!.line).toBe(4);
    expect(graph.nodes.get('c')!.line).toBe(5);
  });

  it('gives defaults to what comes after them, within their subgraph', () => {
    const text = 'digraph { a; node [w=1]; b; subgraph x { node [w=2, v=3]; c; d [w=4] } e; c [w=9] }';
    expect(['a', 'b', 'c', 'd', 'e'].map((id) => attributesOf(text, id))).toEqual([{}, { w: '1' }, { w: '9', v: '3' }, { w: '4', v: '3' }, { w: '1' }]);
    expect(parseDot('digraph { edge [w=1]; a -> b; a -> c [w=2][v=3] }').edges.map((edge) => Object.fromEntries(edge.attributes)))
      .toEqual([{ w: '1' }, { w: '2', v: '3' }]);
  });

  it('joins chains, subgraphs and ports', () => {
    expect(edgesOf('digraph { a -> b -> c; a:out -> d:in:nw }')).toEqual(['a>b', 'b>c', 'a>d']);
    expect(edgesOf('digraph { {a b} -> subgraph s { c; d } -> e }')).toEqual(['a>c', 'a>d', 'b>c', 'b>d', 'c>e', 'd>e']);
    expect(edgesOf('digraph { subgraph { x -> y } z }')).toEqual(['x>y']);
  });

  it('keeps attributes of the graph', () => {
    expect(Object.fromEntries(parseDot('digraph g { graph ["a b"=1]; rankdir = LR; }').attributes)).toEqual({ 'a b': '1', rankdir: 'LR' });
    expect(parseDot('graph { a -- b }').directed).toBe(false);
  });

  it('tells the line and what was expected', () => {
    expect(faultsOf(() => parseDot('digraph {\n a -> \n}'))).toEqual(['line 3 bad-syntax']);
    expect(faultsOf(() => parseDot('digraph {\n a -> b\n'))).toEqual(['line 3 truncated']);
    expect(faultsOf(() => parseDot('digraph {\n a [label="never ends]\n}'))).toEqual(['line 2 truncated']);
    expect(faultsOf(() => parseDot('digraph {\n a -- b }'))).toEqual(['line 2 bad-syntax']);
    expect(faultsOf(() => parseDot('digraph { 1a }'))).toEqual(['line 1 bad-character']);
    expect(faultsOf(() => parseDot('digraph { a.b }'))).toEqual(['line 1 bad-character']);
    expect(faultsOf(() => parseDot('digraph { a = }'))).toEqual(['line 1 bad-syntax']);
    expect(faultsOf(() => parseDot('digraph { node a }'))).toEqual(['line 1 bad-syntax']);
    expect(faultsOf(() => parseDot('digraph { } extra'))).toEqual(['line 1 bad-syntax']);
    expect(faultsOf(() => parseDot(`digraph ${'{'.repeat(5000)}`))).toEqual(['line 1 too-deep']);
    expect(faultsOf(() => parseDot('flowchart { }'))).toEqual(['line 1 bad-syntax']);
  });
});
