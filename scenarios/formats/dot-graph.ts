// Parses a graph in the DOT language: statements, attribute lists, defaults (`node [..]`, `edge [..]`) with the scope of
// their subgraph, edge chains, subgraphs as edge ends; ports are read and ignored. Meaning is left to the caller.
// Source: graphviz.org/doc/info/lang.html.
import { inputError } from '../../engine/model/errors.ts';
import type { InputError } from '../../engine/model/errors.ts';
import { dotTokens } from './dot-tokens.ts';
import type { DotToken } from './dot-tokens.ts';

export type Attributes = ReadonlyMap<string, string>;

export interface DotNode {
  readonly attributes: Attributes;
  /** Line of its first mention. */
  readonly line: number;
}

export interface DotEdge {
  readonly from: string;
  readonly to: string;
  readonly attributes: Attributes;
  readonly line: number;
}

export interface DotGraph {
  readonly name: string;
  readonly directed: boolean;
  readonly attributes: Attributes;
  /** In order of first mention. */
  readonly nodes: ReadonlyMap<string, DotNode>;
  readonly edges: readonly DotEdge[];
}

interface Scope {
  readonly node: Map<string, string>;
  readonly edge: Map<string, string>;
  readonly graph: Map<string, string>;
}

const DEPTH_MAX = 100;

/** Throws `InputError` with the line, what was expected and what was found there. */
export function parseDot(text: string): DotGraph {
  return new DotParser(text).graph();
}

class DotParser {
  readonly #tokens: readonly DotToken[];
  #next = 0;
  #edgeMark = '->';
  readonly #nodes = new Map<string, { attributes: Map<string, string>; line: number }>();
  readonly #edges: DotEdge[] = [];

  constructor(text: string) {
    this.#tokens = dotTokens(text);
  }

  graph(): DotGraph {
    this.#takeKeyword('strict');
    const directed = this.#takeKeyword('digraph');
    if (!directed && !this.#takeKeyword('graph')) throw this.#expected('"digraph" or "graph"');
    this.#edgeMark = directed ? '->' : '--';
    const name = this.#atName() ? this.#take().text : '';
    const scope: Scope = { node: new Map(), edge: new Map(), graph: new Map() };
    this.#block(scope, 0);
    if (this.#peek.kind !== 'end') throw this.#expected('the end of the file');
    return { name, directed, attributes: scope.graph, nodes: this.#nodes, edges: this.#edges };
  }

  /** `{ statements }`; returns the nodes it mentions. */
  #block(scope: Scope, depth: number): string[] {
    if (depth > DEPTH_MAX) throw inputError('too-deep', `line ${this.#peek.line}`, `subgraphs are nested deeper than ${DEPTH_MAX}`);
    this.#require('{');
    const members: string[] = [];
    while (!this.#takeMark('}')) {
      if (this.#takeMark(';')) continue;
      if (!this.#atName() && !this.#atMark('{')) throw this.#expected('a statement or "}"');
      for (const id of this.#statement(scope, depth)) members.push(id);
    }
    return members;
  }

  #statement(scope: Scope, depth: number): string[] {
    for (const target of ['graph', 'node', 'edge'] as const) {
      if (this.#takeKeyword(target)) {
        if (!this.#atMark('[')) throw this.#expected(`"[" after "${target}"`);
        for (const [key, value] of this.#attributes()) scope[target].set(key, value);
        return [];
      }
    }
    const start = this.#peek;
    if (this.#atName() && this.#tokens[this.#next + 1]!.kind === 'mark' && this.#tokens[this.#next + 1]!.text === '=') {
      const key = this.#take().text;
      this.#next++;
      scope.graph.set(key, this.#name('a value'));
      return [];
    }
    const isBlock = this.#atBlock();
    const ends: string[][] = [this.#end(scope, depth)];
    while (this.#takeMark(this.#edgeMark)) ends.push(this.#end(scope, depth));
    if (this.#atMark('->') || this.#atMark('--')) throw this.#expected(`"${this.#edgeMark}"`);
    if (isBlock && ends.length === 1) return ends[0]!;
    const given = this.#attributes();
    if (ends.length === 1) this.#addNode(ends[0]![0]!, given);
    else this.#addEdges(ends, new Map([...scope.edge, ...given]), start.line);
    return ends.flat();
  }

  #addNode(id: string, given: Attributes): void {
    for (const [key, value] of given) this.#nodes.get(id)!.attributes.set(key, value);
  }

  #addEdges(ends: readonly string[][], attributes: Attributes, line: number): void {
    for (let i = 1; i < ends.length; i++) {
      for (const from of ends[i - 1]!) for (const to of ends[i]!) this.#edges.push({ from, to, attributes, line });
    }
  }

  /** One end of an edge: a node, or all nodes of a subgraph. */
  #end(scope: Scope, depth: number): string[] {
    if (this.#atBlock()) {
      if (this.#takeKeyword('subgraph') && this.#atName()) this.#next++;
      return [...new Set(this.#block({ node: new Map(scope.node), edge: new Map(scope.edge), graph: new Map() }, depth + 1))];
    }
    const { line } = this.#peek, id = this.#name('a node');
    for (let port = 0; port < 2 && this.#takeMark(':'); port++) this.#name('a port');
    if (!this.#nodes.has(id)) this.#nodes.set(id, { attributes: new Map(scope.node), line });
    return [id];
  }

  /** `[a=b, c=d; e=f] [g=h]`, possibly absent. An attribute without a value is `true`. */
  #attributes(): Map<string, string> {
    const attributes = new Map<string, string>();
    while (this.#takeMark('[')) {
      while (!this.#takeMark(']')) {
        const key = this.#name('an attribute or "]"');
        attributes.set(key, this.#takeMark('=') ? this.#name(`the value of ${key}`) : 'true');
        if (!this.#takeMark(',')) this.#takeMark(';');
      }
    }
    return attributes;
  }

  get #peek(): DotToken {
    return this.#tokens[this.#next]!;
  }

  #take(): DotToken {
    return this.#tokens[this.#next++]!;
  }

  #atMark(mark: string): boolean {
    return this.#peek.kind === 'mark' && this.#peek.text === mark;
  }

  #atName(): boolean {
    return this.#peek.kind === 'word' || this.#peek.kind === 'string';
  }

  #atKeyword(keyword: string): boolean {
    return this.#peek.kind === 'word' && this.#peek.text.toLowerCase() === keyword;
  }

  #atBlock(): boolean {
    return this.#atMark('{') || this.#atKeyword('subgraph');
  }

  #takeMark(mark: string): boolean {
    const here = this.#atMark(mark);
    if (here) this.#next++;
    return here;
  }

  #takeKeyword(keyword: string): boolean {
    const here = this.#atKeyword(keyword);
    if (here) this.#next++;
    return here;
  }

  #require(mark: string): void {
    if (!this.#takeMark(mark)) throw this.#expected(`"${mark}"`);
  }

  #name(what: string): string {
    if (!this.#atName()) throw this.#expected(what);
    return this.#take().text;
  }

  #expected(what: string): InputError {
    const { kind, text, line } = this.#peek;
    return kind === 'end'
      ? inputError('truncated', `line ${line}`, `expected ${what}, found the end of the file`)
      : inputError('bad-syntax', `line ${line}`, `expected ${what}`, { value: text });
  }
}
