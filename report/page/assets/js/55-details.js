// The operation that is selected, in full.

/** select shows an operation, keeps it in the address, and says it for who does not see it. */
async function select(i, { look: move = false } = {}) {
  seen.selected = i;
  redraw();
  const pane = $('details');
  keepAddress();
  if (i < 0) { pane.hidden = true; return; }
  if (move) bring(i);
  const { told, note } = await textOf(i);
  if (seen.selected !== i) return;
  const never = ops.end[i] === Infinity;
  const rows = [
    ['client', String(ops.client[i])], ['object', objectName(ops.key[i])], ['kind', names.kinds[ops.kind[i]] + (ops.readOnly(i) ? ', changes nothing' : '')],
    ['outcome', outcomes[ops.outcome(i)]], ['called', time(ops.call[i], 1)], ['returned', never ? 'never' : time(ops.end[i], 1)],
    ['took', never ? 'never returned' : duration(ops.end[i] - ops.call[i])],
    ['retries', count(ops.retries.get(i) ?? 0)], ['phase', phases[ops.phase(i)]], ['under way meanwhile', things(overlapping(i), 'operation')],
  ];
  const copied = [`#${i} ${told}`, ...rows.map(([name, value]) => `${name}: ${value}`), note].filter(Boolean).join('\n');
  pane.replaceChildren(
    el('header', {}, el('span', {}, `#${i}`), el('h3', {}, told), el('span', { class: 'spring' }),
      el('button', { type: 'button', onclick: () => bring(i) }, 'Show'),
      el('button', { type: 'button', onclick: (e) => copy(copied, e.target) }, 'Copy'),
      el('button', { type: 'button', 'aria-label': 'Close', onclick: () => select(-1) }, '×')),
    el('dl', {}, ...rows.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value)))),
    note ? el('pre', {}, note) : '');
  pane.hidden = false;
  $('live').textContent = `Operation ${i} of client ${ops.client[i]}: ${told}, ${outcomes[ops.outcome(i)]}, ${took(i)}`;
}

/** bring moves the view so that an operation is in it and wide enough to be read. */
function bring(i) {
  const p = lanes.place[i], length = lanes.end[p] - lanes.call[p], span = view.to - view.from;
  showLane(lanes.laneOf[i]);
  const inside = lanes.call[p] >= view.from && lanes.call[p] <= view.to;
  if (inside && length > span / 60) return;
  const want = Math.min(span, Math.max(length * 8, facts.untimed ? 40 : 400)), middle = lanes.call[p] + length / 2;
  glide(middle - want / 2, middle + want / 2);
}

/** overlapping counts the others that were under way at some moment of an operation. Those called before its end are its
 * predecessors in order of call; of these, those count that had not returned. */
function overlapping(i) {
  let n = 0;
  const end = ops.end[i];
  for (let l = 0; l < lanes.n; l++) {
    const low = lanes.start[l], high = lanes.start[l + 1];
    const from = after(lanes.end, ops.call[i] - 0.5, low, high);
    n += after(lanes.call, end, from, high) - from;
  }
  return n - 1;
}

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // From file: some browsers refuse; what is selected can still be copied.
    const box = el('textarea', { value: text });
    document.body.append(box);
    box.select();
    document.execCommand('copy');
    box.remove();
  }
  button.textContent = 'Copied';
}

/** step goes to the operation before or after the selected one, of the same client. */
function step(by) {
  let p = seen.selected >= 0 ? lanes.place[seen.selected] + by : after(lanes.call, (view.from + view.to) / 2, lanes.start[0], lanes.start[1]);
  const l = seen.selected >= 0 ? lanes.laneOf[seen.selected] : 0;
  while (p >= lanes.start[l] && p < lanes.start[l + 1] && !lanes.shown[p]) p += by;
  if (p >= lanes.start[l] && p < lanes.start[l + 1]) select(lanes.op[p], { look: true });
}

/** keepAddress has the address name what is seen, so that a link to it works. */
function keepAddress() {
  const parts = [];
  if (seen.selected >= 0) parts.push(`op=${seen.selected}`);
  if (seen.anomaly > 0) parts.push(`anomaly=${seen.anomaly}`);
  const hash = parts.length ? `#${parts.join('&')}` : ' ';
  try { history.replaceState(null, '', hash === ' ' ? location.pathname + location.search : hash); } catch { /* in a frame without an origin */ }
}

function readAddress(hash = location.hash) {
  const asked = new URLSearchParams(hash.slice(1));
  const anomaly = Number(asked.get('anomaly') ?? -1), op = Number(asked.get('op') ?? -1);
  if (Number.isInteger(anomaly) && anomaly > 0 && anomaly < facts.anomalies.length) choose(anomaly);
  if (Number.isInteger(op) && op >= 0 && op < ops.n) select(op, { look: true });
}
