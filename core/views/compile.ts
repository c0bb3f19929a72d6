import Handlebars from 'handlebars';

type Node = hbs.AST.Node;
type Path = hbs.AST.PathExpression;
type Call = { path: Path; params: hbs.AST.Expression[]; hash?: hbs.AST.Hash };
type Partial = hbs.AST.PartialStatement;

/** How one template is read. `partial` gives the source of a partial that may be put in place of its call. */
export interface Reading {
  name: string;
  namespace: string;
  helpers: ReadonlySet<string>;
  partial(name: string): { source: string; namespace: string } | undefined;
}

/**
 * Parses a template and settles at once what would otherwise be decided in every render: whose texts `{{t "key"}}` means,
 * and partials that take nothing are put in place. A `{{name}}` alone is always data, even where a helper has that name.
 * @throws on unescaped output (only a layout may print its `{{{body}}}`)
 */
export function read(source: string, reading: Reading): hbs.AST.Program {
  return settle(parse(source, reading.name), reading, [reading.name]);
}

function parse(source: string, name: string): hbs.AST.Program {
  try {
    return Handlebars.parse(source);
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function settle(program: hbs.AST.Program, reading: Reading, within: string[]): hbs.AST.Program {
  program.body = program.body.flatMap((node) => {
    if (node.type.startsWith('Partial')) isolate(node as Partial);
    if (node.type === 'PartialStatement') {
      const body = inlined(node as Partial, reading, within);
      if (body) return body;
    }
    visit(node, reading, within);
    return [node];
  });
  return program;
}

function visit(node: Node | undefined | null, reading: Reading, within: string[]): void {
  if (!node) return;
  const call = node as unknown as Partial & Call & { program?: hbs.AST.Program; inverse?: hbs.AST.Program };
  if (node.type === 'MustacheStatement') {
    const { escaped } = node as hbs.AST.MustacheStatement;
    if (!escaped && !(reading.name.startsWith('layout/') && call.path.original === 'body')) {
      throw new Error(`${reading.name}:${node.loc.start.line}: unescaped output {{{${call.path.original}}}} is not allowed`);
    }
    if (call.params.length === 0 && !call.hash?.pairs?.length && reading.helpers.has(call.path.original) && call.path.original !== 'csrf') {
      call.path.original = `this.${call.path.original}`;
    }
  }
  if (call.path?.original === 't') namespaced(call, reading.namespace);
  if (call.program) settle(call.program, reading, within);
  if (call.inverse) settle(call.inverse, reading, within);
  for (const param of call.params ?? []) visit(param, reading, within);
  for (const pair of call.hash?.pairs ?? []) visit(pair.value, reading, within);
  if (call.name) visit(call.name, reading, within);
}

/**
 * Components see only what they are given: `{{> ui/card}}` in a row with a `title` must not show that title.
 * What stands inside of a component still sees everything around it.
 */
function isolate(node: Partial): void {
  const block = (node.type as string) === 'PartialBlockStatement';
  if (!(node.name as Path).original?.startsWith?.('ui/') || node.params.length > 0 || !(block || node.hash)) return;
  const { loc } = node;
  const path = (parts: string[]): Path => ({ type: 'PathExpression', original: parts[0] ?? 'this', parts, data: false, depth: 0, loc }) as Path;
  const empty: hbs.AST.SubExpression = { type: 'SubExpression', path: path(['object']), params: [], loc } as unknown as hbs.AST.SubExpression;
  node.params = [empty];
  if (!block) return;
  node.hash ??= { type: 'Hash', pairs: [], loc };
  node.hash.pairs.push({ type: 'HashPair', key: 'outer', value: path([]), loc } as hbs.AST.HashPair);
}

/** `{{t "key"}}` becomes `{{t "desk:key"}}`; for a key known only later, `{{t key}}` becomes `{{tIn "desk" key}}`. */
function namespaced(call: Call, namespace: string): void {
  const key = call.params[0];
  if (!key) return;
  if (key.type === 'StringLiteral') {
    const literal = key as hbs.AST.StringLiteral;
    if (!literal.value.includes(':')) literal.value = literal.original = `${namespace}:${literal.value}`;
    return;
  }
  call.path.original = 'tIn';
  call.path.parts = ['tIn'];
  const literal: hbs.AST.StringLiteral = { type: 'StringLiteral', value: namespace, original: namespace, loc: key.loc };
  call.params.unshift(literal);
}

function inlined(node: Partial, reading: Reading, within: string[]): hbs.AST.Statement[] | null {
  const name = (node.name as Path).original;
  if (node.params.length > 0 || node.hash?.pairs?.length || node.name.type !== 'PathExpression' || within.includes(name)) return null;
  const found = reading.partial(name);
  if (!found || /@partial-block|\{\{#?\*/.test(found.source)) return null;
  return settle(parse(found.source, name), { ...reading, name, namespace: found.namespace }, [...within, name]).body;
}
