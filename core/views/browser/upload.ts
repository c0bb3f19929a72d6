/** Turns a file field into a drop zone with a list; files can be added in several steps and taken out again. */
class Upload extends HTMLElement {
  #files: File[] = [];
  #addresses: string[] = [];

  connectedCallback(): void {
    const input = this.querySelector<HTMLInputElement>('input[type="file"]');
    const zone = this.querySelector('.drop');
    if (!input || !zone) return;
    input.addEventListener('change', () => this.#add(input, [...(input.files ?? [])]));
    input.form?.addEventListener('reset', () => this.#set(input, []));
    for (const name of ['dragenter', 'dragover']) zone.addEventListener(name, () => zone.classList.add('is-over'));
    for (const name of ['dragleave', 'drop']) zone.addEventListener(name, () => zone.classList.remove('is-over'));
    const form = this.closest('form');
    form?.addEventListener('paste', (event) => {
      const pasted = [...(event.clipboardData?.files ?? [])];
      if (pasted.length > 0) this.#add(input, pasted);
    });
    // Anywhere on the form will do: what is missed by a hair would replace the page.
    form?.addEventListener('dragover', (event) => event.preventDefault());
    form?.addEventListener('drop', (event) => {
      const dropped = [...(event.dataTransfer?.files ?? [])];
      if (dropped.length === 0) return;
      event.preventDefault();
      zone.classList.remove('is-over');
      this.#add(input, dropped);
    });
  }

  #add(input: HTMLInputElement, files: File[]): void {
    const known = new Set(this.#files.map(identity));
    this.#set(input, [...this.#files, ...files.filter((file) => !known.has(identity(file)))]);
  }

  #set(input: HTMLInputElement, files: File[]): void {
    const limit = Number(this.dataset['maxBytes'] ?? Infinity);
    this.#files = files;
    const accepted = new DataTransfer();
    for (const file of files) if (file.size <= limit) accepted.items.add(file);
    input.files = accepted.files;
    for (const address of this.#addresses.splice(0)) URL.revokeObjectURL(address);
    this.querySelector('.drop-list')?.replaceChildren(...files.map((file) => this.#row(input, file, file.size > limit)));
  }

  #row(input: HTMLInputElement, file: File, tooLarge: boolean): HTMLElement {
    const row = document.createElement('li');
    if (file.type.startsWith('image/')) {
      const image = document.createElement('img');
      image.alt = '';
      image.src = URL.createObjectURL(file);
      this.#addresses.push(image.src);
      row.append(image);
    }
    const name = document.createElement('span');
    name.className = 'name';
    name.textContent = file.name;
    const note = document.createElement('span');
    note.className = tooLarge ? 'tone-bad' : 'meta';
    note.textContent = tooLarge ? (this.dataset['tooLarge'] ?? '') : size(file.size);
    const remove = document.createElement('button');
    remove.type = 'button';
    remove.className = 'btn btn-ghost btn-dense';
    remove.textContent = this.dataset['remove'] ?? '';
    const whose = document.createElement('span');
    whose.className = 'visually-hidden';
    whose.textContent = ` ${file.name}`;
    remove.append(whose);
    remove.addEventListener('click', () => {
      this.#set(
        input,
        this.#files.filter((other) => other !== file),
      );
      input.focus();
    });
    row.append(name, note, remove);
    return row;
  }
}

const identity = (file: File): string => `${file.name} ${file.size} ${file.lastModified}`;

function size(bytes: number): string {
  const large = bytes >= 1_000_000;
  const format = new Intl.NumberFormat(document.documentElement.lang, {
    style: 'unit',
    unit: large ? 'megabyte' : 'kilobyte',
    maximumFractionDigits: large ? 1 : 0,
  });
  return format.format(bytes / (large ? 1_000_000 : 1000));
}

customElements.define('portico-upload', Upload);
