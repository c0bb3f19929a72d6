import { compileFunction } from 'node:vm';
import Handlebars from 'handlebars';
import { Code, literal, whole, type Scope, type Value } from './code.js';
import { Expressions, wrong, type Call, type Frame, type Helpers } from './expressions.js';
import { filled, items, keyAt, noOptions, own, shown } from './runtime.js';

type Node = hbs.AST.Node;
type Program = hbs.AST.Program;
type Path = hbs.AST.PathExpression;
type Block = hbs.AST.BlockStatement;
type Partial = hbs.AST.PartialBlockStatement;

/** A template ready to use: `root` is what the view got, `context` what this part of it sees. */
export type Render = (root: unknown, context: unknown, block: ((context: unknown) => string) | undefined, texts: unknown[]) => string;
export interface Parsed {
  program: Program;
  namespace: string;
}
/** What compiling needs to know of the other templates. */
export interface Surroundings {
  helpers: Helpers;
  template(name: string): Parsed | undefined;
  /** Calls a template that is known only while rendering. */
  call(name: unknown, root: unknown, context: unknown, block: ((context: unknown) => string) | undefined): string;
}

/** A module that is switched on again brings the same texts: reading them is most of what that costs. */
const known = new Map<string, Program>();
const mostKnown = 2_000;

export function parse(source: string, name: string): Program {
  try {
    const program = known.get(source) ?? Handlebars.parse(source);
    if (known.size >= mostKnown) known.clear();
    known.set(source, program);
    return program;
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/**
 * Turns a template into a function. Partials are put in place of their calls with what they are given, so that what is
 * known before rendering is decided here: conditions on literals, texts, icons, whose texts `{{t "key"}}` means.
 * @throws on unescaped output (only a layout may print its `{{{body}}}`), unknown helpers and what is not supported
 */
export function compile(name: string, parsed: Parsed, around: Surroundings): Render {
  const code = new Code();
  const frame: Frame = { name, namespace: parsed.namespace, stack: [{ variable: 'c' }], locals: new Map(), loop: null, block: 'late', within: [name] };
  new Compiler(code, around).program(parsed.program, frame);
  const names = ['H', 'g', 'x', 'f', 'E', 'K', 'N', 'P'];
  const make = compileFunction(code.toString(), names, { filename: `view ${name}` }) as (...args: unknown[]) => Render;
  return make(around.helpers, own, shown, filled, items, keyAt, noOptions, around.call);
}

class Compiler {
  readonly read: Expressions;

  constructor(
    readonly code: Code,
    readonly around: Surroundings,
  ) {
    this.read = new Expressions(code, around.helpers);
  }

  program(program: Program | undefined, frame: Frame): void {
    for (const node of program?.body ?? []) this.#statement(node, frame);
  }

  #statement(node: Node, frame: Frame): void {
    switch (node.type) {
      case 'ContentStatement':
        return this.code.text((node as hbs.AST.ContentStatement).value);
      case 'CommentStatement':
        return;
      case 'MustacheStatement':
        return this.#mustache(node as hbs.AST.MustacheStatement, frame);
      case 'BlockStatement':
        return this.#block(node as Block, frame);
      case 'PartialStatement':
      case 'PartialBlockStatement':
        return this.#partial(node as Partial, frame);
      default:
        throw wrong(node, frame, `${node.type} is not supported`);
    }
  }

  #mustache(node: hbs.AST.MustacheStatement, frame: Frame): void {
    const path = node.path as Path;
    if (!node.escaped) {
      if (!frame.name.startsWith('layout/') || path.original !== 'body') {
        throw wrong(node, frame, `unescaped output {{{${path.original}}}} is not allowed`);
      }
      return this.code.line(`o+=${this.read.path(path, frame).js}??"";`);
    }
    // A name alone is always data, even where a helper is called the same.
    const alone = node.params.length === 0 && !node.hash?.pairs?.length && path.original !== 'csrf';
    this.code.print(alone ? this.read.value(path, frame) : this.read.call(node as unknown as Call, frame));
  }

  #block(node: Block, frame: Frame): void {
    const { original } = node.path as Path;
    if (original === 'each') return this.#each(node, frame);
    if (original === 'with') return this.#with(node, frame);
    const asked = node.params[0];
    if ((original === 'if' || original === 'unless') && !asked) throw wrong(node, frame, `{{#${original}}} needs a condition`);
    const test =
      (original === 'if' || original === 'unless') && asked
        ? this.read.condition(asked, frame)
        : this.read.truth(this.read.call(node as unknown as Call, frame));
    const [then, otherwise] = original === 'unless' ? [node.inverse, node.program] : [node.program, node.inverse];
    if (typeof test === 'boolean') return this.program(test ? then : otherwise, frame);
    this.#branches(test, () => this.program(then, frame), otherwise && (() => this.program(otherwise, frame)));
  }

  #branches(test: string, then: () => void, otherwise?: (() => void) | false): void {
    this.code.line(`if(${test}){`);
    then();
    if (otherwise) {
      this.code.line('}else{');
      otherwise();
    }
    this.code.line('}');
  }

  #each(node: Block, frame: Frame): void {
    const source = this.code.keep(this.#argument(node, frame));
    const [list, index, item] = [this.code.name(), this.code.name(), this.code.name()];
    const loop = { index, items: list, source: this.code.use(source), outer: frame.loop };
    this.code.line(`const ${list}=E(${loop.source});`);
    const body = this.#inner(node, frame, { variable: item }, [{ js: item }, { js: index }]);
    this.code.line(`for(let ${index}=0;${index}<${list}.length;${index}++){const ${item}=${list}[${index}];`);
    this.program(node.program, { ...body, loop });
    this.code.line('}');
    if (node.inverse) this.#branches(`${list}.length===0`, () => this.program(node.inverse, frame));
  }

  #with(node: Block, frame: Frame): void {
    const item = this.code.name();
    this.code.line(`const ${item}=${this.code.use(this.#argument(node, frame))};`);
    const body = this.#inner(node, frame, { variable: item }, [{ js: item }]);
    this.#branches(`f(${item})`, () => this.program(node.program, body), node.inverse && (() => this.program(node.inverse, frame)));
  }

  #argument(node: Block, frame: Frame): Value {
    const [param] = node.params;
    if (!param) throw wrong(node, frame, `{{#${(node.path as Path).original}}} needs something`);
    const value = this.read.value(param, frame);
    return value.scope ? { js: value.js } : value;
  }

  #inner(node: Block, frame: Frame, scope: Scope, values: Value[]): Frame {
    const locals = new Map(frame.locals);
    node.program.blockParams?.forEach((name, i) => locals.set(name, values[i] ?? literal(undefined)));
    return { ...frame, stack: [scope, ...frame.stack], locals };
  }

  /** Puts a partial in place of its call; one that calls itself or is known only later is called while rendering. */
  #partial(node: Partial, frame: Frame): void {
    const path = node.name as Path;
    if (path.data && path.parts[0] === 'partial-block') return this.#content(node, frame);
    const name = path.type === 'PathExpression' ? path.original : null;
    this.code.text((node as unknown as hbs.AST.PartialStatement).indent ?? '');
    const found = name === null || frame.within.includes(name) ? undefined : this.around.template(name);
    const scope = this.#given(node, name ?? '', frame);
    const block = node.type === ('PartialBlockStatement' as string) ? { program: node.program, frame } : null;
    if (found && name !== null) {
      const { program, namespace } = found;
      return this.program(program, { name, namespace, stack: [scope], locals: new Map(), loop: frame.loop, block, within: [...frame.within, name] });
    }
    const wanted = name === null ? this.code.use(this.read.value(path, frame)) : JSON.stringify(name);
    let content = 'undefined';
    if (block) {
      const inner = this.code.name();
      content = this.code.name();
      this.code.line(`const ${content}=(${inner})=>{let o="";`);
      this.program(node.program, { ...frame, stack: [{ variable: inner }, ...frame.stack] });
      this.code.line('return o;};');
    }
    this.code.line(`o+=P(${wanted},root,${whole(scope, this.code)},${content});`);
  }

  /**
   * What a partial sees. Components see only what they are given: `{{> ui/card}}` in a row with a `title` must not show that
   * title. What stands inside of a component still sees everything around it: its `outer`.
   */
  #given(node: Partial, name: string, frame: Frame): Scope {
    const pairs = node.hash?.pairs ?? [];
    const block = node.type === ('PartialBlockStatement' as string);
    const outer = frame.stack[0] ?? { variable: 'c' };
    const isolated = name.startsWith('ui/') && node.params.length === 0 && (block || pairs.length > 0);
    const base = isolated ? null : this.#scope(node.params[0], frame);
    if (base && pairs.length === 0) return base;
    const given = new Map<string, Value>();
    for (const { key, value } of pairs) given.set(key, this.code.keep(this.read.value(value, frame)));
    if (isolated && block) given.set('outer', { js: whole(outer, this.code), scope: outer, present: true });
    return { given, base };
  }

  #scope(param: hbs.AST.Expression | undefined, frame: Frame): Scope {
    if (!param) return frame.stack[0] ?? { variable: 'c' };
    const value = this.read.value(param, frame);
    if (value.scope) return value.scope;
    const variable = this.code.name();
    this.code.line(`const ${variable}=${this.code.use(value)};`);
    return { variable };
  }

  /** `{{> @partial-block}}`: what stands between the tags of the call. */
  #content(node: Partial, frame: Frame): void {
    const { block } = frame;
    if (!block) throw wrong(node, frame, 'this partial needs content: {{#> ..}}..{{/..}}');
    const scope = this.#scope(node.params[0], frame);
    if (block === 'late') return this.code.line(`o+=block(${whole(scope, this.code)});`);
    const { stack } = block.frame;
    this.program(block.program, scope === stack[0] ? block.frame : { ...block.frame, stack: [scope, ...stack] });
  }
}
