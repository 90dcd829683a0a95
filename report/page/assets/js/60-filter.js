// Filters and search. Both go through all operations a part at a time, so that the page goes on answering.

const slice = 1 << 17; // operations between two pauses

const filter = { object: null, client: null, kind: -1, outcomes: [true, true, true] };
let filtering = 0;

/** applyFilter marks what is shown, and sums again. */
async function applyFilter() {
  const turn = ++filtering, { object, client, kind } = filter, wanted = filter.outcomes.map(Number);
  const shown = new Uint8Array(ops.n);
  let n = 0;
  for (let p = 0; p < ops.n; p++) {
    const i = lanes.op[p];
    const ok = wanted[ops.flags[i] & 3] && (kind < 0 || ops.kind[i] === kind) && (client === null || ops.client[i] === client) &&
      (object === null || ops.key[i] === object || ops.key[i] === -1);
    if (ok) { shown[p] = 1; n++; }
    if (p % slice === slice - 1) { await pause(); if (turn !== filtering) return; }
  }
  lanes.shown = shown;
  lanes.all = n === ops.n;
  sum();
  forgetOverview();
  tellExtent(n);
  redraw();
  settled.forEach((tell) => tell());
}

function tellExtent(shown) {
  const all = `${things(ops.n, 'operation')}, ${things(lanes.of.size, 'client')}`;
  $('extent').textContent = lanes.all ? all : `${count(shown)} of ${all}`;
  $('stage').dataset.shown = shown;
}

/** chooser has a field offer names, and calls back with what was chosen, or null. */
function chooser(field, list, search, apply) {
  const offer = () => {
    list.replaceChildren(...search(field.value.trim().toLowerCase()).map((name) => el('option', { value: name })));
  };
  field.addEventListener('focus', offer);
  field.addEventListener('input', () => { offer(); apply(field.value.trim()); });
}

const mostOffered = 100;

function filters() {
  chooser($('by-object'), $('objects'), (part) => {
    const found = [];
    for (let k = 0; k < names.objects.ids.length && found.length < mostOffered; k++) {
      const name = names.objects.at(k);
      if (name.toLowerCase().includes(part)) found.push(name);
    }
    return found;
  }, (text) => {
    let object = null;
    for (let k = 0; text && k < names.objects.ids.length; k++) if (names.objects.at(k) === text) { object = k; break; }
    mistaken($('by-object'), text && object === null);
    if (filter.object !== object) { filter.object = object; applyFilter(); }
  });
  const clients = [...lanes.of.keys()].sort((a, b) => a - b);
  chooser($('by-client'), $('clients'), (part) => clients.filter((c) => String(c).includes(part.replace(/\D/g, ''))).slice(0, mostOffered)
    .map((c) => `client ${c}`), (text) => {
    const said = /^(?:client )?(-?\d+)$/.exec(text), client = said && lanes.of.has(Number(said[1])) ? Number(said[1]) : null;
    mistaken($('by-client'), text && client === null);
    if (filter.client !== client) { filter.client = client; applyFilter(); }
  });
  $('by-kind').append(...names.kinds.map((name, k) => el('option', { value: k }, name)));
  $('by-kind').addEventListener('change', (e) => { filter.kind = e.target.value === '' ? -1 : Number(e.target.value); applyFilter(); });
  for (const button of document.querySelectorAll('.outcome')) {
    button.addEventListener('click', () => {
      const o = Number(button.dataset.outcome);
      filter.outcomes[o] = !filter.outcomes[o];
      button.setAttribute('aria-pressed', filter.outcomes[o]);
      applyFilter();
    });
  }
}

function mistaken(field, wrong) {
  if (wrong) field.setAttribute('aria-invalid', 'true');
  else field.removeAttribute('aria-invalid');
}

function noFilter() {
  Object.assign(filter, { object: null, client: null, kind: -1, outcomes: [true, true, true] });
  for (const id of ['by-object', 'by-client', 'by-kind']) { $(id).value = ''; mistaken($(id), false); }
  document.querySelectorAll('.outcome').forEach((b) => b.setAttribute('aria-pressed', 'true'));
  applyFilter();
}
