import { shown } from './runtime.js';

/** A value in the code of a template. */
export interface Value {
  js: string;
  /** Known while compiling. */
  known?: { value: unknown };
  /** The same in every render in one language. */
  fixed?: boolean;
  /** Stands for what a template sees as `this`. */
  scope?: Scope;
  /** Surely something: an object made here, or what stands around a component. */
  present?: boolean;
}

/** What names are looked up in: a variable of the code, or what a partial is given on top of (or instead of) that. */
export type Scope = { variable: string } | { given: Map<string, Value>; base: Scope | null };

export const literal = (value: unknown): Value => ({ js: value === undefined ? 'undefined' : JSON.stringify(value), known: { value } });
const quoted = (text: string): string => JSON.stringify(text);

/**
 * Code of one template while it is written. What is always the same is joined into one piece of text, and what depends on
 * the language alone is computed once for each: `L` holds those pieces, `S` computes them.
 */
export class Code {
  readonly #lines: string[] = [];
  readonly #slots: string[] = [];
  readonly #helpers = new Map<string, string>();
  #pending: Value[] = [];
  #names = 0;

  name(): string {
    return `v${this.#names++}`;
  }

  helper(name: string): string {
    let variable = this.#helpers.get(name);
    if (!variable) this.#helpers.set(name, (variable = `h${this.#helpers.size}`));
    return variable;
  }

  text(text: string): void {
    if (text !== '') this.#pending.push({ js: quoted(text), known: { value: text } });
  }

  /** Prints a value, escaped. */
  print(value: Value): void {
    if (value.known) this.text(shown(value.known.value));
    else if (value.fixed) this.#pending.push({ js: `x(${value.js})`, fixed: true });
    else this.line(`o+=x(${value.js});`);
  }

  line(js: string): void {
    this.#flush();
    this.#lines.push(js);
  }

  /** A value as it is used where it may differ in every render. */
  use(value: Value): string {
    return value.fixed ? this.#slot(value.js) : value.js;
  }

  /** Puts a value that may be used several times into a variable. */
  keep(value: Value): Value {
    if (value.known || value.fixed || value.scope) return value;
    const variable = this.name();
    this.line(`const ${variable}=${value.js};`);
    return { js: variable };
  }

  toString(): string {
    this.#flush();
    const helpers = [...this.#helpers].map(([name, variable]) => `const ${variable}=H[${quoted(name)}];`).join('');
    return `${helpers}const S=[${this.#slots.map((js) => `()=>${js}`).join(',\n')}];\nreturn (root,c,block,L)=>{let o="";\n${this.#lines.join('\n')}\nreturn o;}`;
  }

  #flush(): void {
    if (this.#pending.length === 0) return;
    const pieces = this.#pending;
    this.#pending = [];
    const js = pieces.every(({ known }) => known)
      ? quoted(pieces.map(({ known }) => String(known?.value)).join(''))
      : this.#slot(pieces.map((piece) => piece.js).join('+'));
    this.#lines.push(`o+=${js};`);
  }

  #slot(js: string): string {
    let at = this.#slots.indexOf(js);
    if (at < 0) at = this.#slots.push(js) - 1;
    return `(L[${at}]??=S[${at}]())`;
  }
}

/** `this` as an object, where a helper or a partial known only later wants it whole. */
export function whole(scope: Scope, code: Code): string {
  if ('variable' in scope) return scope.variable;
  const given = [...scope.given].map(([name, value]) => `[${quoted(name)}]:${code.use(value)}`).join(',');
  return scope.base ? `Object.assign({},${whole(scope.base, code)},{${given}})` : `{${given}}`;
}

export function lookup(scope: Scope | undefined, name: string): Value {
  if (!scope) return literal(undefined);
  if ('variable' in scope) return { js: `g(${scope.variable},${quoted(name)})` };
  return scope.given.get(name) ?? lookup(scope.base ?? undefined, name);
}
