import { literal, lookup, whole, type Code, type Scope, type Value } from './code.js';
import { filled, noOptions } from './runtime.js';

type Node = hbs.AST.Node;
type Path = hbs.AST.PathExpression;
export type Call = { path: Path; params: hbs.AST.Expression[]; hash?: hbs.AST.Hash; loc: hbs.AST.SourceLocation };
export type Helpers = Readonly<Record<string, (...args: unknown[]) => unknown>>;

interface Loop {
  index: string;
  items: string;
  source: string;
  outer: Loop | null;
}
/** Where in which template the code stands. `stack` starts with `this`, then what `../` reaches. */
export interface Frame {
  name: string;
  namespace: string;
  stack: Scope[];
  locals: Map<string, Value>;
  loop: Loop | null;
  /** The content between the tags of a block partial, with its own place; `late` if the caller brings a function. */
  block: { program: hbs.AST.Program; frame: Frame } | 'late' | null;
  within: string[];
}

/** These give the same for the same arguments, at least within one language. */
const pure = new Set(['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'not', 'and', 'or', 'add', 'concat']);
const fixedByLanguage = new Set([...pure, 't', 'tIn', 'icon', 'asset']);

export function wrong(node: { loc: hbs.AST.SourceLocation }, frame: Frame, text: string): Error {
  return new Error(`${frame.name}:${node.loc.start.line}: ${text}`);
}

/** Turns what stands in `{{...}}` into values; what can be decided while compiling is. */
export class Expressions {
  constructor(
    readonly code: Code,
    readonly helpers: Helpers,
  ) {}

  /** Whether something counts as true, as code, or at once if it is known. */
  condition(node: Node, frame: Frame): string | boolean {
    const { path, params } = node as hbs.AST.SubExpression;
    const name = node.type === 'SubExpression' ? (path as Path).original : '';
    if (name === 'not' && params[0]) {
      const test = this.condition(params[0], frame);
      return typeof test === 'boolean' ? !test : `!${test}`;
    }
    if (name !== 'or' && name !== 'and') return this.truth(this.value(node, frame));
    const decisive = name === 'or';
    const open: string[] = [];
    for (const param of params) {
      const test = this.condition(param, frame);
      if (typeof test === 'string') open.push(test);
      else if (test === decisive) return decisive;
    }
    return open.length === 0 ? !decisive : `(${open.join(decisive ? '||' : '&&')})`;
  }

  truth(value: Value): string | boolean {
    if (value.present) return true;
    return value.known ? filled(value.known.value) : `f(${this.code.use(value)})`;
  }

  value(node: Node, frame: Frame): Value {
    switch (node.type) {
      case 'StringLiteral':
      case 'NumberLiteral':
      case 'BooleanLiteral':
        return literal((node as hbs.AST.StringLiteral).value);
      case 'NullLiteral':
        return literal(null);
      case 'UndefinedLiteral':
        return literal(undefined);
      case 'PathExpression':
        return this.path(node as Path, frame);
      case 'SubExpression':
        return this.call(node as unknown as Call, frame);
      default:
        throw wrong(node, frame, `${node.type} is not supported`);
    }
  }

  path(path: Path, frame: Frame): Value {
    const [first, ...rest] = path.parts as string[];
    let value: Value;
    if (path.data) value = this.#data(path, frame);
    else {
      const scope = frame.stack[path.depth];
      const local = path.depth === 0 && !/^(this\b|\.)/.test(path.original) ? frame.locals.get(first ?? '') : undefined;
      if (first === undefined) value = scope ? { js: whole(scope, this.code), scope, present: 'given' in scope } : literal(undefined);
      else value = local ?? lookup(scope, first);
    }
    for (const name of rest) {
      if (value.known && (value.known.value === undefined || value.known.value === null)) return value;
      value = value.scope ? lookup(value.scope, name) : { js: `g(${this.code.use(value)},${JSON.stringify(name)})` };
    }
    return value;
  }

  #data(path: Path, frame: Frame): Value {
    let { loop } = frame;
    for (let depth = path.depth; depth > 0 && loop; depth--) loop = loop.outer;
    const name = String(path.parts[0]);
    if (name === 'root') return { js: 'root' };
    if (name === 'partial-block') return frame.block === 'late' ? { js: 'block' } : literal(frame.block !== null);
    if (!loop) return literal(undefined);
    const { index, items: list, source } = loop;
    const known: Record<string, string> = { index, first: `(${index}===0)`, last: `(${index}===${list}.length-1)`, key: `K(${source},${index})` };
    return Object.hasOwn(known, name) ? { js: known[name] ?? '' } : literal(undefined);
  }

  call(call: Call, frame: Frame): Value {
    let name = call.path.original;
    const helper = Object.hasOwn(this.helpers, name) ? this.helpers[name] : undefined;
    if (!helper) throw wrong(call, frame, `there is no helper "${name}"`);
    let args = call.params.map((param) => this.value(param, frame));
    if (name === 'or') {
      while (args.length > 1 && args[0]?.known && !filled(args[0].known.value)) args = args.slice(1);
      const [first] = args;
      if (first && (args.length === 1 || first.present || first.known)) return first;
    }
    if (name === 't' && args[0]) {
      const key = args[0].known?.value;
      if (typeof key !== 'string') [name, args] = ['tIn', [literal(frame.namespace), ...args]];
      else if (!key.includes(':')) args[0] = literal(`${frame.namespace}:${key}`);
    }
    const hash = (call.hash?.pairs ?? []).map(({ key, value }) => [key, this.value(value, frame)] as const);
    const all = [...args, ...hash.map(([, value]) => value)];
    if (pure.has(name) && all.every(({ known }) => known)) return literal(helper(...args.map(({ known }) => known?.value), noOptions));
    const fixed = fixedByLanguage.has(name) && all.every((value) => value.known || value.fixed);
    const js = (value: Value): string => (fixed ? value.js : this.code.use(value));
    const named = hash.map(([key, value]) => `[${JSON.stringify(key)}]:${js(value)}`).join(',');
    const options = named ? `{hash:{${named}}}` : 'N';
    return { js: `${this.code.helper(name)}(${[...args.map(js), options].join(',')})`, fixed };
  }
}
