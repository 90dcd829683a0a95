// The columns of encode.go, read back.

const blockSize = facts.block;

/** unpack gives the bytes of a section. The browser inflates them. */
async function unpack(element) {
  const text = element.textContent;
  let bytes;
  if (Uint8Array.fromBase64) {
    bytes = Uint8Array.fromBase64(text);
  } else {
    const raw = atob(text);
    bytes = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  }
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(inflated).arrayBuffer());
}

const sections = (name) => [...document.querySelectorAll(`script[data-section="${name}"]`)];

/** Reader reads varints. Numbers may be beyond 32 bits, so that high parts are added and not shifted. */
class Reader {
  constructor(bytes) { this.bytes = bytes; this.at = 0; }

  get done() { return this.at >= this.bytes.length; }

  uint() {
    const { bytes } = this;
    let b = bytes[this.at++];
    if (b < 128) return b;
    let n = b & 127, shift = 7;
    do {
      b = bytes[this.at++];
      n = shift < 28 ? n | (b & 127) << shift : n + (b & 127) * 2 ** shift;
      shift += 7;
    } while (b >= 128);
    return n;
  }

  int() {
    const n = this.uint();
    return n % 2 === 0 ? n / 2 : -(n + 1) / 2;
  }

  /** part gives the next part, which has its length before it. */
  part() {
    const length = this.uint();
    this.at += length;
    return new Reader(this.bytes.subarray(this.at - length, this.at));
  }
}

/** ops are all operations, a column a property; `end` is Infinity for what never returned, `key` -1 for what touches all objects. */
const ops = {
  n: facts.ops,
  call: new Float64Array(facts.ops), end: new Float64Array(facts.ops), client: new Int32Array(facts.ops),
  flags: new Uint8Array(facts.ops), kind: new Uint16Array(facts.ops), key: new Int32Array(facts.ops), retries: new Map(),
  outcome: (i) => ops.flags[i] & 3,
  phase: (i) => ops.flags[i] >> 2 & 3,
  readOnly: (i) => (ops.flags[i] & 16) !== 0,
  noted: (i) => (ops.flags[i] & 128) !== 0,
};
const flagWhole = 32, flagRetries = 64, flagNote = 128;

/** names are what the columns refer to. */
const names = { kinds: [], templates: [], objects: null };

function readBlock(bytes, from, to) {
  const r = new Reader(bytes);
  const [call, took, client, flags, kind, key, retries] = Array.from({ length: 7 }, () => r.part());
  for (let i = from, before = 0; i < to; i++) {
    before += call.int();
    ops.call[i] = before;
    const t = took.uint();
    ops.end[i] = t === 0 ? Infinity : before + t - 1;
    ops.client[i] = client.int();
    const f = ops.flags[i] = flags.bytes[i - from];
    ops.kind[i] = kind.uint();
    ops.key[i] = f & flagWhole ? -1 : key.uint();
    if (f & flagRetries) ops.retries.set(i, retries.uint());
  }
}

/** readAll fills the columns, a block at a time. */
async function readAll(told) {
  const blocks = sections('numbers');
  // The next block is inflated while one is read.
  let next = blocks.length ? unpack(blocks[0]) : null;
  for (let b = 0; b < blocks.length; b++) {
    const bytes = await next;
    blocks[b].remove();
    next = b + 1 < blocks.length ? unpack(blocks[b + 1]) : null;
    readBlock(bytes, b * blockSize, Math.min(ops.n, (b + 1) * blockSize));
    if (b % 8 === 7) { told((b + 1) / blocks.length); await pause(); }
  }
  const [head] = sections('names'), [objects] = sections('objects');
  const read = JSON.parse(new TextDecoder().decode(await unpack(head)));
  names.kinds = read.kinds;
  names.templates = read.templates.map((t) => t.split('\0'));
  names.objects = new Texts(new Reader(await unpack(objects)), read.objects);
}
