// Search in the texts of all operations.

const found = { all: [], at: -1, query: '', done: true };
const mostFound = 100_000;
let searching = 0;

/** search looks for "#12", "client 3", or text in what operations say. */
async function search(query) {
  const turn = ++searching;
  Object.assign(found, { all: [], at: -1, query, done: false });
  const number = /^#(\d+)$/.exec(query), client = /^client (-?\d+)$/i.exec(query);
  if (!query) found.done = true;
  else if (number) { if (Number(number[1]) < ops.n) found.all.push(Number(number[1])); }
  else if (client) { const c = Number(client[1]); for (let i = 0; i < ops.n && found.all.length < mostFound; i++) if (ops.client[i] === c) found.all.push(i); }
  else await searchTexts(query.toLowerCase(), turn);
  if (turn !== searching) return;
  found.done = true;
  tellFound();
  if (found.all.length && found.at < 0) hit(1);
}

async function searchTexts(query, turn) {
  for (let b = 0; b * blockSize < ops.n; b++) {
    const { told, notes, noteAt } = await block(b);
    for (let i = 0; i < told.ids.length; i++) {
      const note = noteAt.get(i);
      if (told.at(i).toLowerCase().includes(query) || note !== undefined && notes.at(note).toLowerCase().includes(query)) found.all.push(b * blockSize + i);
    }
    if (found.all.length >= mostFound) break;
    tellFound();
    if (found.all.length && found.at < 0) hit(1);
    await pause();
    if (turn !== searching) return;
  }
}

function tellFound() {
  const { all, at, query, done } = found, n = count(all.length) + (all.length >= mostFound || !done ? '+' : '');
  $('hits').textContent = !query ? '' : !all.length ? (done ? 'none' : '…') : `${count(at + 1)} of ${n}`;
  $('hits').dataset.done = done;
}

/** hit goes to the next match, or the one before. */
function hit(by) {
  if (!found.all.length) return;
  found.at = (found.at + by + found.all.length) % found.all.length;
  tellFound();
  select(found.all[found.at], { look: true });
}

function searchField() {
  let soon = 0;
  $('search').addEventListener('input', (e) => { clearTimeout(soon); soon = setTimeout(() => search(e.target.value.trim()), 140); });
  $('search').addEventListener('keydown', (e) => {
    if (e.key !== 'Enter') return;
    if (found.query === e.target.value.trim()) hit(e.shiftKey ? -1 : 1);
  });
  $('hit-before').addEventListener('click', () => hit(-1));
  $('hit-next').addEventListener('click', () => hit(1));
}
