// `hf:` addresses: a repository of the hub and what of it is wanted.

import { WeightsError } from './weights-error.ts';

export interface HubAddress {
  readonly user: string;
  readonly repository: string;
  readonly branch: string;
  /** A file's path in the repository, or the quantisation to look up; the hub's choice if empty. */
  readonly wanted: { readonly file: string } | { readonly quant: string };
}

const example = 'hf:USER/REPOSITORY:QUANT or hf:USER/REPOSITORY/FILE.gguf';

/** Throws WeightsError for what is no address, or would lead out of the folder of models. */
export function parseHubAddress(address: string): HubAddress {
  const [path = '', branch = 'main', ...rest] = address.slice('hf:'.length).split('#');
  const [user = '', second = '', ...file] = path.split('/');
  const [repository = '', quant = '', ...more] = second.split(':');
  const isFile = file.length > 0;
  const names = [user, repository, branch, ...file, ...(quant === '' ? [] : [quant])];
  const isWrong =
    rest.length > 0 ||
    more.length > 0 ||
    !names.every(isName) ||
    (isFile && (quant !== '' || !/\.gguf$/i.test(path))) ||
    (!isFile && branch !== 'main');
  if (isWrong) {
    throw new WeightsError(`${address} is not the address of a model: write ${example}.`);
  }
  return { user, repository, branch, wanted: isFile ? { file: file.join('/') } : { quant } };
}

function isName(name: string): boolean {
  return /^[\w.+-]+$/.test(name) && !/^\.+$/.test(name);
}

/** The files that a model is made of: big ones come in numbered parts. */
export function partsOf(file: string): readonly string[] {
  const numbered = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/i.exec(file);
  if (numbered === null) return [file];
  const [, stem = '', , count = ''] = numbered;
  return Array.from({ length: Number(count) }, (_, index) => {
    return `${stem}-${String(index + 1).padStart(5, '0')}-of-${count}.gguf`;
  });
}
