// Texts of operations: kept packed, and unpacked a block at a time when somebody wants to read one.

/** Texts is a column of texts: templates with numbers in their holes. */
class Texts {
  constructor(reader, n) {
    const [ids, numbers, lengths, raw] = Array.from({ length: 4 }, () => reader.part());
    this.ids = new Uint16Array(n);
    this.first = new Uint32Array(n + 1); // place of each text's first number, or where its raw bytes begin
    const values = [];
    this.lengths = new Map();
    let rawAt = 0;
    for (let i = 0; i < n; i++) {
      const id = this.ids[i] = ids.uint();
      if (id === 0) {
        this.first[i] = rawAt;
        const length = lengths.uint();
        this.lengths.set(i, length);
        rawAt += length;
      } else {
        this.first[i] = values.length;
        for (let k = names.templates[id - 1].length; k > 1; k--) values.push(numbers.uint());
      }
    }
    this.values = Float64Array.from(values);
    this.raw = raw.bytes;
  }

  at(i) {
    const id = this.ids[i];
    let at = this.first[i];
    if (id === 0) return new TextDecoder().decode(this.raw.subarray(at, at + this.lengths.get(i)));
    const template = names.templates[id - 1];
    let text = template[0];
    for (let k = 1; k < template.length; k++) text += this.values[at++] + template[k];
    return text;
  }
}

const mostOpenBlocks = 12;
const textSections = sections('texts');
const openBlocks = new Map(); // place → { told, notes, noteAt }, the most recently used last
const opening = new Map();

async function openBlock(b) {
  const from = b * blockSize, n = Math.min(ops.n - from, blockSize);
  const reader = new Reader(await unpack(textSections[b]));
  const told = new Texts(reader, n);
  const noteAt = new Map();
  for (let i = 0; i < n; i++) if (ops.flags[from + i] & flagNote) noteAt.set(i, noteAt.size);
  return { told, notes: new Texts(reader, noteAt.size), noteAt };
}

/** block gives a block of texts, and keeps it for a while. */
function block(b) {
  const there = openBlocks.get(b);
  if (there) {
    openBlocks.delete(b);
    openBlocks.set(b, there);
    return there;
  }
  if (!opening.has(b)) {
    opening.set(b, openBlock(b).then((opened) => {
      opening.delete(b);
      openBlocks.set(b, opened);
      if (openBlocks.size > mostOpenBlocks) openBlocks.delete(openBlocks.keys().next().value);
      return opened;
    }));
  }
  return opening.get(b);
}

/** textNow gives the text of an operation, or nothing and draws again when it is there. */
function textNow(i) {
  const there = block(Math.floor(i / blockSize));
  if (there.told) return there.told.at(i % blockSize);
  there.then(redraw);
  return '';
}

/** textOf gives the text of an operation and of its error. */
async function textOf(i) {
  const b = await block(Math.floor(i / blockSize));
  const at = b.noteAt.get(i % blockSize);
  return { told: b.told.at(i % blockSize), note: at === undefined ? '' : b.notes.at(at) };
}

const objectName = (key) => key < 0 ? 'all objects' : names.objects.at(key);
